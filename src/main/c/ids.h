/* Which host ids a sandbox's users have, and how a process moves into their namespace. */
#ifndef IDS_H
#define IDS_H

#include <stdbool.h>
#include <sys/types.h>

enum ids_kind {
    IDS_SINGLE, /* the service's own id, mapped by bubblewrap; no root inside */
    IDS_RANGE,  /* 65536 host ids, written by a service that is root */
    IDS_PAIR    /* two subordinate ids, written by newuidmap and newgidmap */
};

struct ids {
    enum ids_kind kind;
    unsigned uid, gid; /* host ids of the sandbox's root */
};

/* Reads `single`, `range:BASE` or `pair:UID:GID`; false when malformed or when it names host id 0. */
bool ids_parse(struct ids *ids, const char *text);
/* Writes the maps of a process that has a user namespace of its own; false after a line on stderr. */
bool ids_map(const struct ids *ids, pid_t pid);
/* Becomes root of the own user namespace. */
bool ids_become_root(void);

#endif
