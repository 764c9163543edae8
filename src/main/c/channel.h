/*
 * The connection inside a child that answers one request for files: blocking, with a time limit on each transfer.
 * Where the other side is gone, or after a failure, the child undoes what it has begun and ends.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <sys/uio.h>

#include "frame.h"

struct channel {
    int fd;
    struct bytes in;
    void (*undo)(void); /* called once when the request fails; NULL for nothing */
};

void channel_open(struct channel *channel, int fd, const struct bytes *in, const struct bytes *unsent);
/* The next frame; its body is valid until the next call. */
void channel_receive(struct channel *channel, struct frame *frame);
void channel_send(struct channel *channel, enum type type, const void *body, size_t length);
void channel_send_parts(struct channel *channel, struct iovec *parts, int count);
/* True when the other side is gone. */
bool channel_lost(const struct channel *channel);
/* Ends the child, as after a failure, when the other side is gone. */
void channel_look(struct channel *channel);
_Noreturn void channel_done(struct channel *channel);
_Noreturn void channel_fail(struct channel *channel, int number);
_Noreturn void channel_refuse(struct channel *channel, enum code code, const char *message);

#endif
