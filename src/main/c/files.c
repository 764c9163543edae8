#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "download.h"
#include "entry.h"
#include "move.h"
#include "paths.h"
#include "spawn.h"
#include "upload.h"
#include "walk.h"

enum { HANDLERS_MAX = 256 };

/* Those that run; process 1 reaps also what commands leave behind, which is none of them. */
static pid_t handlers[HANDLERS_MAX];
static size_t handler_count;

static void finish(struct channel *channel, bool good) {
    if (!good) {
        channel_fail(channel, errno);
    }
    channel_done(channel);
}

static void describe(struct channel *channel, bool good, const char *path) {
    if (!good || !entry_send(channel, path)) {
        channel_fail(channel, errno);
    }
}

static void make(struct channel *channel, const struct request *request, const char *path) {
    channel->undo = paths_unmake;
    if (!paths_make(path, request->uid, request->gid)) {
        channel_fail(channel, errno);
    }
    channel->undo = NULL;
    describe(channel, true, path);
}

static void answer(struct channel *channel, const struct request *request) {
    const char *path = request_string(request, &request->path);
    switch (request->type) {
        case STAT:
            describe(channel, true, path);
            break;
        case LIST_DIRECTORY:
            if (request->number == 0) {
                channel_refuse(channel, INVALID, "the depth is at least 1");
            }
            finish(channel, walk_list(channel, path, request->number));
            break;
        case MAKE_DIRECTORY:
            make(channel, request, path);
            break;
        case MOVE:
            move(channel, request, path);
            describe(channel, true, request_string(request, &request->target));
            break;
        case REMOVE:
            finish(channel, walk_remove(channel, path));
            break;
        case READ:
            download(channel, request, path);
        default:
            upload(channel, request, path);
    }
}

static _Noreturn void child(const struct conn *conn) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(conn->source.fd, 3) != 3 || close_range(4, ~0U, 0) != 0) {
        _exit(1);
    }
    struct channel channel;
    umask(022);
    channel_open(&channel, 3, &conn->in, &conn->out);
    answer(&channel, &conn->request);
    _exit(0);
}

static bool changes_owner(const struct request *request) {
    return request->type == MAKE_DIRECTORY || request->type == MOVE || request->type == WRITE;
}

int files_hand_over(struct conn *conn, const char **message) {
    if (changes_owner(&conn->request) && !spawn_may_be(conn->request.uid, conn->request.gid)) {
        *message = "this sandbox has no such user";
        return NOT_PERMITTED;
    }
    pid_t pid = handler_count < HANDLERS_MAX ? fork() : -1;
    if (pid < 0) {
        *message = "the sandbox has no room for another process";
        return EXHAUSTED;
    }
    if (pid == 0) {
        child(conn);
    }
    handlers[handler_count++] = pid;
    conn_close(conn);
    return 0;
}

void files_reap(pid_t pid) {
    for (size_t i = 0; i < handler_count; i++) {
        if (handlers[i] == pid) {
            handlers[i] = handlers[--handler_count];
            return;
        }
    }
}
