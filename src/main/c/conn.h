/* One connection of the service: its frames in, its frames out, and what it is at. */
#ifndef CONN_H
#define CONN_H

#include "bytes.h"
#include "frame.h"
#include "loop.h"
#include "request.h"

struct process;

enum phase {
    READY,     /* between two requests */
    GATHERING, /* a request that isn't complete */
    FOLLOWING, /* reads a process's output */
    FEEDING,   /* writes a process's input */
    SKIPPING,  /* input that was refused, up to its end */
    LEAVING    /* the last frame was given out; what still comes is dropped */
};

struct conn {
    struct source source;
    enum phase phase;
    bool blocked; /* waits for room in a process's input */
    bool told;    /* EXIT was given out */
    bool shut;
    struct bytes in, out;
    struct request request;
    struct process *process;
    uint64_t next;  /* FOLLOWING: offset to send next */
    size_t written; /* FEEDING: bytes of the first frame that are in the pipe */
    uint64_t heard; /* when bytes last came */
    struct conn *previous, *following;
};

void conns_listen(int fd, const char *mark);
void conns_tick(uint64_t now);
/* When a service last said something. */
uint64_t conns_heard(void);

/* Whether the other side has closed it; what it sent before may be still to be read. */
bool conn_left(const struct conn *conn);

/* All of these do nothing for NULL. */
void conn_update(struct conn *conn);
void conn_unblock(struct conn *conn);
void conn_close(struct conn *conn);
void conn_started(struct conn *conn, uint32_t pid);
/* A process that doesn't come to be: an error, and the connection ends. */
void conn_forsake(struct conn *conn, enum code code, const char *message);

void conn_follow(struct conn *conn, struct process *process, uint64_t offset);
void conn_send(struct conn *conn, enum type type, const void *body, size_t length);
void conn_error(struct conn *conn, enum code code, const char *message);
/* After what is to be sent the connection ends. */
void conn_leave(struct conn *conn);

#endif
