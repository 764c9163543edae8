#include "request.h"

#include <stdlib.h>
#include <string.h>

enum { REQUEST_BYTES = 4 << 20, REQUEST_FRAMES = 65536 };

bool id_read(char id[ID_MAX + 1], const uint8_t *data, size_t length) {
    if (length < 1 || length > ID_MAX) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        bool plain = (data[i] >= 'a' && data[i] <= 'z') || (data[i] >= 'A' && data[i] <= 'Z') || (data[i] >= '0' && data[i] <= '9');
        if (!plain && data[i] != '_' && data[i] != '-') {
            return false;
        }
    }
    memcpy(id, data, length);
    id[length] = 0;
    return true;
}

bool request_begins(uint8_t type) { return type == START || (type >= STAT && type <= WRITE); }

static enum progress refuse(struct request *request, const char *why) {
    request->refusal = why;
    return REFUSED;
}

/* Adds a string, or goes on with the last one. */
static bool add(struct request *request, struct strings *strings, const uint8_t *data, size_t length, bool goes_on) {
    struct bytes *text = &request->text;
    if (!bytes_reserve(text, length + 1)) {
        return false;
    }
    if (goes_on) {
        text->end--;
    } else {
        if (strings->count == strings->capacity) {
            size_t capacity = strings->capacity ? strings->capacity * 2 : 8;
            uint32_t *grown = reallocarray(strings->at, capacity, sizeof *grown);
            if (!grown) {
                return false;
            }
            strings->at = grown;
            strings->capacity = capacity;
        }
        strings->at[strings->count++] = (uint32_t)text->end;
    }
    return bytes_append(text, data, length) && bytes_append(text, "", 1);
}

static enum progress take_string(struct request *request, struct strings *strings, const struct frame *frame, size_t fixed) {
    const uint8_t *data = frame->body + fixed;
    size_t length = frame->length - fixed;
    if (memchr(data, 0, length)) {
        return MALFORMED;
    }
    if (!add(request, strings, data, length, request->continued != 0)) {
        return refuse(request, "no memory for the request");
    }
    request->continued = frame->more ? frame->type : 0;
    return NEEDS_MORE;
}

static enum progress take_attribute(struct request *request, const struct frame *frame) {
    const uint8_t *separator = memchr(frame->body, 0, frame->length);
    if (!separator || separator == frame->body) {
        return MALFORMED;
    }
    uint8_t length[2];
    put16(length, (uint16_t)(frame->length - (size_t)(separator + 1 - frame->body)));
    bool added = add(request, &request->attributes, length, 2, false) && bytes_append(&request->text, frame->body, frame->length);
    return added ? NEEDS_MORE : refuse(request, "no memory for the request");
}

static enum progress checked_path(struct request *request, const struct strings *strings) {
    const char *path = request_string(request, strings);
    if (!path || path[0] != '/') {
        return refuse(request, "the path is not absolute");
    }
    return strlen(path) > PATH_BYTES ? refuse(request, "the path is too long") : COMPLETE;
}

static enum progress go(struct request *request) {
    switch (request->type) {
        case START:
            if (request->arguments.count == 0) {
                return refuse(request, "no command");
            }
            return request->directory.count ? checked_path(request, &request->directory) : COMPLETE;
        case MOVE:
            return checked_path(request, &request->target);
        case WRITE:
            return COMPLETE;
        default:
            return MALFORMED;
    }
}

static enum progress begin(struct request *request, const struct frame *frame) {
    const uint8_t *body = frame->body;
    size_t fixed = 0;
    request->type = frame->type;
    if (frame->type == START || frame->type == MAKE_DIRECTORY || frame->type == MOVE || frame->type == WRITE) {
        request->uid = get32(body);
        request->gid = get32(body + 4);
        fixed = 8;
    }
    if (frame->type == START) {
        request->number = get32(body + 8);
        request->first = get64(body + 12);
        return id_read(request->id, body + 20, frame->length - 20) ? NEEDS_MORE : refuse(request, "bad process id");
    }
    if (frame->type == WRITE || frame->type == LIST_DIRECTORY) {
        request->number = get32(body + fixed);
        fixed += 4;
    }
    if (frame->type == READ) {
        request->first = get64(body);
        request->second = get64(body + 8);
        fixed = 16;
    }
    enum progress progress = take_string(request, &request->path, frame, fixed);
    if (progress != NEEDS_MORE || request->continued) {
        return progress;
    }
    progress = checked_path(request, &request->path);
    return progress == COMPLETE && (frame->type == MOVE || frame->type == WRITE) ? NEEDS_MORE : progress;
}

enum progress request_take(struct request *request, const struct frame *frame) {
    request->size += frame->length + sizeof(uint32_t);
    if (request->size > REQUEST_BYTES || ++request->frames > REQUEST_FRAMES) {
        return refuse(request, "the request is too large");
    }
    if (request->continued && request->continued != frame->type) {
        return MALFORMED;
    }
    if (!request->type) {
        return begin(request, frame);
    }
    switch (frame->type) {
        case ARGUMENT:
            return request->type == START ? take_string(request, &request->arguments, frame, 0) : MALFORMED;
        case ENVIRONMENT:
            return request->type == START ? take_string(request, &request->environment, frame, 0) : MALFORMED;
        case DIRECTORY:
            return request->type == START && (request->continued || !request->directory.count)
                ? take_string(request, &request->directory, frame, 0)
                : MALFORMED;
        case TARGET:
            return request->type == MOVE && (request->continued || !request->target.count)
                ? take_string(request, &request->target, frame, 0)
                : MALFORMED;
        case ATTRIBUTE:
            return request->type == WRITE ? take_attribute(request, frame) : MALFORMED;
        case STAT:
        case REMOVE: {
            if (!request->continued) {
                return MALFORMED;
            }
            enum progress progress = take_string(request, &request->path, frame, 0);
            return progress != NEEDS_MORE || request->continued ? progress : checked_path(request, &request->path);
        }
        case GO:
            return go(request);
        default:
            return MALFORMED;
    }
}

char **request_vector(const struct request *request, const struct strings *strings) {
    char **vector = calloc(strings->count + 1, sizeof *vector);
    for (size_t i = 0; vector && i < strings->count; i++) {
        vector[i] = (char *)request->text.data + strings->at[i];
    }
    return vector;
}

const char *request_string(const struct request *request, const struct strings *strings) {
    return strings->count ? (const char *)request->text.data + strings->at[0] : NULL;
}

void request_free(struct request *request) {
    struct strings *all[] = {&request->arguments, &request->environment, &request->directory,
                             &request->path,      &request->target,      &request->attributes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]->at);
    }
    bytes_free(&request->text);
    *request = (struct request){0};
}
