#include "ids.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANGE = 65536, LOWEST = 1000 };

bool ids_parse(struct ids *ids, const char *text) {
    char rest;
    memset(ids, 0, sizeof *ids);
    if (strcmp(text, "single") == 0) {
        ids->kind = IDS_SINGLE;
        return geteuid() != 0;
    }
    if (sscanf(text, "range:%u%c", &ids->uid, &rest) == 1) {
        ids->kind = IDS_RANGE;
        ids->gid = ids->uid;
    } else if (sscanf(text, "pair:%u:%u%c", &ids->uid, &ids->gid, &rest) == 2) {
        ids->kind = IDS_PAIR;
    } else {
        return false;
    }
    return ids->uid >= LOWEST && ids->gid >= LOWEST && ids->uid <= 0x7fff0000u && ids->gid <= 0x7fff0000u;
}

static bool write_map(pid_t pid, const char *name, unsigned base) {
    char path[64], line[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int length = snprintf(line, sizeof line, "0 %u %d\n", base, RANGE);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, line, (size_t)length) == length;
    if (!done) {
        fprintf(stderr, "can't write %s: %s\n", name, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return done;
}

static bool run_map(pid_t pid, const char *program, unsigned base) {
    char target[16], first[16], second[16];
    snprintf(target, sizeof target, "%d", (int)pid);
    snprintf(first, sizeof first, "%u", base);
    snprintf(second, sizeof second, "%u", base + 1);
    pid_t child = fork();
    if (child == 0) {
        char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
        char *arguments[] = {(char *)program, target, "0", first, "1", "1000", second, "1", NULL};
        execvpe(program, arguments, environment);
        fprintf(stderr, "can't run %s: %s\n", program, strerror(errno));
        _exit(127);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool ids_map(const struct ids *ids, pid_t pid) {
    if (ids->kind == IDS_RANGE) {
        return write_map(pid, "uid_map", ids->uid) && write_map(pid, "gid_map", ids->gid);
    }
    return run_map(pid, "newuidmap", ids->uid) && run_map(pid, "newgidmap", ids->gid);
}

bool ids_become_root(void) {
    return setgroups(0, NULL) == 0 && setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}
