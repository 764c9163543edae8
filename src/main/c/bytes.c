#include "bytes.h"

#include <stdlib.h>
#include <string.h>

bool bytes_reserve(struct bytes *bytes, size_t more) {
    if (bytes->capacity - bytes->end >= more) {
        return true;
    }
    size_t held = bytes_length(bytes);
    if (bytes->start > 0) {
        memmove(bytes->data, bytes->data + bytes->start, held);
        bytes->start = 0;
        bytes->end = held;
    }
    if (bytes->capacity - held >= more) {
        return true;
    }
    size_t wanted = bytes->capacity * 2 > held + more ? bytes->capacity * 2 : held + more;
    uint8_t *grown = realloc(bytes->data, wanted);
    if (!grown) {
        return false;
    }
    bytes->data = grown;
    bytes->capacity = wanted;
    return true;
}

bool bytes_append(struct bytes *bytes, const void *data, size_t length) {
    if (!bytes_reserve(bytes, length)) {
        return false;
    }
    if (length > 0) {
        memcpy(bytes->data + bytes->end, data, length);
        bytes->end += length;
    }
    return true;
}

void bytes_take(struct bytes *bytes, size_t length) {
    bytes->start += length;
    if (bytes->start == bytes->end) {
        bytes->start = bytes->end = 0;
    }
}

void bytes_trim(struct bytes *bytes) {
    if (bytes->end == bytes->start) {
        bytes_free(bytes);
    }
}

void bytes_free(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}
