/*
 * sandbar-agent launch: starts one sandbox and ends when its agent is ready. Prints boot id, process id and start time
 * of the sandbox's process 1. On failure nothing that it started runs on, and stderr says why.
 */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "roles.h"
#include "stage.h"

enum { READY_WITHIN_MS = 10000, BACKLOG = 1024, ERRORS_MAX = 4096 };

struct launcher {
    const struct launch *launch;
    pid_t child;
    int directory, home;
    int requests, ready, errors; /* -1 when ended */
    char said[ERRORS_MAX];
    size_t said_bytes;
};

static volatile sig_atomic_t stopped;

static void stop(int number) {
    (void)number;
    stopped = 1;
}

static void wake(int number) { (void)number; } /* ppoll ends, and the child is looked at */

static int complain(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return -1;
}

static long long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int make_directory(int at, const char *path, mode_t mode) {
    if (mkdirat(at, path, 0700) != 0) {
        return complain(path);
    }
    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd >= 0 && fchmod(fd, mode) == 0 ? fd : complain(path);
}

/* DIRECTORY/home/user becomes /home/user. The directory is closed to the host's other users: files of a sandbox's root may
 * be set-uid and open to everybody. */
static int make_directories(struct launcher *l) {
    const struct ids *ids = &l->launch->ids;
    bool pair = ids->kind == IDS_PAIR && !ids->by_root; /* then the sandbox's root makes it */
    unsigned user_id = ids->kind == IDS_PAIR ? 1 : 1000;
    l->directory = make_directory(AT_FDCWD, l->launch->directory, 0700);
    if (l->directory < 0) {
        return -1;
    }
    l->home = make_directory(l->directory, "home", pair ? 0703 : 0700);
    if (l->home < 0 || pair) {
        return l->home < 0 ? -1 : 0;
    }
    int user = make_directory(l->home, "user", 0700);
    if (user >= 0 && ids->by_root && fchown(user, ids->uid + user_id, ids->gid + user_id) != 0) {
        return complain("home directory");
    }
    return user < 0 ? -1 : close(user);
}

static int listen_at(const char *directory) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/agent.sock", directory);
    if (length >= (int)sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return complain(directory);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t mask = umask(0177);
    bool done = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0;
    umask(mask);
    return done ? fd : complain(address.sun_path);
}

