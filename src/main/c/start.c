#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "spawn.h"
#include "table.h"

enum { PIPED_INPUT = 1, TERMINAL = 2 };

int start_check(const struct request *request, const char **message) {
    const struct strings *environment = &request->environment;
    for (size_t i = 0; i < environment->count; i++) {
        const char *equals = strchr((const char *)request->text.data + environment->at[i], '=');
        if (!equals || equals == (const char *)request->text.data + environment->at[i]) {
            *message = "an environment variable is not NAME=value";
            return INVALID;
        }
    }
    if (request->number & TERMINAL) {
        *message = "terminals are not offered";
        return NOT_IMPLEMENTED;
    }
    if (request->number & ~(uint32_t)PIPED_INPUT) {
        *message = "unknown flags";
        return INVALID;
    }
    if (!spawn_may_be(request->uid, request->gid)) {
        *message = "this sandbox has no such user";
        return NOT_PERMITTED;
    }
    if (process_find(request->id)) {
        *message = "the process id is in use";
        return EXISTS;
    }
    if (table_full()) {
        *message = "too many processes";
        return EXHAUSTED;
    }
    return 0;
}

static void close_all(const int *fds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
}

/* Pairs of (read end, write end): input, output, error output, status. */
static bool open_pipes(const struct request *request, int pipes[8]) {
    for (int i = 0; i < 8; i++) {
        pipes[i] = -1;
    }
    if (request->number & PIPED_INPUT) {
        if (pipe2(pipes, O_CLOEXEC) != 0) {
            return false;
        }
    } else if ((pipes[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0) {
        return false;
    }
    for (int i = 2; i < 8; i += 2) {
        if (pipe2(pipes + i, O_CLOEXEC) != 0) {
            return false;
        }
    }
    return true;
}

static void prepare(const struct request *request, const int pipes[8], const int mine[4]) {
    for (int i = 0; i < 4; i++) {
        if (mine[i] >= 0) {
            fcntl(mine[i], F_SETFL, O_NONBLOCK);
        }
    }
    /* So that the command may open /dev/stdin and its like by name. */
    int owned = 0;
    if (request->uid != getuid()) {
        owned |= (request->number & PIPED_INPUT) ? fchown(pipes[0], request->uid, request->gid) : 0;
        owned |= fchown(pipes[3], request->uid, request->gid);
        owned |= fchown(pipes[5], request->uid, request->gid);
    }
    (void)owned;
}

pid_t start_child(const struct request *request, int fds[4]) {
    int pipes[8];
    char **arguments = request_vector(request, &request->arguments);
    char **environment = request_vector(request, &request->environment);
    const char *directory = request_string(request, &request->directory);
    pid_t pid = -1;
    if (open_pipes(request, pipes) && arguments && environment) {
        const int mine[4] = {pipes[1], pipes[2], pipes[4], pipes[6]};
        memcpy(fds, mine, sizeof mine);
        prepare(request, pipes, mine);
        pid = spawn_child(&(struct spawn){
            .arguments = arguments,
            .environment = environment,
            .directory = directory ? directory : "/",
            .directory_fd = -1,
            .uid = request->uid,
            .gid = request->gid,
            .fds = {pipes[0], pipes[3], pipes[5]},
            .status = pipes[7],
        });
    }
    free(arguments);
    free(environment);
    if (pid < 0) {
        close_all(pipes, 8);
        return -1;
    }
    close_all((const int[]){pipes[0], pipes[3], pipes[5], pipes[7]}, 4);
    return pid;
}
