#include "move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "paths.h"

enum { REASON_BYTES = 512 };

static _Noreturn void become_mv(const char *path, const char *target, int errors) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(errors, 2);
    close_range(3, ~0U, 0);
    execle("/usr/bin/mv", "mv", "-T", "-f", "--", path, target, (char *)NULL, (char *const[]){"LC_ALL=C", NULL});
    _exit(127);
}

/* Keeps the beginning of what mv says, and reads on, so that it isn't held up. */
static size_t read_reason(int fd, char *reason) {
    static char rest[4096];
    size_t held = 0;
    ssize_t got;
    while ((got = held < REASON_BYTES - 1 ? read(fd, reason + held, REASON_BYTES - 1 - held) : read(fd, rest, sizeof rest)) > 0) {
        held += held < REASON_BYTES - 1 ? (size_t)got : 0;
    }
    reason[held] = 0;
    return held;
}

static void copy(struct channel *channel, const char *path, const char *target) {
    char reason[REASON_BYTES];
    int errors[2], status;
    if (pipe2(errors, O_CLOEXEC) != 0) {
        channel_fail(channel, errno);
    }
    pid_t pid = fork();
    if (pid < 0) {
        channel_fail(channel, errno);
    }
    if (pid == 0) {
        become_mv(path, target, errors[1]);
    }
    close(errors[1]);
    size_t said = read_reason(errors[0], reason);
    close(errors[0]);
    if (waitpid(pid, &status, 0) != pid) {
        channel_fail(channel, errno);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        bool full = strstr(reason, "No space left") != NULL;
        channel_refuse(channel, full ? NO_SPACE : INVALID, said ? reason : "the sandbox has no mv");
    }
}

void move(struct channel *channel, const struct request *request, const char *path) {
    const char *target = request_string(request, &request->target);
    struct stat status;
    /* The source first, so that a missing one leaves no directories behind. */
    if (lstat(path, &status) != 0 || !paths_make_parents(target, request->uid, request->gid)) {
        channel_fail(channel, errno);
    }
    if (rename(path, target) == 0) {
        return;
    }
    if (errno != EXDEV) {
        channel_fail(channel, errno);
    }
    copy(channel, path, target);
}
