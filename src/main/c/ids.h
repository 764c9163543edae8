/* Which host ids a sandbox's users have, and how a process moves into their namespace. */
#ifndef IDS_H
#define IDS_H

#include <stdbool.h>
#include <sys/types.h>

enum ids_kind {
    IDS_SINGLE, /* the service's own id; no root inside */
    IDS_RANGE,  /* 65536 host ids, written by a service that is root */
    IDS_PAIR    /* two ids: subordinate ones, written by newuidmap and newgidmap, or of root in a container with few */
};

struct ids {
    enum ids_kind kind;
    unsigned uid, gid; /* host ids of the sandbox's root */
    bool by_root;      /* the service may become any id */
};

/* Reads `single`, `range:BASE` or `pair:UID:GID`; false when malformed or when it names host id 0. */
bool ids_parse(struct ids *ids, const char *text);
/* Writes the maps of a process that has a user namespace of its own; false after a line on stderr. */
bool ids_map(const struct ids *ids, pid_t pid);
/* Becomes the host id of the sandbox's root and keeps all capabilities, so that the namespace which this process makes next
 * belongs to that id, and the kernel counts for it what the sandbox takes. */
bool ids_become_base(const struct ids *ids);
/* Becomes root of the own user namespace. */
bool ids_become_root(const struct ids *ids);

#endif
