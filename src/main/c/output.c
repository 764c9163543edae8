#include "output.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 4096, FIRST_RUNS = 16 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t held(const struct output *output) { return (size_t)(output->end - output->base); }

/* Both rings have a power of two places; an offset's or index's place is its remainder. */
static int parts_at(const struct output *output, uint64_t offset, size_t length, struct iovec parts[2]) {
    size_t at = (size_t)(offset & (output->capacity - 1));
    size_t first = least(length, output->capacity - at);
    parts[0] = (struct iovec){output->data + at, first};
    parts[1] = (struct iovec){output->data, length - first};
    return length > first ? 2 : 1;
}

static bool grow(struct output *output) {
    struct output larger = *output;
    larger.capacity = output->capacity ? output->capacity * 4 : FIRST_BYTES;
    larger.data = malloc(larger.capacity);
    if (!larger.data) {
        return false;
    }
    for (uint64_t at = output->base; at < output->end;) {
        struct iovec from[2], to[2];
        parts_at(output, at, (size_t)(output->end - at), from);
        parts_at(&larger, at, from[0].iov_len, to);
        memcpy(to[0].iov_base, from[0].iov_base, to[0].iov_len);
        at += to[0].iov_len;
    }
    free(output->data);
    *output = larger;
    return true;
}

static bool grow_runs(struct output *output) {
    size_t capacity = output->runs_capacity ? output->runs_capacity * 4 : FIRST_RUNS;
    struct run *runs = malloc(capacity * sizeof *runs);
    if (!runs) {
        return false;
    }
    for (size_t i = 0; i < output->count; i++) {
        runs[i] = output->runs[(output->first + i) & (output->runs_capacity - 1)];
    }
    free(output->runs);
    output->runs = runs;
    output->runs_capacity = capacity;
    output->first = 0;
    return true;
}

int output_space(struct output *output, size_t limit, struct iovec parts[2]) {
    if (output->count == RUNS_MAX || (output->count == output->runs_capacity && !grow_runs(output))) {
        return 0;
    }
    size_t space = output->capacity - held(output);
    if (space < least(limit, FIRST_BYTES) && output->capacity < OUTPUT_MAX && grow(output)) {
        space = output->capacity - held(output);
    }
    space = least(space, limit);
    return space ? parts_at(output, output->end, space, parts) : 0;
}

void output_commit(struct output *output, size_t length, uint8_t stream) {
    output->end += length;
    if (output->count > 0) {
        struct run *last = &output->runs[(output->first + output->count - 1) & (output->runs_capacity - 1)];
        if (last->stream == stream) {
            last->end = output->end;
            return;
        }
    }
    size_t next = (output->first + output->count++) & (output->runs_capacity - 1);
    output->runs[next] = (struct run){output->end, stream};
}

static const struct run *run_of(const struct output *output, uint64_t offset) {
    size_t low = 0, high = output->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (output->runs[(output->first + middle) & (output->runs_capacity - 1)].end > offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return &output->runs[(output->first + low) & (output->runs_capacity - 1)];
}

size_t output_peek(const struct output *output, uint64_t offset, size_t limit, uint8_t *stream, struct iovec parts[2], int *count) {
    if (offset < output->base || offset >= output->end) {
        return 0;
    }
    const struct run *run = run_of(output, offset);
    size_t length = (size_t)(run->end - offset);
    length = least(length, limit);
    *stream = run->stream;
    *count = parts_at(output, offset, length, parts);
    return length;
}

void output_release(struct output *output, uint64_t offset) {
    if (offset <= output->base) {
        return;
    }
    output->base = offset < output->end ? offset : output->end;
    while (output->count > 0 && output->runs[output->first].end <= output->base) {
        output->first = (output->first + 1) & (output->runs_capacity - 1);
        output->count--;
    }
}

void output_free(struct output *output) {
    free(output->data);
    free(output->runs);
    output->data = NULL;
    output->runs = NULL;
    output->capacity = output->runs_capacity = output->first = output->count = 0;
    output->base = output->end;
}
