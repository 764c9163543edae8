/* A growing queue of bytes: appended at the end, taken from the front. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t start, end, capacity;
};

static inline size_t bytes_length(const struct bytes *bytes) { return bytes->end - bytes->start; }

/* Makes room for this many more bytes after `end`; false when there is no memory. */
bool bytes_reserve(struct bytes *bytes, size_t more);
bool bytes_append(struct bytes *bytes, const void *data, size_t length);
/* Takes bytes from the front; the memory stays where it is until the next reserve or trim. */
void bytes_take(struct bytes *bytes, size_t length);
/* Gives the memory back when nothing is held. */
void bytes_trim(struct bytes *bytes);
void bytes_free(struct bytes *bytes);

#endif
