#include "frame.h"

#include <string.h>

/* Least length of each type's body; none for types that the service doesn't send. */
static int least_body(uint8_t type) {
    switch (type) {
        case PING:
        case LIST:
        case ARGUMENT:
        case ENVIRONMENT:
        case DIRECTORY:
        case DATA:
        case END:
        case TARGET:
        case GO:
        case FORGET:
        case STAT:
        case REMOVE:
            return 0;
        case INPUT:
        case CLOSE_INPUT:
            return 1;
        case ATTRIBUTE:
            return 2;
        case LIST_DIRECTORY:
        case SIGNAL:
            return 5;
        case DEADLINE:
        case ACKNOWLEDGE:
            return 8;
        case MAKE_DIRECTORY:
        case MOVE:
        case ATTACH:
            return 9;
        case WRITE:
            return 13;
        case READ:
            return 17;
        case START:
            return 21;
        default:
            return -1;
    }
}

static size_t most_body(uint8_t type) {
    switch (type) {
        case LIST:
        case END:
        case GO:
        case FORGET:
            return 0;
        case DEADLINE:
        case ACKNOWLEDGE:
            return 8;
        case PING:
            return 64;
        default:
            return BODY_MAX;
    }
}

static bool may_continue(uint8_t type) {
    return type == ARGUMENT || type == ENVIRONMENT || type == DIRECTORY || type == TARGET || type == STAT || type == REMOVE;
}

ssize_t frame_parse(const uint8_t *data, size_t length, struct frame *frame) {
    if (length < HEAD_BYTES) {
        return 0;
    }
    uint32_t body = get32(data);
    uint8_t type = data[4];
    uint8_t flags = data[5];
    int least = least_body(type);
    if (least < 0 || body < (uint32_t)least || body > most_body(type) || (flags & ~FLAG_MORE) || data[6] || data[7]) {
        return -1;
    }
    if ((flags & FLAG_MORE) && !may_continue(type)) {
        return -1;
    }
    if (length - HEAD_BYTES < body) {
        return 0;
    }
    *frame = (struct frame){.type = type, .more = flags & FLAG_MORE, .length = body, .body = data + HEAD_BYTES};
    return HEAD_BYTES + (ssize_t)body;
}

void frame_head(uint8_t *head, enum type type, size_t length) {
    put32(head, (uint32_t)length);
    head[4] = (uint8_t)type;
    head[5] = head[6] = head[7] = 0;
}

bool frame_append(struct bytes *out, enum type type, const void *body, size_t length) {
    if (!bytes_reserve(out, HEAD_BYTES + length)) {
        return false;
    }
    frame_head(out->data + out->end, type, length);
    out->end += HEAD_BYTES;
    return bytes_append(out, body, length);
}

bool frame_append_error(struct bytes *out, enum code code, const char *message) {
    uint8_t body[2 + MESSAGE_MAX];
    size_t length = strnlen(message, MESSAGE_MAX);
    put16(body, (uint16_t)code);
    memcpy(body + 2, message, length);
    return frame_append(out, ERROR, body, 2 + length);
}
