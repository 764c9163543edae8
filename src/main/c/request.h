/* A request that comes in several frames, gathered and bounded: START with its strings, and those for files. */
#ifndef REQUEST_H
#define REQUEST_H

#include "frame.h"

enum progress { NEEDS_MORE, COMPLETE, MALFORMED, REFUSED };

/* Positions of NUL-terminated strings in `text`; an attribute is u16 length of its value, 0, name, 0, value. */
struct strings {
    uint32_t *at;
    size_t count, capacity;
};

struct request {
    uint8_t type;
    uint8_t continued; /* type of the value that goes on, 0 for none */
    uint32_t uid, gid;
    uint32_t number; /* flags, mode or depth */
    uint64_t first, second; /* time-out; offset and length */
    char id[ID_MAX + 1];
    struct bytes text;
    struct strings arguments, environment, directory, path, target, attributes;
    size_t size, frames;
    const char *refusal;
};

/* True for types that begin a request. */
bool request_begins(uint8_t type);
/* Takes the first or next frame. After REFUSED `refusal` says why. */
enum progress request_take(struct request *request, const struct frame *frame);
/* The list with a NULL at its end, to be freed; valid as long as the request. NULL when there is no memory. */
char **request_vector(const struct request *request, const struct strings *strings);
/* The first of them, or NULL. */
const char *request_string(const struct request *request, const struct strings *strings);
void request_free(struct request *request);

/* Reads a process id of 1 to 64 permitted characters; false when it isn't one. */
bool id_read(char id[ID_MAX + 1], const uint8_t *data, size_t length);

#endif
