/* One frame of the protocol, read from bytes and written to bytes. Knows no connection. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"
#include "wire.h"

struct frame {
    uint8_t type;
    bool more;
    uint32_t length;
    const uint8_t *body;
};

/*
 * Looks for one frame from the service at the start of the data. Answers the bytes it takes, 0 when some are missing,
 * -1 when it is malformed; that is seen as soon as the head is there. `frame->body` points into the data.
 */
ssize_t frame_parse(const uint8_t *data, size_t length, struct frame *frame);

void frame_head(uint8_t *head, enum type type, size_t length);
/* False when there is no memory. */
bool frame_append(struct bytes *out, enum type type, const void *body, size_t length);
bool frame_append_error(struct bytes *out, enum code code, const char *message);

#endif
