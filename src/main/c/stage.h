/*
 * What bubblewrap builds a sandbox from, laid out at /tmp in a mount namespace of the launch's own: the way to it on the
 * host stays closed to everybody else, the sandbox's ids included, and mounts that bubblewrap can't bound have a bound.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "launch.h"

struct stage {
    int base, home; /* directories of this namespace */
};

/* Leaves the host's mounts and opens what lies on the host, as whoever may; false with errno. */
bool stage_open(struct stage *stage, const struct launch *launch);
/* Mounts base, home, pts, tmp and shm below /tmp; false with errno. */
bool stage_mount(const struct stage *stage, const struct launch *launch);
/* Takes the agent's own /run/proc out of the sandbox of which this is the first process; false with errno. */
bool stage_seal(pid_t first);

#endif
