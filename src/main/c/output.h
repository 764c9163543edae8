/*
 * What a process wrote, from the oldest byte that wasn't acknowledged: a ring of at most 256 KiB that grows as needed,
 * and beside it which stretch came from which stream. Offsets count the bytes of both streams.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum { OUTPUT_MAX = 256 << 10, RUNS_MAX = 4096 };

struct run {
    uint64_t end;
    uint8_t stream;
};

struct output {
    uint8_t *data;
    struct run *runs;
    uint64_t base, end;
    size_t capacity, runs_capacity, first, count;
};

/* Free space to read into, at most `limit` bytes in at most two parts; answers the parts, 0 when it is full. */
int output_space(struct output *output, size_t limit, struct iovec parts[2]);
/* Takes over bytes that were read into that space. */
void output_commit(struct output *output, size_t length, uint8_t stream);
/* A stretch of one stream from this offset, at most `limit` bytes in at most two parts; answers its length. */
size_t output_peek(const struct output *output, uint64_t offset, size_t limit, uint8_t *stream, struct iovec parts[2], int *count);
/* Drops everything before the offset. */
void output_release(struct output *output, uint64_t offset);
void output_free(struct output *output);

#endif
