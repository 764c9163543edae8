/* What one launch is asked to do, shared by the launcher and the process that becomes the sandbox. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <sys/types.h>

#include "ids.h"

enum { CGROUPS_MAX = 8 };

struct launch {
    const char *directory;         /* the sandbox's own, to be made */
    const char *cgroups[CGROUPS_MAX]; /* directories to join */
    int cgroup_count;
    unsigned long long file_bytes;    /* largest file, 0 for no limit */
    unsigned long long data_bytes; /* data of each process, 0 for no limit */
    unsigned long long temporary_bytes; /* of /tmp; half of that for /dev/shm */
    const char *base;                 /* directory of what all sandboxes share */
    struct ids ids;
    char **command; /* bubblewrap's */
};

/* Descriptors that the command finds open. */
enum { LISTEN_FD = 3, READY_FD = 4, SECCOMP_FD = 5, STATUS_FD = 6, FIRST_UNUSED_FD = 7 };

struct confine_ends {
    int listener, ready, errors, status, home;
    int launcher; /* asks the launcher for what only it may do, one byte each way */
};

/* What is asked for over `launcher`. */
enum { ASK_MAP = 'U', ASK_HOME = 'H', GRANTED = 'G' };

/* Turns this process into the sandbox's outermost one; does not return. */
_Noreturn void confine(const struct launch *launch, const struct confine_ends *ends);
/* `launch inside`, run in the sandbox: limits the number of processes, then runs the command. */
int inside_main(int argc, char **argv);

#endif
