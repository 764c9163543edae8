#include "input.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "process.h"

static void release(struct conn *conn) {
    conn->process->writer = NULL;
    conn->process = NULL;
    conn->written = 0;
}

static void refuse(struct conn *conn, enum code code, const char *message) {
    conn->phase = SKIPPING;
    conn_error(conn, code, message);
}

void input_begin(struct conn *conn, const struct frame *frame) {
    char id[ID_MAX + 1];
    struct process *process = id_read(id, frame->body, frame->length) ? process_find(id) : NULL;
    if (!process || process->reaped) {
        refuse(conn, NOT_FOUND, "no such process");
    } else if (process->input.fd < 0) {
        refuse(conn, INVALID, "standard input is not a pipe or is closed");
    } else if (process->writer) {
        refuse(conn, BUSY, "another input is under way");
    } else {
        conn->phase = FEEDING;
        conn->process = process;
        process->writer = conn;
    }
}

static bool feed(struct conn *conn, const struct frame *frame) {
    struct process *process = conn->process;
    while (conn->written < frame->length) {
        ssize_t put = process->input.fd < 0 ? -1 : write(process->input.fd, frame->body + conn->written, frame->length - conn->written);
        if (put >= 0) {
            conn->written += (size_t)put;
        } else if (process->input.fd >= 0 && errno == EAGAIN) {
            conn->blocked = true;
            loop_watch(&process->input, EPOLLOUT);
            return false;
        } else if (process->input.fd < 0 || errno != EINTR) {
            enum code code = process->reaped ? NOT_FOUND : INVALID;
            release(conn);
            loop_close(&process->input);
            refuse(conn, code, "the process takes no more input");
            return true;
        }
    }
    conn->written = 0;
    return true;
}

bool input_take(struct conn *conn, const struct frame *frame) {
    if (conn->phase == FEEDING && frame->type == DATA) {
        return feed(conn, frame);
    }
    if (frame->type == END) {
        if (conn->phase == FEEDING) {
            release(conn);
            conn_send(conn, OK, NULL, 0);
        }
        if (conn->source.fd >= 0) {
            conn->phase = READY;
        }
    }
    return true;
}

void input_abandon(struct conn *conn) {
    if (conn) {
        release(conn);
        refuse(conn, NOT_FOUND, "no such process");
        conn_unblock(conn);
    }
}
