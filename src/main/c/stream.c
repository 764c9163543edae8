#include "stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "process.h"

enum { BATCH = 16 };

struct batch {
    uint8_t heads[BATCH][HEAD_BYTES + OUTPUT_FIXED];
    struct iovec parts[BATCH * 3];
    size_t sizes[BATCH]; /* of the frames */
    int frames, count;
};

bool stream_waits(const struct conn *conn) {
    return conn->phase == FOLLOWING && conn->process && conn->process->started && conn->next < conn->process->output.end;
}

/* Frames over the ring's own memory, from the connection's offset. */
static void fill(struct batch *batch, const struct conn *conn) {
    const struct output *output = &conn->process->output;
    uint64_t offset = conn->next;
    batch->frames = batch->count = 0;
    while (batch->frames < BATCH) {
        uint8_t stream;
        int parts;
        struct iovec *at = batch->parts + batch->count;
        size_t length = output_peek(output, offset, OUTPUT_PIECE, &stream, at + 1, &parts);
        if (length == 0) {
            return;
        }
        uint8_t *head = batch->heads[batch->frames];
        frame_head(head, OUTPUT, OUTPUT_FIXED + length);
        put64(head + HEAD_BYTES, offset)[0] = stream;
        *at = (struct iovec){head, HEAD_BYTES + OUTPUT_FIXED};
        batch->sizes[batch->frames++] = HEAD_BYTES + OUTPUT_FIXED + length;
        batch->count += 1 + parts;
        offset += length;
    }
}

/* Keeps the rest of a frame that was sent in part. */
static bool keep_rest(struct conn *conn, const struct batch *batch, size_t from, size_t to) {
    size_t at = 0;
    for (int i = 0; i < batch->count && at < to; i++) {
        size_t length = batch->parts[i].iov_len;
        size_t skip = from > at ? from - at : 0;
        if (skip < length && !bytes_append(&conn->out, (const uint8_t *)batch->parts[i].iov_base + skip, length - skip)) {
            return false;
        }
        at += length;
    }
    return true;
}

/* True when all of the batch is on its way. */
static bool send_batch(struct conn *conn, const struct batch *batch) {
    struct msghdr message = {.msg_iov = (struct iovec *)batch->parts, .msg_iovlen = (size_t)batch->count};
    ssize_t sent = sendmsg(conn->source.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            conn_close(conn);
        }
        return false;
    }
    size_t start = 0;
    for (int i = 0; i < batch->frames && start < (size_t)sent; i++) {
        size_t end = start + batch->sizes[i];
        conn->next += batch->sizes[i] - HEAD_BYTES - OUTPUT_FIXED;
        if (end > (size_t)sent) {
            if (!keep_rest(conn, batch, (size_t)sent, end)) {
                conn_close(conn);
            }
            return false;
        }
        start = end;
    }
    return conn->next == conn->process->output.end || batch->frames == BATCH;
}

static void tell_exit(struct conn *conn) {
    const struct process *process = conn->process;
    int status = process->wait_status;
    uint8_t body[16] = {0};
    body[0] = WIFSIGNALED(status);
    body[1] = process->timed_out && WIFSIGNALED(status); /* it may have ended by itself just then */
    put32(body + 4, (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
    put64(body + 8, process->output.end);
    conn->told = true;
    conn_send(conn, EXIT, body, sizeof body);
}

void stream_pump(struct conn *conn) {
    struct batch batch;
    while (stream_waits(conn) && bytes_length(&conn->out) == 0) {
        fill(&batch, conn);
        if (!send_batch(conn, &batch)) {
            break;
        }
    }
    if (conn->source.fd < 0 || !conn->process) {
        return;
    }
    if (conn->process->settled && !conn->told && !stream_waits(conn)) {
        tell_exit(conn);
        conn_update(conn);
    }
}
