/* The parts that know no descriptor: frames, requests, the output ring. */
#include <errno.h>

#include "check.h"
#include "errors.h"
#include "frame.h"
#include "output.h"
#include "request.h"

static size_t frame_of(uint8_t *to, uint8_t type, uint8_t flags, const void *body, size_t length) {
    frame_head(to, (enum type)type, length);
    to[5] = flags;
    memcpy(to + HEAD_BYTES, body, length);
    return HEAD_BYTES + length;
}

static void frameIsTakenOnlyWhenComplete(void) {
    uint8_t data[64];
    struct frame frame;
    size_t length = frame_of(data, PING, 0, "abc", 3);
    for (size_t i = 0; i < length; i++) {
        EQUAL(frame_parse(data, i, &frame), 0);
    }
    EQUAL(frame_parse(data, length, &frame), (ssize_t)length);
    EQUAL(frame.type, PING);
    EQUAL(frame.length, 3);
    CHECK(memcmp(frame.body, "abc", 3) == 0 && !frame.more);
}

static void malformedHeadIsSeenBeforeItsBody(void) {
    static const uint8_t heads[][HEAD_BYTES] = {
        {0xFF, 0xFF, 0xFF, 0xFF, DATA, 0, 0, 0}, {0, 0, 0x40, 1, DATA, 0, 0, 0}, {0, 0, 0, 0, 0x02, 0, 0, 0}, {0, 0, 0, 9, DEADLINE, 0, 0, 0},
        {0, 0, 0, 1, 0x77, 0, 0, 0},             {0, 0, 0, 1, HELLO, 0, 0, 0},   {0, 0, 0, 1, DATA, 2, 0, 0}, {0, 0, 0, 1, DATA, 0, 1, 0},
        {0, 0, 0, 1, DATA, 0, 0, 1},             {0, 0, 0, 1, DATA, 1, 0, 0},    {0, 0, 0, 65, PING, 0, 0, 0}, {0, 0, 0, 20, START, 0, 0, 0},
    };
    struct frame frame;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        EQUAL(frame_parse(heads[i], HEAD_BYTES, &frame), -1);
    }
}

static enum progress feed(struct request *request, uint8_t type, uint8_t flags, const void *body, size_t length) {
    return request_take(request, &(struct frame){.type = type, .more = flags & FLAG_MORE, .length = (uint32_t)length, .body = body});
}

static void begin(struct request *request) {
    uint8_t body[22] = {0};
    put32(body, 7);
    body[20] = 'a';
    body[21] = '-';
    *request = (struct request){0};
    EQUAL(feed(request, START, 0, body, sizeof body), NEEDS_MORE);
    SAME(request->id, "a-");
    EQUAL(request->uid, 7);
}

static void longValuesAreJoined(void) {
    struct request request;
    begin(&request);
    EQUAL(feed(&request, ARGUMENT, FLAG_MORE, "ec", 2), NEEDS_MORE);
    EQUAL(feed(&request, ARGUMENT, 0, "ho", 2), NEEDS_MORE);
    EQUAL(feed(&request, ARGUMENT, 0, "", 0), NEEDS_MORE);
    EQUAL(feed(&request, ENVIRONMENT, 0, "A=1", 3), NEEDS_MORE);
    EQUAL(feed(&request, DIRECTORY, FLAG_MORE, "/t", 2), NEEDS_MORE);
    EQUAL(feed(&request, DIRECTORY, 0, "mp", 2), NEEDS_MORE);
    EQUAL(feed(&request, GO, 0, "", 0), COMPLETE);
    char **vector = request_vector(&request, &request.arguments);
    SAME(vector[0], "echo");
    SAME(vector[1], "");
    CHECK(!vector[2]);
    SAME(request_string(&request, &request.directory), "/tmp");
    free(vector);
    request_free(&request);
}

static void brokenRequestsAreMalformed(void) {
    struct request request;
    begin(&request);
    EQUAL(feed(&request, ARGUMENT, FLAG_MORE, "a", 1), NEEDS_MORE);
    EQUAL(feed(&request, ENVIRONMENT, 0, "A=1", 3), MALFORMED);
    request_free(&request);
    begin(&request);
    EQUAL(feed(&request, ARGUMENT, 0, "a\0b", 3), MALFORMED);
    request_free(&request);
    begin(&request);
    EQUAL(feed(&request, TARGET, 0, "/a", 2), MALFORMED);
    request_free(&request);
    EQUAL(feed(&request, STAT, FLAG_MORE, "/a", 2), NEEDS_MORE);
    EQUAL(feed(&request, STAT, 0, "b", 1), COMPLETE);
    SAME(request_string(&request, &request.path), "/ab");
    request_free(&request);
}

static void unfitRequestsAreRefused(void) {
    struct request request;
    static char big[BODY_MAX];
    memset(big, 'x', sizeof big);
    begin(&request);
    EQUAL(feed(&request, GO, 0, "", 0), REFUSED);
    request_free(&request);
    EQUAL(feed(&request, STAT, 0, "relative", 8), REFUSED);
    request_free(&request);
    big[0] = '/';
    EQUAL(feed(&request, STAT, 0, big, PATH_BYTES + 1), REFUSED);
    request_free(&request);
    begin(&request);
    enum progress progress = NEEDS_MORE;
    int frames = 0;
    for (; progress == NEEDS_MORE; frames++) {
        progress = feed(&request, ARGUMENT, 0, big, sizeof big);
    }
    EQUAL(progress, REFUSED);
    CHECK(frames <= 256);
    request_free(&request);
    begin(&request);
    for (frames = 0, progress = NEEDS_MORE; progress == NEEDS_MORE; frames++) {
        progress = feed(&request, ARGUMENT, 0, "", 0);
    }
    EQUAL(progress, REFUSED);
    CHECK(frames <= 65536);
    request_free(&request);
}

