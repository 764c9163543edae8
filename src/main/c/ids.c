#include "ids.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANGE = 65536, LOWEST = 1000 };

bool ids_parse(struct ids *ids, const char *text) {
    char rest;
    memset(ids, 0, sizeof *ids);
    ids->by_root = geteuid() == 0;
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

static bool write_file(pid_t pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!done) {
        fprintf(stderr, "can't write %s: %s\n", name, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return done;
}

static bool write_map(pid_t pid, const char *name, unsigned base, int count) {
    char line[64];
    snprintf(line, sizeof line, "0 %u %d\n", base, count);
    return write_file(pid, name, line);
}

static bool write_pair(pid_t pid, const char *name, unsigned base) {
    char lines[96];
    snprintf(lines, sizeof lines, "0 %u 1\n1000 %u 1\n", base, base + 1);
    return write_file(pid, name, lines);
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
        return write_map(pid, "uid_map", ids->uid, RANGE) && write_map(pid, "gid_map", ids->gid, RANGE);
    }
    if (ids->kind == IDS_SINGLE) {
        return write_map(pid, "uid_map", geteuid(), 1) && write_file(pid, "setgroups", "deny") &&
            write_map(pid, "gid_map", getegid(), 1);
    }
    if (ids->by_root) {
        return write_pair(pid, "uid_map", ids->uid) && write_pair(pid, "gid_map", ids->gid);
    }
    return run_map(pid, "newuidmap", ids->uid) && run_map(pid, "newgidmap", ids->gid);
}

static bool raise_capabilities(void) {
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &head, data) != 0) {
        return false;
    }
    data[0].effective = data[0].permitted;
    data[1].effective = data[1].permitted;
    return syscall(SYS_capset, &head, data) == 0;
}

bool ids_become_base(const struct ids *ids) {
    return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setgroups(0, NULL) == 0 && setresgid(ids->gid, ids->gid, ids->gid) == 0 &&
        setresuid(ids->uid, ids->uid, ids->uid) == 0 && raise_capabilities();
}

bool ids_become_root(const struct ids *ids) {
    bool alone = ids->kind == IDS_SINGLE || setgroups(0, NULL) == 0; /* the map of one id forbids it */
    return alone && setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}
