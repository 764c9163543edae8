#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "errors.h"

enum { LIMIT_SECONDS = 120, RECEIVE_BYTES = 262144 };

static void undo(struct channel *channel) {
    void (*begun)(void) = channel->undo;
    channel->undo = NULL;
    if (begun) {
        begun();
    }
}

static _Noreturn void end(struct channel *channel) {
    undo(channel);
    _exit(0);
}

static void send_all(struct channel *channel, const uint8_t *data, size_t length) {
    while (length > 0) {
        ssize_t sent = send(channel->fd, data, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            end(channel);
        }
        if (sent > 0) {
            data += sent;
            length -= (size_t)sent;
        }
    }
}

void channel_open(struct channel *channel, int fd, const struct bytes *in, const struct bytes *unsent) {
    struct timeval limit = {.tv_sec = LIMIT_SECONDS};
    *channel = (struct channel){.fd = fd};
    bool set = fcntl(fd, F_SETFL, 0) == 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
    if (!set || !bytes_append(&channel->in, in->data + in->start, bytes_length(in))) {
        end(channel);
    }
    send_all(channel, unsent->data + unsent->start, bytes_length(unsent));
}

void channel_receive(struct channel *channel, struct frame *frame) {
    struct bytes *in = &channel->in;
    ssize_t taken;
    while ((taken = frame_parse(in->data + in->start, bytes_length(in), frame)) == 0) {
        if (!bytes_reserve(in, bytes_length(in) == 0 ? RECEIVE_BYTES : HEAD_BYTES + BODY_MAX)) {
            channel_fail(channel, ENOMEM);
        }
        ssize_t got = recv(channel->fd, in->data + in->end, in->capacity - in->end, 0);
        if (got > 0) {
            in->end += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            end(channel);
        }
    }
    if (taken < 0) {
        end(channel);
    }
    bytes_take(in, (size_t)taken);
}

void channel_send(struct channel *channel, enum type type, const void *body, size_t length) {
    uint8_t head[HEAD_BYTES];
    frame_head(head, type, length);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)body, length}};
    channel_send_parts(channel, parts, 2);
}

void channel_send_parts(struct channel *channel, struct iovec *parts, int count) {
    while (count > 0) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
        ssize_t sent = sendmsg(channel->fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            end(channel);
        }
        size_t left = sent > 0 ? (size_t)sent : 0;
        while (count > 0 && left >= parts->iov_len) {
            left -= parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (uint8_t *)parts->iov_base + left;
            parts->iov_len -= left;
        }
    }
}

bool channel_lost(const struct channel *channel) {
    struct pollfd poll_fd = {.fd = channel->fd, .events = 0};
    return poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & (POLLHUP | POLLERR));
}

void channel_look(struct channel *channel) {
    if (channel_lost(channel)) {
        end(channel);
    }
}

_Noreturn void channel_done(struct channel *channel) {
    channel_send(channel, OK, NULL, 0);
    end(channel);
}

_Noreturn void channel_fail(struct channel *channel, int number) { channel_refuse(channel, error_code(number), strerror(number)); }

/* What the other side still sends is dropped, so that it can read why. */
_Noreturn void channel_refuse(struct channel *channel, enum code code, const char *message) {
    static uint8_t dropped[65536];
    struct bytes error = {0};
    undo(channel);
    if (frame_append_error(&error, code, message)) {
        send_all(channel, error.data, bytes_length(&error));
    }
    shutdown(channel->fd, SHUT_WR);
    while (recv(channel->fd, dropped, sizeof dropped, 0) > 0) {
    }
    end(channel);
}
