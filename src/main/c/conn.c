#include "conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dispatch.h"
#include "process.h"
#include "stream.h"

enum { CONNS_MAX = 512, FIRST_IN = 4096, IN_MAX = 65536, OUT_HIGH = 65536, STALE_MS = 60000, CHECK_MS = 5000, RETRY_MS = 100 };

static struct source listener;
static const char *greeting;
static struct conn *conns;
static size_t count;
static uint64_t last_heard;

uint64_t conns_heard(void) { return last_heard; }

void conn_close(struct conn *conn) {
    if (!conn || conn->source.fd < 0) {
        return;
    }
    struct process *process = conn->process;
    if (process && process->reader == conn) {
        process->reader = NULL;
    }
    if (process && process->writer == conn) {
        process->writer = NULL;
    }
    loop_close(&conn->source);
    bytes_free(&conn->in);
    bytes_free(&conn->out);
    request_free(&conn->request);
    *(conn->previous ? &conn->previous->following : &conns) = conn->following;
    if (conn->following) {
        conn->following->previous = conn->previous;
    }
    count--;
    loop_free(&conn->source, conn);
}

bool conn_left(const struct conn *conn) {
    struct pollfd state = {.fd = conn->source.fd, .events = POLLRDHUP};
    return poll(&state, 1, 0) > 0;
}

void conn_send(struct conn *conn, enum type type, const void *body, size_t length) {
    if (!frame_append(&conn->out, type, body, length)) {
        conn_close(conn);
    }
}

void conn_error(struct conn *conn, enum code code, const char *message) {
    if (!frame_append_error(&conn->out, code, message)) {
        conn_close(conn);
    }
}

void conn_leave(struct conn *conn) {
    if (conn->source.fd >= 0) {
        conn->phase = LEAVING;
        request_free(&conn->request);
    }
}

void conn_started(struct conn *conn, uint32_t pid) {
    if (conn) {
        uint8_t body[4];
        put32(body, pid);
        conn_send(conn, STARTED, body, sizeof body);
    }
}

void conn_forsake(struct conn *conn, enum code code, const char *message) {
    if (conn) {
        conn->process = NULL;
        conn_error(conn, code, message);
        conn_leave(conn);
        conn_update(conn);
    }
}

void conn_follow(struct conn *conn, struct process *process, uint64_t offset) {
    conn->phase = FOLLOWING;
    conn->process = process;
    conn->next = offset > process->output.base ? offset : process->output.base;
    process->reader = conn;
}

void conn_unblock(struct conn *conn) {
    if (conn) {
        conn->blocked = false;
        conn_update(conn);
    }
}

static bool paused(const struct conn *conn) { return conn->blocked || bytes_length(&conn->out) >= OUT_HIGH; }

/* Handles the complete frames at hand; false when the connection is gone. */
static bool handle_frames(struct conn *conn) {
    while (conn->phase != LEAVING && !paused(conn)) {
        struct frame frame;
        ssize_t taken = frame_parse(conn->in.data + conn->in.start, bytes_length(&conn->in), &frame);
        if (taken == 0) {
            break;
        }
        if (taken < 0) {
            conn_close(conn);
            return false;
        }
        enum outcome outcome = dispatch(conn, &frame);
        if (conn->source.fd < 0) {
            return false;
        }
        if (outcome == HOLD) {
            break;
        }
        bytes_take(&conn->in, (size_t)taken);
        if (outcome == HAND_OVER) {
            dispatch_hand_over(conn);
            if (conn->source.fd < 0) {
                return false;
            }
        }
    }
    if (conn->phase == LEAVING) {
        bytes_take(&conn->in, bytes_length(&conn->in));
    }
    bytes_trim(&conn->in);
    return true;
}

static void flush(struct conn *conn) {
    while (bytes_length(&conn->out) > 0) {
        ssize_t sent = send(conn->source.fd, conn->out.data + conn->out.start, bytes_length(&conn->out), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                conn_close(conn); /* nobody is there to read */
            }
            return;
        }
        bytes_take(&conn->out, (size_t)sent);
    }
    bytes_trim(&conn->out);
}

void conn_update(struct conn *conn) {
    bool was_paused;
    if (!conn || conn->source.fd < 0) {
        return;
    }
    do {
        if (!handle_frames(conn)) {
            return;
        }
        was_paused = paused(conn);
        flush(conn);
        if (conn->source.fd >= 0 && conn->phase == FOLLOWING) {
            stream_pump(conn);
        }
        if (conn->source.fd < 0) {
            return;
        }
    } while (was_paused && !paused(conn));
    bool unsent = bytes_length(&conn->out) > 0 || stream_waits(conn);
    if (conn->phase == LEAVING && !unsent && !conn->shut) {
        conn->shut = true;
        shutdown(conn->source.fd, SHUT_WR);
    }
    loop_watch(&conn->source, (paused(conn) ? EPOLLRDHUP : EPOLLIN) | (unsent ? EPOLLOUT : 0));
}

static void receive(struct conn *conn) {
    struct bytes *in = &conn->in;
    size_t wanted = in->capacity == 0 ? FIRST_IN : in->capacity - bytes_length(in) > 0 ? 1 : IN_MAX - in->capacity;
    if (!bytes_reserve(in, wanted)) {
        conn_close(conn);
        return;
    }
    ssize_t got = recv(conn->source.fd, in->data + in->end, in->capacity - in->end, MSG_DONTWAIT);
    if (got > 0) {
        in->end += (size_t)got;
        conn->heard = last_heard = loop_now();
        loop_wake(conn->heard + CHECK_MS);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        conn_close(conn);
    }
}

static void ready(struct source *source, uint32_t events) {
    struct conn *conn = CONTAINER(source, struct conn, source);
    if ((events & EPOLLIN) && !paused(conn)) {
        receive(conn);
    } else if (events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) {
        conn_close(conn);
    }
    conn_update(conn);
}

static void greet(struct conn *conn) {
    uint8_t body[2 + 256];
    size_t length = strnlen(greeting, 256);
    put16(body, PROTOCOL_VERSION);
    memcpy(body + 2, greeting, length);
    conn_send(conn, HELLO, body, 2 + length);
}

static void accept_ready(struct source *source, uint32_t events) {
    (void)events;
    int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            loop_watch(source, 0); /* no descriptors left: later */
            loop_wake(loop_now() + RETRY_MS);
        }
        return;
    }
    struct conn *conn = count < CONNS_MAX ? calloc(1, sizeof *conn) : NULL;
    if (!conn) {
        close(fd);
        return;
    }
    conn->following = conns;
    if (conns) {
        conns->previous = conn;
    }
    conns = conn;
    count++;
    conn->heard = loop_now();
    loop_add(&conn->source, fd, EPOLLIN, ready);
    greet(conn);
    conn_update(conn);
}

void conns_listen(int fd, const char *mark) {
    greeting = mark;
    last_heard = loop_now();
    loop_add(&listener, fd, EPOLLIN, accept_ready);
}

/* A frame or request that was begun and doesn't go on, or an end that the other side doesn't see. */
static bool unfinished(const struct conn *conn) {
    return conn->phase == GATHERING || conn->phase == LEAVING || (!paused(conn) && bytes_length(&conn->in) > 0);
}

void conns_tick(uint64_t now) {
    loop_watch(&listener, EPOLLIN);
    for (struct conn *conn = conns, *following; conn; conn = following) {
        following = conn->following;
        if (!unfinished(conn)) {
            continue;
        }
        if (now - conn->heard >= STALE_MS) {
            conn_close(conn);
        } else {
            loop_wake(now + CHECK_MS);
        }
    }
}
