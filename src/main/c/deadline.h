/* When the sandbox ends although no service says so. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdint.h>

/* How long a service must have been silent, in milliseconds. */
void deadline_grace(uint64_t milliseconds);
/* Unix time in milliseconds, 0 for none. */
void deadline_set(uint64_t at);
void deadline_tick(uint64_t now);

#endif