/* Writes as a process would: the byte at an offset is known from the offset. */
static size_t put(struct output *output, size_t most, uint8_t stream) {
    struct iovec parts[2];
    int count = output_space(output, most, parts);
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        for (size_t at = 0; at < parts[i].iov_len; at++) {
            ((uint8_t *)parts[i].iov_base)[at] = (uint8_t)((output->end + length++) * 31 >> 3);
        }
    }
    if (length > 0) {
        output_commit(output, length, stream);
    }
    return length;
}

static void ringKeepsBytesAndStreamsByOffset(void) {
    struct output output = {0};
    uint32_t random = 12345;
    uint64_t taken = 0;
    uint8_t last = 0;
    for (int round = 0; round < 20000; round++) {
        random = random * 1103515245 + 12345;
        last = (uint8_t)(1 + (random >> 16) % 2);
        put(&output, 1 + (random >> 8) % 5000, last);
        CHECK(output.end - output.base <= OUTPUT_MAX);
        uint8_t stream;
        struct iovec parts[2];
        int count;
        uint64_t offset = taken;
        for (size_t length; (length = output_peek(&output, offset, 3000, &stream, parts, &count)) > 0; offset += length) {
            uint64_t at = offset;
            for (int i = 0; i < count; i++) {
                for (size_t n = 0; n < parts[i].iov_len; n++, at++) {
                    CHECK(((uint8_t *)parts[i].iov_base)[n] == (uint8_t)(at * 31 >> 3));
                }
            }
            EQUAL(at - offset, length);
            if (offset - taken > 20000) {
                break;
            }
        }
        if (random % 3 == 0) {
            taken = output.base + (output.end - output.base) / 2;
            output_release(&output, taken);
        } else {
            taken = output.base;
        }
    }
    output_release(&output, UINT64_MAX);
    EQUAL(output.count, 0);
    output_free(&output);
}

static void fullRingTakesNothing(void) {
    struct output output = {0};
    while (put(&output, 65536, 1) > 0) {
    }
    EQUAL(output.end, OUTPUT_MAX);
    output_release(&output, 10);
    EQUAL(put(&output, 65536, 2), 10);
    output_free(&output);
    for (int i = 0; put(&output, 1, (uint8_t)(1 + i % 2)) > 0; i++) {
    }
    EQUAL(output.end - output.base, RUNS_MAX);
    output_free(&output);
}

/* What calls on paths and on starts may answer by their manual pages; INTERNAL is a broken disk only. */
static void everyErrorNumberHasItsCode(void) {
    static const struct {
        int number;
        enum code code;
    } known[] = {
        {EINVAL, INVALID}, {ENAMETOOLONG, INVALID}, {EXDEV, INVALID}, {ENXIO, INVALID}, {ENODEV, INVALID}, {ENOTBLK, INVALID},
        {ESPIPE, INVALID}, {EBADF, INVALID}, {EILSEQ, INVALID}, {EOVERFLOW, INVALID}, {EMLINK, INVALID}, {ENOTTY, INVALID},
        {EPIPE, INVALID}, {ENOENT, NOT_FOUND}, {ESTALE, NOT_FOUND}, {ENODATA, NOT_FOUND}, {ESRCH, NOT_FOUND}, {EEXIST, EXISTS},
        {ENOTEMPTY, EXISTS}, {ENOTDIR, NOT_A_DIRECTORY}, {EISDIR, IS_A_DIRECTORY}, {EACCES, NOT_PERMITTED}, {EPERM, NOT_PERMITTED},
        {EROFS, NOT_PERMITTED}, {ENOKEY, NOT_PERMITTED}, {ENOSPC, NO_SPACE}, {EDQUOT, NO_SPACE}, {EFBIG, NO_SPACE}, {E2BIG, NO_SPACE},
        {ERANGE, NO_SPACE}, {EAGAIN, EXHAUSTED}, {ENOMEM, EXHAUSTED}, {EMFILE, EXHAUSTED}, {ENFILE, EXHAUSTED}, {ENOBUFS, EXHAUSTED},
        {ENOLCK, EXHAUSTED}, {EUSERS, EXHAUSTED}, {ENOSYS, NOT_IMPLEMENTED}, {EOPNOTSUPP, NOT_IMPLEMENTED}, {ELOOP, LOOP}, {EBUSY, BUSY},
        {ETXTBSY, BUSY}, {EDEADLK, BUSY}, {ETIMEDOUT, BUSY}, {EINTR, BUSY}, {ENOEXEC, NOT_EXECUTABLE}, {ELIBBAD, NOT_EXECUTABLE},
        {EIO, INTERNAL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        EQUAL(error_code(known[i].number), known[i].code);
    }
}

int main(void) {
    RUN(everyErrorNumberHasItsCode);
    RUN(frameIsTakenOnlyWhenComplete);
    RUN(malformedHeadIsSeenBeforeItsBody);
    RUN(longValuesAreJoined);
    RUN(brokenRequestsAreMalformed);
    RUN(unfitRequestsAreRefused);
    RUN(ringKeepsBytesAndStreamsByOffset);
    RUN(fullRingTakesNothing);
    puts("unit tests passed");
    return 0;
}
