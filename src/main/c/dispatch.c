#include "dispatch.h"

#include "control.h"
#include "files.h"
#include "input.h"
#include "process.h"

static enum outcome malformed(struct conn *conn) {
    conn_close(conn);
    return TAKEN;
}

static void fail(struct conn *conn, enum code code, const char *message) {
    conn_error(conn, code, message);
    conn_leave(conn);
}

static enum outcome complete(struct conn *conn) {
    if (conn->request.type != START) {
        return HAND_OVER;
    }
    if (conn_left(conn)) { /* nobody would hear that it runs, and whoever asked has said by now that it does not */
        conn_close(conn);
        return TAKEN;
    }
    const char *message;
    int code = process_start(&conn->request, conn, &message);
    if (code) {
        fail(conn, (enum code)code, message);
    } else {
        request_free(&conn->request);
    }
    return TAKEN;
}

static enum outcome gather(struct conn *conn, const struct frame *frame) {
    conn->phase = GATHERING;
    switch (request_take(&conn->request, frame)) {
        case NEEDS_MORE:
            return TAKEN;
        case COMPLETE:
            return complete(conn);
        case REFUSED:
            fail(conn, INVALID, conn->request.refusal);
            return TAKEN;
        default:
            return malformed(conn);
    }
}

static enum outcome attach(struct conn *conn, const struct frame *frame) {
    char id[ID_MAX + 1];
    struct process *process = id_read(id, frame->body + 8, frame->length - 8) ? process_find(id) : NULL;
    if (!process) {
        fail(conn, NOT_FOUND, "no such process");
        return TAKEN;
    }
    conn_close(process->reader);
    conn_follow(conn, process, get64(frame->body));
    return TAKEN;
}

static enum outcome follow(struct conn *conn, const struct frame *frame) {
    struct process *process = conn->process;
    if (!process) {
        return malformed(conn);
    }
    if (frame->type == ACKNOWLEDGE && get64(frame->body) <= conn->next) {
        process_acknowledge(process, get64(frame->body));
        return TAKEN;
    }
    if (frame->type == FORGET && conn->told) {
        process_forget(process);
        conn_leave(conn);
        return TAKEN;
    }
    return malformed(conn);
}

static enum outcome begin(struct conn *conn, const struct frame *frame) {
    if (request_begins(frame->type)) {
        return gather(conn, frame);
    }
    switch (frame->type) {
        case ATTACH:
            return attach(conn, frame);
        case INPUT:
            input_begin(conn, frame);
            return TAKEN;
        default:
            return control(conn, frame) ? TAKEN : malformed(conn);
    }
}

enum outcome dispatch(struct conn *conn, const struct frame *frame) {
    switch (conn->phase) {
        case READY:
            return begin(conn, frame);
        case GATHERING:
            return gather(conn, frame);
        case FOLLOWING:
            return follow(conn, frame);
        case FEEDING:
        case SKIPPING:
            if (frame->type != DATA && frame->type != END) {
                return malformed(conn);
            }
            return input_take(conn, frame) ? TAKEN : HOLD;
        default:
            return TAKEN;
    }
}

void dispatch_hand_over(struct conn *conn) {
    const char *message;
    int code = files_hand_over(conn, &message);
    if (code) {
        fail(conn, (enum code)code, message);
    }
}
