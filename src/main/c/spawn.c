#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

static struct rlimit descriptors;
static bool switching;
static int own_proc = AT_FDCWD;

void spawn_prepare(void) {
    int proc = open("/run/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    own_proc = proc < 0 ? AT_FDCWD : proc;
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur < descriptors.rlim_max) {
        struct rlimit raised = {descriptors.rlim_max, descriptors.rlim_max};
        setrlimit(RLIMIT_NOFILE, &raised);
    }
}

void spawn_allow_switch(void) { switching = true; }

int spawn_may_be(uint32_t uid, uint32_t gid) {
    return switching ? uid != UINT32_MAX && gid != UINT32_MAX : uid == getuid() && gid == getgid();
}

static _Noreturn void fail(const struct spawn *spawn, int status, enum code code, int number) {
    if (status >= 0) {
        struct spawn_failure failure = {code, number};
        ssize_t ignored = write(status, &failure, sizeof failure);
        (void)ignored;
    } else if (code == NOT_FOUND) {
        dprintf(2, "%s: command not found\n", spawn->arguments[0]);
    } else {
        dprintf(2, "%s: %s\n", spawn->arguments[0], strerror(number));
    }
    _exit(code == NOT_FOUND ? 127 : 126);
}

/* The agent was launched with 500. Commands can't undo it: their /proc is read-only, only the agent has another. */
static void prefer_for_oom(void) {
    const char *file = own_proc == AT_FDCWD ? "/proc/self/oom_score_adj" : "self/oom_score_adj";
    int fd = openat(own_proc, file, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t ignored = write(fd, "800", 3);
        (void)ignored;
        close(fd);
    }
}

static const char *search_path(char *const *environment) {
    for (; *environment; environment++) {
        if (strncmp(*environment, "PATH=", 5) == 0) {
            return *environment + 5;
        }
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

/* Tries to run the command in each directory of the path; comes back with the error that says most. */
static int run(const struct spawn *spawn) {
    const char *name = spawn->arguments[0];
    if (strchr(name, '/') || !*name) {
        execve(name, spawn->arguments, spawn->environment);
        return errno;
    }
    int result = ENOENT;
    const char *at = search_path(spawn->environment);
    for (;;) {
        size_t length = strcspn(at, ":");
        char file[PATH_BYTES + 256];
        int size = snprintf(file, sizeof file, "%.*s%s%s", (int)(length > PATH_BYTES ? PATH_BYTES : length), at, length ? "/" : "./", name);
        if (size > 0 && (size_t)size < sizeof file) {
            execve(file, spawn->arguments, spawn->environment);
            if (errno != ENOENT && errno != ENOTDIR && (errno != EACCES || result == ENOENT)) {
                result = errno;
            }
            if (result != ENOENT && result != EACCES) {
                return result;
            }
        }
        if (!at[length]) {
            return result;
        }
        at += length + 1;
    }
}

static enum code run_code(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            return NOT_FOUND;
        case EACCES:
        case EPERM:
        case ENOEXEC:
        case EISDIR:
        case ELIBBAD:
            return NOT_EXECUTABLE;
        case E2BIG:
            return INVALID;
        default:
            return error_code(number);
    }
}

static bool become(const struct spawn *spawn) {
    if (!switching) {
        return true;
    }
    /* Where the user namespace forbids setgroups, having none already is as good. */
    bool alone = setgroups(0, NULL) == 0 || getgroups(0, NULL) == 0;
    return alone && setresgid(spawn->gid, spawn->gid, spawn->gid) == 0 &&
        setresuid(spawn->uid, spawn->uid, spawn->uid) == 0;
}

static _Noreturn void child(const struct spawn *spawn) {
    int status = spawn->status;
    int directory = spawn->directory_fd;
    setsid();
    prefer_for_oom();
    /* The agent keeps 0, 1 and 2 occupied, so that none of these is one of those. */
    for (int i = 0; i < 3; i++) {
        dup2(spawn->fds[i], i);
    }
    if (status >= 0) {
        status = dup3(status, 3, O_CLOEXEC) < 0 && errno != EINVAL ? -1 : 3;
        close_range(4, ~0U, 0);
    } else if (directory >= 0) {
        fchdir(directory);
        close_range(3, ~0U, 0);
    }
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, &usual, NULL);
    sigaction(SIGXFSZ, &usual, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_NOFILE, &descriptors);
    umask(022);
    if (!become(spawn)) {
        fail(spawn, status, NOT_PERMITTED, errno);
    }
    if (spawn->directory && chdir(spawn->directory) != 0) {
        fail(spawn, status, NO_WORKING_DIRECTORY, errno);
    }
    int number = run(spawn);
    fail(spawn, status, run_code(number), number);
}

pid_t spawn_child(const struct spawn *spawn) {
    pid_t pid = fork();
    if (pid == 0) {
        child(spawn);
    }
    return pid;
}
