/* From a copy of the launcher to bubblewrap: own session, cgroups, limits, descriptors, ids. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launch.h"
#include "seccomp.h"
#include "stage.h"

enum { OPEN_FILES = 4096, OPEN_FILES_HARD = 65536, CLEAR_OF_TARGETS = 16 };
enum { QUEUED_SIGNALS = 4096, QUEUE_BYTES = 819200, LOCKED_BYTES = 8 << 20 };

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    _exit(1);
}

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) {
        fail(path);
    }
    close(fd);
}

static void reset_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL); /* fails for those that can't be changed */
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void join_cgroups(const struct launch *launch) {
    for (int i = 0; i < launch->cgroup_count; i++) {
        char path[512];
        if (snprintf(path, sizeof path, "%s/cgroup.procs", launch->cgroups[i]) >= (int)sizeof path) {
            errno = ENAMETOOLONG;
            fail(launch->cgroups[i]);
        }
        write_file(path, "0");
    }
}

static void limit(int resource, const char *name, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) {
        fail(name);
    }
    now.rlim_max = now.rlim_max < hard ? now.rlim_max : hard;
    now.rlim_cur = now.rlim_max < soft ? now.rlim_max : soft;
    if (setrlimit(resource, &now) != 0) {
        fail(name);
    }
}

/* A kernel that pipes cores to a program of the host's leaves that out for 1 only, not for 0. */
static void forbid_cores(void) {
    struct rlimit one = {1, 1};
    if (setrlimit(RLIMIT_CORE, &one) != 0) {
        limit(RLIMIT_CORE, "core size", 0, 0);
    }
}

static void set_limits(const struct launch *launch) {
    forbid_cores();
    limit(RLIMIT_NOFILE, "open files", OPEN_FILES, OPEN_FILES_HARD);
    /* The kernel keeps the first three for all of a user namespace, as they are when it is made. */
    limit(RLIMIT_SIGPENDING, "queued signals", QUEUED_SIGNALS, QUEUED_SIGNALS);
    limit(RLIMIT_MSGQUEUE, "message queues", QUEUE_BYTES, QUEUE_BYTES);
    limit(RLIMIT_MEMLOCK, "locked memory", LOCKED_BYTES, LOCKED_BYTES);
    limit(RLIMIT_RTPRIO, "real-time priority", 0, 0);
    limit(RLIMIT_NICE, "priority", 0, 0);
    if (launch->file_bytes > 0) {
        limit(RLIMIT_FSIZE, "file size", launch->file_bytes, launch->file_bytes);
    }
    if (launch->data_bytes > 0) {
        limit(RLIMIT_DATA, "data size", launch->data_bytes, launch->data_bytes);
    }
}

/* Copies that lie above all targets, so that none is overwritten before its turn. */
static int lift(int fd) {
    int lifted = fcntl(fd, F_DUPFD_CLOEXEC, CLEAR_OF_TARGETS);
    if (lifted < 0) {
        fail("descriptors");
    }
    return lifted;
}

static void arrange_descriptors(const struct confine_ends *ends) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), filter = seccomp_open();
    if (null < 0 || filter < 0) {
        fail("descriptors");
    }
    int from[FIRST_UNUSED_FD] = {lift(null),         lift(null),        lift(ends->errors), lift(ends->listener),
                                 lift(ends->ready), lift(filter), lift(ends->status)};
    for (int target = 0; target < FIRST_UNUSED_FD; target++) {
        if (dup2(from[target], target) < 0) {
            fail("descriptors");
        }
    }
    if (syscall(SYS_close_range, FIRST_UNUSED_FD, ~0u, 0) != 0) {
        for (int fd = FIRST_UNUSED_FD; fd < OPEN_FILES_HARD; fd++) { /* kernels before 5.9 */
            close(fd);
        }
    }
}

static void ask(int launcher, char what) {
    char answer = 0;
    if (write(launcher, &what, 1) != 1 || read(launcher, &answer, 1) != 1 || answer != GRANTED) {
        _exit(1); /* the launcher has said why */
    }
}

/* The service can't give a directory to subordinate ids; the sandbox's root makes it in one that stands open. */
static void make_home(const struct confine_ends *ends) {
    if (mkdirat(ends->home, "user", 0700) != 0 || fchownat(ends->home, "user", 1000, 1000, AT_SYMLINK_NOFOLLOW) != 0) {
        fail("home directory");
    }
}

/* What the kernel counts for each user. With ids of its own a sandbox has its own counts; where many share the service's,
 * each may take a part of them only. */
static void bound_counts(const struct launch *launch) {
    static const char *const parts[][2] = {
        {"/proc/sys/user/max_inotify_instances", "16"},
        {"/proc/sys/user/max_inotify_watches", "16384"},
        {"/proc/sys/user/max_fanotify_groups", "0"},
    };
    for (size_t i = 0; !launch->ids.by_root && i < sizeof parts / sizeof *parts; i++) {
        if (access(parts[i][0], F_OK) == 0) {
            write_file(parts[i][0], parts[i][1]);
        }
    }
    if (launch->ids.kind != IDS_SINGLE) { /* bubblewrap makes one more there, and forbids those that follow */
        write_file("/proc/sys/user/max_user_namespaces", "0"); /* counts for what lies inside this namespace only */
    }
}

static void must(bool done, const char *what) {
    if (!done) {
        fail(what);
    }
}

static void enter_namespaces(const struct launch *launch, const struct confine_ends *ends) {
    struct stage stage;
    bool by_root = launch->ids.by_root, makes_home = launch->ids.kind == IDS_PAIR && !by_root;
    if (by_root) { /* as root of the host, who can open the sandbox's directory */
        must(stage_open(&stage, launch) && stage_mount(&stage, launch), "mounts");
        must(ids_become_base(&launch->ids), "ids");
    }
    must(unshare(CLONE_NEWUSER) == 0, "user namespace");
    ask(ends->launcher, ASK_MAP);
    if (!by_root) { /* still as the service's user, for the same reason */
        must(stage_open(&stage, launch), "mounts");
    }
    must(ids_become_root(&launch->ids), "user namespace: root");
    if (makes_home) {
        make_home(ends);
    }
    if (!by_root) {
        must(stage_mount(&stage, launch), "mounts");
    }
    if (makes_home) {
        ask(ends->launcher, ASK_HOME);
    }
    bound_counts(launch);
}

_Noreturn void confine(const struct launch *launch, const struct confine_ends *ends) {
    if (dup2(ends->errors, STDERR_FILENO) < 0 || setsid() < 0 || chdir("/") != 0) {
        _exit(1);
    }
    umask(022);
    reset_signals();
    join_cgroups(launch);
    write_file("/proc/self/oom_score_adj", "500"); /* a host short of memory takes sandboxes before the service */
    set_limits(launch);
    enter_namespaces(launch, ends);
    arrange_descriptors(ends);
    char *environment[] = {NULL};
    execve(launch->command[0], launch->command, environment);
    fail(launch->command[0]);
}

int inside_main(int argc, char **argv) {
    char *end = NULL;
    unsigned long processes = argc > 3 ? strtoul(argv[1], &end, 10) : 0;
    if (processes == 0 || *end != '\0' || strcmp(argv[2], "--") != 0) {
        fprintf(stderr, "usage: sandbar-agent launch inside PROCESSES -- COMMAND...\n");
        return 2;
    }
    limit(RLIMIT_NPROC, "processes", processes, processes);
    execv(argv[3], argv + 3);
    fail(argv[3]);
}
