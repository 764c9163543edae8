/*
 * sandbar-agent remove: removes a sandbox's directory when nothing runs in it any more. Home belongs to the sandbox's
 * ids, so with subordinate ids it is emptied from within their user namespace. Links are removed, never followed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ids.h"
#include "roles.h"

static unsigned long moved;

static int open_directory(int at, const char *name) {
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0) { /* a directory: links fail with ELOOP */
        fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0700) != 0700) {
        fchmod(fd, 0700); /* where it fails, what follows fails and says so */
    }
    return fd;
}

/* Moves a directory up to the top, so that no depth needs a stack, of memory or of descriptors. */
static bool move_up(int top, int from, const char *name) {
    for (int attempt = 0; attempt < 1000; attempt++) {
        char free_name[32];
        snprintf(free_name, sizeof free_name, ".%lu", moved++);
        if (renameat(from, name, top, free_name) == 0) {
            return true;
        }
        if (errno == EACCES && fchmodat(from, name, 0700, 0) == 0) {
            continue;
        }
        if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR && errno != EISDIR) {
            return false;
        }
    }
    return false;
}

static bool remove_entry(int top, int from, const char *name) {
    if (unlinkat(from, name, 0) == 0 || unlinkat(from, name, AT_REMOVEDIR) == 0) {
        return true;
    }
    return (errno == ENOTEMPTY || errno == EEXIST) && move_up(top, from, name);
}

/* Removes what a directory holds; directories in it that hold something are moved to `top`. */
static bool drain(int top, int fd) {
    bool done = true;
    DIR *directory = fdopendir(fd);
    if (!directory) {
        close(fd);
        return false;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            done &= remove_entry(top, dirfd(directory), entry->d_name);
        }
    }
    closedir(directory);
    return done;
}

/* One pass over the top: each directory in it is drained and removed. Answers how many entries it met, -1 on failure. */
static long pass(int top) {
    int again = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    long met = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        met++;
        if (unlinkat(top, name, 0) == 0) {
            continue;
        }
        int fd = open_directory(top, name);
        if (fd < 0 || !drain(top, fd) || unlinkat(top, name, AT_REMOVEDIR) != 0) {
            fprintf(stderr, "can't remove %s: %s\n", name, strerror(errno));
            met = -1;
            break;
        }
    }
    if (directory) {
        closedir(directory);
    }
    return directory ? met : -1;
}

static bool empty(int at, const char *path) {
    int top = open_directory(at, path);
    if (top < 0) {
        return errno == ENOENT;
    }
    long met = 1;
    while (met > 0) {
        met = pass(top);
    }
    close(top);
    return met == 0;
}

/* In a child that lives in the sandbox's user namespace, mapped by this process as at the launch. */
static bool empty_mapped(const struct ids *ids, int home) {
    int ends[2], status = -1;
    char byte = 'U';
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        bool mapped = unshare(CLONE_NEWUSER) == 0 && write(ends[1], &byte, 1) == 1 && read(ends[1], &byte, 1) == 1;
        _exit(mapped && ids_become_root(ids) && empty(home, "user") ? 0 : 1);
    }
    close(ends[1]);
    bool mapped = child > 0 && read(ends[0], &byte, 1) == 1 && ids_map(ids, child) && write(ends[0], &byte, 1) == 1;
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return mapped && status == 0;
}

static bool remove_sandbox(const struct ids *ids, const char *path) {
    int directory = open_directory(AT_FDCWD, path);
    if (directory < 0) {
        return errno == ENOENT;
    }
    int home = open_directory(directory, "home");
    if (home >= 0 && ids->kind == IDS_PAIR && !ids->by_root) {
        bool passable = fchmod(directory, 0700) == 0 && fchmod(home, 0711) == 0;
        if (!passable || !empty_mapped(ids, home)) {
            return false;
        }
    }
    return empty(AT_FDCWD, path) && rmdir(path) == 0;
}

int remove_main(int argc, char **argv) {
    struct ids ids;
    const char *path = argc == 5 ? argv[4] : "";
    if (argc != 5 || strcmp(argv[1], "--ids") != 0 || strcmp(argv[3], "--directory") != 0 || path[0] != '/' ||
        !ids_parse(&ids, argv[2])) {
        fprintf(stderr, "usage: sandbar-agent remove --ids single|range:BASE|pair:UID:GID --directory DIR\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct stat status;
    if (!remove_sandbox(&ids, path) || lstat(path, &status) == 0) {
        fprintf(stderr, "can't remove %s: %s\n", path, strerror(errno));
        return 1;
    }
    return 0;
}