static int fork_sandbox(struct launcher *l) {
    int requests[2], ready[2], errors[2];
    struct confine_ends ends = {.home = l->home, .listener = listen_at(l->launch->directory)};
    ends.status = openat(l->directory, "status", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (ends.listener < 0 || ends.status < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, requests) != 0 ||
        pipe2(ready, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) {
        return complain("launch");
    }
    ends.launcher = requests[1], ends.ready = ready[1], ends.errors = errors[1];
    l->child = fork();
    if (l->child == 0) {
        close(requests[0]);
        confine(l->launch, &ends);
    }
    close(requests[1]), close(ready[1]), close(errors[1]), close(ends.listener), close(ends.status);
    l->requests = requests[0], l->ready = ready[0], l->errors = errors[0];
    return l->child < 0 ? complain("fork") : 0;
}

static bool grant(struct launcher *l, char what) {
    bool done = what == ASK_MAP ? ids_map(&l->launch->ids, l->child)
                                : fchmod(l->home, 0700) == 0;
    char answer = done ? GRANTED : 'N';
    return write(l->requests, &answer, 1) == 1 && done;
}

static void take_errors(struct launcher *l) {
    ssize_t taken = read(l->errors, l->said + l->said_bytes, sizeof l->said - l->said_bytes);
    if (taken > 0) {
        l->said_bytes += (size_t)taken;
    }
    if (taken == 0 || l->said_bytes == sizeof l->said) {
        close(l->errors);
        l->errors = -1;
    }
}

/* Bubblewrap outlives its sandbox; what it has begun may still hold the other ends open, and never speak. */
static bool child_ended(struct launcher *l) {
    int status = 0;
    if (waitpid(l->child, &status, WNOHANG) != l->child) {
        return false;
    }
    l->child = -1;
    fprintf(stderr, "bubblewrap ended before the agent was ready: %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return true;
}

/* True when the agent has said that it is ready. */
static bool follow(struct launcher *l) {
    long long deadline = now_ms() + READY_WITHIN_MS;
    for (;;) {
        struct pollfd ends[] = {{l->ready, POLLIN, 0}, {l->requests, POLLIN, 0}, {l->errors, POLLIN, 0}};
        long long left = deadline - now_ms();
        if (stopped || left <= 0) {
            fprintf(stderr, stopped ? "stopped\n" : "the agent was not ready within %d s\n", READY_WITHIN_MS / 1000);
            return false;
        }
        struct timespec wait = {left / 1000, left % 1000 * 1000000};
        sigset_t none;
        sigemptyset(&none);
        if (ppoll(ends, 3, &wait, &none) < 0) { /* the one place where signals come in */
            if (child_ended(l)) {
                return false;
            }
            continue;
        }
        char byte = 0;
        if (ends[2].revents) {
            take_errors(l);
        }
        if (ends[0].revents) {
            return read(l->ready, &byte, 1) == 1 && byte == 'R';
        }
        if (ends[1].revents) {
            if (read(l->requests, &byte, 1) != 1) {
                close(l->requests);
                l->requests = -1;
            } else if (!grant(l, byte)) {
                return false;
            }
        }
    }
}

static int read_at(int directory, const char *path, char *text, size_t size) {
    int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
    return length > 0 ? 0 : -1;
}

static int first_process(const struct launcher *l) {
    char text[256];
    const char *field = read_at(l->directory, "status", text, sizeof text) == 0 ? strstr(text, "\"child-pid\":") : NULL;
    return field ? atoi(field + strlen("\"child-pid\":")) : -1;
}

/* Process ids come again, also with the same start time after a reboot; the three together don't. */
static int identify(const struct launcher *l) {
    char boot[64], path[64], stat[1024], line[256];
    int pid = first_process(l);
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (pid <= 1 || read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot, sizeof boot) != 0 ||
        read_at(AT_FDCWD, path, stat, sizeof stat) != 0) {
        fprintf(stderr, "process 1 of the sandbox is not known\n");
        return -1;
    }
    boot[strcspn(boot, "\n")] = '\0';
    char *rest = NULL, *field = strrchr(stat, ')');
    field = field ? strtok_r(field + 1, " ", &rest) : NULL;
    for (int number = 3; field && number < 22; number++) {
        field = strtok_r(NULL, " ", &rest);
    }
    int length = snprintf(line, sizeof line, "%s %d %s\n", boot, pid, field ? field : "0");
    int fd = openat(l->directory, "identity", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = fd >= 0 && write(fd, line, (size_t)length) == length && write(STDOUT_FILENO, line, (size_t)length) == length;
    return done ? close(fd) : complain("identity");
}

/* The last step: from here on this process sees the sandbox's files, not the host's. */
static int seal(const struct launcher *l) {
    return stage_seal(first_process(l)) ? 0 : complain("seal");
}

static void end_all(struct launcher *l) {
    int first = first_process(l);
    if (first > 1) {
        kill(first, SIGKILL);
    }
    if (l->child > 0) {
        kill(l->child, SIGKILL);
        while (waitpid(l->child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    while (l->errors >= 0) {
        struct pollfd end = {l->errors, POLLIN, 0};
        if (poll(&end, 1, 100) <= 0) {
            break;
        }
        take_errors(l);
    }
    fwrite(l->said, 1, l->said_bytes, stderr);
}

static bool parse(struct launch *launch, int argc, char **argv) {
    bool ids = false;
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--directory") == 0 && value[0] == '/') {
            launch->directory = value;
        } else if (strcmp(name, "--ids") == 0) {
            ids = ids_parse(&launch->ids, value);
        } else if (strcmp(name, "--cgroup") == 0 && launch->cgroup_count < CGROUPS_MAX) {
            launch->cgroups[launch->cgroup_count++] = value;
        } else if (strcmp(name, "--base") == 0 && value[0] == '/') {
            launch->base = value;
        } else if (strcmp(name, "--temporary-bytes") == 0) {
            launch->temporary_bytes = strtoull(value, NULL, 10);
        } else if (strcmp(name, "--file-bytes") == 0) {
            launch->file_bytes = strtoull(value, NULL, 10);
        } else if (strcmp(name, "--data-bytes") == 0) {
            launch->data_bytes = strtoull(value, NULL, 10);
        } else {
            return false;
        }
    }
    launch->command = argv + i + 1;
    return ids && launch->directory && launch->base && launch->temporary_bytes > 0 && i + 1 < argc;
}

/* SIGTERM ends the launch, and only between steps, as does the child's end; a Ctrl-C for the service's group does not. */
static void ready_signals(void) {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGTERM);
    sigaddset(&both, SIGCHLD);
    sigprocmask(SIG_BLOCK, &both, NULL);
    struct sigaction term = {.sa_handler = stop}, child = {.sa_handler = wake};
    sigaction(SIGTERM, &term, NULL);
    sigaction(SIGCHLD, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

int launch_main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "inside") == 0) {
        return inside_main(argc - 1, argv + 1);
    }
    struct launch launch = {0};
    if (!parse(&launch, argc, argv)) {
        fprintf(stderr, "usage: sandbar-agent launch --directory DIR --base DIR --ids single|range:BASE|pair:UID:GID\n"
                        "       --temporary-bytes N [--cgroup DIR]... [--file-bytes N] [--data-bytes N] -- BWRAP...\n");
        return 2;
    }
    ready_signals();
    static struct launcher l;
    l.launch = &launch, l.requests = l.ready = l.errors = -1;
    if (make_directories(&l) != 0) {
        return 1;
    }
    if (fork_sandbox(&l) == 0 && follow(&l) && identify(&l) == 0 && seal(&l) == 0) {
        return 0;
    }
    end_all(&l);
    return 1;
}
