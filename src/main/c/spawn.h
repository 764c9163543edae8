/* Starts a program as another user, with nothing of the agent's own about it. */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdint.h>
#include <sys/types.h>

struct spawn {
    char *const *arguments;
    char *const *environment;
    const char *directory; /* or NULL: */
    int directory_fd;
    uint32_t uid, gid;
    int fds[3];
    int status; /* gets a struct spawn_failure; closes when the program runs. -1: say it on the error output */
};

struct spawn_failure {
    int code, number; /* of the protocol, of the system */
};

/* Notes what a child must get back: the limit of descriptors. Raises the agent's own. */
void spawn_prepare(void);
/* The users that commands may have: any, or only the agent's own. */
void spawn_allow_switch(void);
int spawn_may_be(uint32_t uid, uint32_t gid);
/* Answers the child's process id, -1 with errno when there can be none. The child leads a session of its own. */
pid_t spawn_child(const struct spawn *spawn);

#endif
