#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"

enum { CHUNKS = 16 };

static uint8_t data[CHUNKS * BODY_MAX];

static void send_data(struct channel *channel, size_t length) {
    uint8_t heads[CHUNKS][HEAD_BYTES];
    struct iovec parts[2 * CHUNKS];
    int count = 0;
    for (size_t at = 0; at < length; at += BODY_MAX) {
        size_t piece = length - at < BODY_MAX ? length - at : BODY_MAX;
        uint8_t *head = heads[at / BODY_MAX];
        frame_head(head, DATA, piece);
        parts[count++] = (struct iovec){head, HEAD_BYTES};
        parts[count++] = (struct iovec){data + at, piece};
    }
    channel_send_parts(channel, parts, count);
}

_Noreturn void download(struct channel *channel, const struct request *request, const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && (errno == ENXIO || errno == ENODEV)) {
        channel_refuse(channel, INVALID, "not an ordinary file"); /* a socket, or a device that isn't there */
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        channel_fail(channel, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        channel_fail(channel, EISDIR);
    }
    if (!S_ISREG(status.st_mode) || request->first > INT64_MAX) {
        channel_refuse(channel, INVALID, S_ISREG(status.st_mode) ? "the offset is too large" : "not an ordinary file");
    }
    entry_send_open(channel, path, fd);
    uint64_t left = request->second;
    off_t offset = (off_t)request->first;
    while (left > 0) {
        ssize_t got = pread(fd, data, left < sizeof data ? (size_t)left : sizeof data, offset);
        if (got == 0) {
            break;
        }
        if (got < 0) {
            channel_fail(channel, errno);
        }
        send_data(channel, (size_t)got);
        offset += got;
        left -= (uint64_t)got;
    }
    channel_done(channel);
}
