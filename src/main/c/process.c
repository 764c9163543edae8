#include "process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conn.h"
#include "drain.h"
#include "input.h"
#include "spawn.h"
#include "start.h"
#include "table.h"

enum { READ_BYTES = 65536, DRAIN_MS = 200 };

/* All output was read and the command has ended: the reader may hear of the end. */
static void settle(struct process *process) {
    bool open = process->pipe[0].fd >= 0 || process->pipe[1].fd >= 0;
    if (process->settled || !process->reaped || open || process->status.fd >= 0) {
        return;
    }
    process->settled = true;
    process_close_input(process);
    table_retire(process);
}

static void read_pipe(struct process *process, int stream) {
    struct source *pipe = &process->pipe[stream];
    size_t limit = process->draining && process->left[stream] < READ_BYTES ? process->left[stream] : READ_BYTES;
    struct iovec parts[2];
    int count = output_space(&process->output, limit, parts);
    if (count == 0) {
        loop_watch(pipe, 0);
        return;
    }
    ssize_t got = readv(pipe->fd, parts, count);
    if (got > 0) {
        output_commit(&process->output, (size_t)got, (uint8_t)(stream + 1));
        if (process->draining && (process->left[stream] -= (size_t)got) == 0) {
            drain_adopt(loop_release(pipe));
        }
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        loop_close(pipe);
    }
}

static void pipe_ready(struct process *process, int stream) {
    read_pipe(process, stream);
    settle(process);
    conn_update(process->reader);
}

static void stdout_ready(struct source *source, uint32_t events) {
    (void)events;
    pipe_ready(CONTAINER(source, struct process, pipe[0]), 0);
}

static void stderr_ready(struct source *source, uint32_t events) {
    (void)events;
    pipe_ready(CONTAINER(source, struct process, pipe[1]), 1);
}

static void input_ready(struct source *source, uint32_t events) {
    (void)events;
    struct process *process = CONTAINER(source, struct process, input);
    loop_watch(source, 0);
    conn_unblock(process->writer);
}

/* A process that never ran goes without a trace, once its child was reaped. */
static void discard(struct process *process, const struct spawn_failure *failure) {
    struct conn *reader = process->reader;
    process->reader = NULL;
    table_disown(process);
    loop_close(&process->input);
    loop_close(&process->pipe[0]);
    loop_close(&process->pipe[1]);
    conn_forsake(reader, (enum code)failure->code, strerror(failure->number));
    if (process->reaped) {
        process_forget(process);
    }
}

/* The program runs, or the child told why not. */
static void read_status(struct process *process) {
    struct spawn_failure failure;
    ssize_t got = read(process->status.fd, &failure, sizeof failure);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    loop_close(&process->status);
    if (got == (ssize_t)sizeof failure) {
        discard(process, &failure);
        return;
    }
    process->started = true;
    conn_started(process->reader, (uint32_t)process->pid);
    settle(process);
    conn_update(process->reader);
}

static void status_ready(struct source *source, uint32_t events) {
    (void)events;
    read_status(CONTAINER(source, struct process, status));
}

static void watch(struct process *process, const int fds[4]) {
    loop_add(&process->input, fds[0], 0, input_ready);
    loop_add(&process->pipe[0], fds[1], EPOLLIN, stdout_ready);
    loop_add(&process->pipe[1], fds[2], EPOLLIN, stderr_ready);
    loop_add(&process->status, fds[3], EPOLLIN, status_ready);
}

int process_start(const struct request *request, struct conn *reader, const char **message) {
    int code = start_check(request, message);
    if (code) {
        return code;
    }
    struct process *process = calloc(1, sizeof *process);
    int fds[4];
    pid_t pid = process ? start_child(request, fds) : -1;
    if (pid < 0) {
        free(process);
        *message = "the sandbox has no room for another process";
        return EXHAUSTED;
    }
    memcpy(process->id, request->id, sizeof process->id);
    process->pid = pid;
    process->reader = reader;
    if (request->first > 0) {
        uint64_t now = loop_now();
        process->timeout_at = request->first < UINT64_MAX - now ? now + request->first : UINT64_MAX;
        loop_wake(process->timeout_at);
    }
    watch(process, fds);
    table_add(process);
    conn_follow(reader, process, 0);
    return 0;
}

/* The kernel gives a group's number to no new process while the group lives: whoever has it now has it from after. */
static bool group_vanished(struct process *process) {
    if (!process->vanished && (kill(process->pid, 0) == 0 || errno == EPERM)) {
        process->vanished = true;
    }
    return process->vanished;
}

bool process_signal(struct process *process, int number) {
    if (!process->reaped) {
        return kill(-process->pid, number) == 0 || kill(process->pid, number) == 0;
    }
    if (group_vanished(process)) {
        return false;
    }
    process->vanished = kill(-process->pid, number) != 0;
    return !process->vanished;
}

void process_acknowledge(struct process *process, uint64_t offset) {
    output_release(&process->output, offset);
    for (int i = 0; i < 2; i++) {
        loop_watch(&process->pipe[i], EPOLLIN);
    }
}

void process_close_input(struct process *process) {
    loop_close(&process->input);
    conn_unblock(process->writer);
}

void process_forget(struct process *process) {
    if (process->reader) {
        process->reader->process = NULL;
        process->reader = NULL;
    }
    input_abandon(process->writer);
    table_remove(process);
    output_free(&process->output);
    loop_free(&process->input, process);
}

/* Reads what the command has left; descendants may hold its pipes open for a while. */
static void ended(struct process *process, int status) {
    process->wait_status = status;
    if (process->status.fd >= 0) {
        read_status(process);
    }
    process->reaped = true;
    if (!process->started && process->status.fd < 0) {
        process_forget(process);
        return;
    }
    for (int i = 0; i < 2; i++) {
        uint64_t before;
        do {
            before = process->output.end;
            if (process->pipe[i].fd >= 0) {
                read_pipe(process, i);
            }
        } while (process->output.end != before);
    }
    process->drain_at = loop_now() + DRAIN_MS;
    loop_wake(process->drain_at);
    settle(process);
    conn_update(process->reader);
}

bool processes_reap(pid_t pid, int status) {
    struct process *process = table_find_pid(pid);
    if (process) {
        ended(process, status);
    }
    return process != NULL;
}

static void stop_waiting_for_pipes(struct process *process) {
    process->draining = true;
    for (int i = 0; i < 2; i++) {
        int left = 0;
        struct source *pipe = &process->pipe[i];
        if (pipe->fd < 0) {
            continue;
        }
        if (ioctl(pipe->fd, FIONREAD, &left) == 0 && left > 0) {
            process->left[i] = (size_t)left;
            loop_watch(pipe, EPOLLIN);
        } else {
            drain_adopt(loop_release(pipe));
        }
    }
    settle(process);
    conn_update(process->reader);
}

static void tick(struct process *process, void *context) {
    uint64_t now = *(uint64_t *)context;
    if (!process->reaped && process->timeout_at > 0) {
        if (now >= process->timeout_at) {
            process->timed_out = process_signal(process, SIGKILL);
            process->timeout_at = 0;
        } else {
            loop_wake(process->timeout_at);
        }
    }
    if (process->reaped && !process->draining) {
        if (now >= process->drain_at) {
            stop_waiting_for_pipes(process);
        } else {
            loop_wake(process->drain_at);
        }
    }
}

void processes_tick(uint64_t now) { table_each_running(tick, &now); }

static void kill_one(struct process *process, void *context) {
    (void)context;
    process_signal(process, SIGKILL);
}

void processes_kill_all(void) { processes_each(kill_one, NULL); }
