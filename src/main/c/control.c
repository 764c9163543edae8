#include "control.h"

#include <string.h>

#include "deadline.h"
#include "process.h"

static void tell_process(struct process *process, void *context) {
    struct conn *conn = context;
    if (!process->started || conn->source.fd < 0) {
        return;
    }
    uint8_t body[13 + ID_MAX];
    size_t length = strlen(process->id);
    put32(body, (uint32_t)process->pid);
    body[4] = process->settled;
    put64(body + 5, process->output.end);
    memcpy(body + 13, process->id, length);
    conn_send(conn, PROCESS, body, 13 + length);
}

static void done(struct conn *conn) {
    if (conn->source.fd >= 0) {
        conn_send(conn, OK, NULL, 0);
    }
}

static void send_signal(struct conn *conn, const struct frame *frame) {
    char id[ID_MAX + 1];
    uint32_t number = get32(frame->body);
    if (number > 64) {
        conn_error(conn, INVALID, "no such signal");
        return;
    }
    struct process *process = id_read(id, frame->body + 4, frame->length - 4) ? process_find(id) : NULL;
    if (!process || !process_signal(process, (int)number)) {
        conn_error(conn, NOT_FOUND, "no such process");
        return;
    }
    done(conn);
}

static void close_input(struct conn *conn, const struct frame *frame) {
    char id[ID_MAX + 1];
    struct process *process = id_read(id, frame->body, frame->length) ? process_find(id) : NULL;
    if (!process) {
        conn_error(conn, NOT_FOUND, "no such process");
        return;
    }
    process_close_input(process);
    done(conn);
}

bool control(struct conn *conn, const struct frame *frame) {
    switch (frame->type) {
        case PING:
            conn_send(conn, PONG, frame->body, frame->length);
            return true;
        case DEADLINE:
            deadline_set(get64(frame->body));
            done(conn);
            return true;
        case SIGNAL:
            send_signal(conn, frame);
            return true;
        case LIST:
            processes_each(tell_process, conn);
            done(conn);
            return true;
        case CLOSE_INPUT:
            close_input(conn, frame);
            return true;
        default:
            return false;
    }
}
