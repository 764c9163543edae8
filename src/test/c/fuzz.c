/*
 * Frames and requests from arbitrary bytes. As a program of its own: deterministic mutations of valid conversations from
 * a fixed seed (FUZZ_SEED), at least 200,000 inputs or FUZZ_SECONDS. Also the entry point of libFuzzer.
 */
#include <time.h>

#include "check.h"
#include "frame.h"
#include "request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long complete, malformed;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct request request = {0};
    size_t at = 0;
    uint8_t *copy = malloc(size ? size : 1); /* so that reading past its end is seen */
    CHECK(copy);
    memcpy(copy, data, size);
    for (;;) {
        struct frame frame;
        ssize_t taken = frame_parse(copy + at, size - at, &frame);
        if (taken <= 0) {
            malformed += taken < 0;
            break;
        }
        CHECK((size_t)taken <= size - at && frame.body + frame.length <= copy + size && frame.length <= BODY_MAX);
        at += (size_t)taken;
        enum progress progress = request.type || request_begins(frame.type) ? request_take(&request, &frame) : NEEDS_MORE;
        if (progress == MALFORMED || progress == REFUSED) {
            CHECK(progress != REFUSED || request.refusal);
            break;
        }
        if (progress == COMPLETE) {
            complete++;
            char **vector = request_vector(&request, &request.arguments);
            for (char **string = vector; *string; string++) {
                CHECK(strlen(*string) < (4 << 20));
            }
            free(vector);
            const char *path = request_string(&request, &request.path);
            CHECK(!path || (path[0] == '/' && strlen(path) <= PATH_BYTES));
            request_free(&request);
        }
    }
    request_free(&request);
    free(copy);
    return 0;
}

#ifndef LIBFUZZER

enum { SAMPLE_MAX = 4096 };

static uint64_t state;

static uint32_t next(uint32_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((state >> 33) % below);
}

static size_t add(uint8_t *to, uint8_t type, uint8_t flags, const void *body, size_t length) {
    frame_head(to, (enum type)type, length);
    to[5] = flags;
    memcpy(to + HEAD_BYTES, body, length);
    return HEAD_BYTES + length;
}

/* A valid conversation of a few kinds. */
static size_t sample(uint8_t *to) {
    uint8_t *at = to;
    static const char start[] = "\0\0\3\350\0\0\3\350\0\0\0\1\0\0\0\0\0\0\0\0job-1";
    static const char owner[] = "\0\0\3\350\0\0\3\350\0\0\1\244/tmp/a";
    switch (next(5)) {
        case 0:
            at += add(at, START, 0, start, sizeof start - 1);
            at += add(at, ARGUMENT, FLAG_MORE, "/bin/e", 6);
            at += add(at, ARGUMENT, 0, "cho", 3);
            at += add(at, ENVIRONMENT, 0, "PATH=/bin", 9);
            at += add(at, DIRECTORY, 0, "/", 1);
            at += add(at, GO, 0, "", 0);
            at += add(at, ACKNOWLEDGE, 0, "\0\0\0\0\0\0\0\1", 8);
            break;
        case 1:
            at += add(at, WRITE, 0, owner, sizeof owner - 1);
            at += add(at, ATTRIBUTE, 0, "user.e2b.a\0b", 12);
            at += add(at, GO, 0, "", 0);
            at += add(at, DATA, 0, "hello", 5);
            at += add(at, END, 0, "", 0);
            break;
        case 2:
            at += add(at, MOVE, 0, "\0\0\0\0\0\0\0\0/a/b", 12);
            at += add(at, TARGET, 0, "/c/d", 4);
            at += add(at, GO, 0, "", 0);
            break;
        case 3:
            at += add(at, STAT, FLAG_MORE, "/etc", 4);
            at += add(at, STAT, 0, "/passwd", 7);
            at += add(at, READ, 0, "\0\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377/x", 18);
            break;
        default:
            at += add(at, PING, 0, "ping", 4);
            at += add(at, SIGNAL, 0, "\0\0\0\17a", 5);
            at += add(at, INPUT, 0, "a", 1);
            at += add(at, DATA, 0, "x", 1);
            at += add(at, END, 0, "", 0);
    }
    return (size_t)(at - to);
}

static size_t mutate(uint8_t *data, size_t size) {
    for (uint32_t times = next(4); times > 0 && size > 0; times--) {
        uint32_t at = next((uint32_t)size);
        switch (next(5)) {
            case 0:
                data[at] = (uint8_t)next(256);
                break;
            case 1:
                data[at] = (uint8_t)(data[at] ^ 1 << next(8));
                break;
            case 2:
                size = at;
                break;
            case 3: {
                size_t length = size - at < 16 ? size - at : 16;
                if (size + length <= SAMPLE_MAX) {
                    memmove(data + at + length, data + at, size - at);
                    size += length;
                }
                break;
            }
            default:
                memmove(data + at, data + at + 1, size - at - 1);
                size--;
        }
    }
    return size;
}

int main(void) {
    const char *seed = getenv("FUZZ_SEED"), *seconds = getenv("FUZZ_SECONDS");
    state = seed ? strtoull(seed, NULL, 10) : 20261122;
    printf("fuzz: seed %llu\n", (unsigned long long)state);
    fflush(stdout);
    time_t end = time(NULL) + (seconds ? atoi(seconds) : 0);
    unsigned long inputs = 0;
    while (inputs < 200000 || time(NULL) < end) {
        uint8_t data[SAMPLE_MAX];
        size_t size = sample(data);
        while (size < SAMPLE_MAX / 2 && next(3) == 0) {
            size += sample(data + size);
        }
        LLVMFuzzerTestOneInput(data, mutate(data, size));
        inputs++;
    }
    printf("fuzz: %lu inputs, %lu complete requests, %lu malformed\n", inputs, complete, malformed);
    CHECK(complete > 1000 && malformed > 1000);
    return 0;
}

#endif
