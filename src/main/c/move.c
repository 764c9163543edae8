#include "move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "errors.h"
#include "paths.h"
#include "walk.h"

enum { REMOVALS = 20, PAUSE_MICROSECONDS = 50000 };

/* What is undone where a move fails. */
static struct {
    char source[PATH_BYTES + 1], target[PATH_BYTES + 1];
    char copy[PATH_BYTES + 64], aside[PATH_BYTES + 64];
    bool copying, is_aside;
} moving;

static void undo(void) {
    if (moving.is_aside) {
        renameat2(AT_FDCWD, moving.aside, AT_FDCWD, moving.source, RENAME_NOREPLACE);
    }
    if (moving.copying) {
        walk_remove(NULL, moving.copy);
    }
    paths_unmake();
}

/* Says which of the two paths it is about. */
static _Noreturn void refuse(struct channel *channel, const char *which, int number) {
    char message[128];
    snprintf(message, sizeof message, "%s: %s", which, strerror(number));
    channel_refuse(channel, error_code(number), message);
}

static bool of_target(int number) {
    return number == EEXIST || number == ENOTEMPTY || number == EISDIR || number == ENOTDIR || number == ENOSPC || number == EDQUOT ||
        number == EINVAL;
}

static _Noreturn void refuse_renaming(struct channel *channel, int number) {
    if (of_target(number)) {
        refuse(channel, "target", number);
    }
    if (number == ENOENT) {
        refuse(channel, "source", number);
    }
    channel_fail(channel, number);
}

static void plain(char *to, const char *path) {
    size_t length = strnlen(path, PATH_BYTES);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    memcpy(to, path, length);
    to[length] = 0;
}

/* Where only the copying would find out that it can't be done, and what a copy would do wrong. */
static void check(struct channel *channel, const struct stat *source) {
    char holder[PATH_BYTES + 1];
    struct stat target;
    paths_holder(holder, moving.source);
    if (copy_mount(AT_FDCWD, moving.source) != copy_mount(AT_FDCWD, holder)) {
        refuse(channel, "source", EBUSY);
    }
    if (faccessat(AT_FDCWD, holder, W_OK, AT_EACCESS) != 0) {
        refuse(channel, "source", errno);
    }
    if (lstat(moving.target, &target) != 0) {
        return;
    }
    if (S_ISDIR(source->st_mode) != S_ISDIR(target.st_mode)) {
        refuse(channel, "target", S_ISDIR(target.st_mode) ? EISDIR : ENOTDIR);
    }
    if (S_ISDIR(target.st_mode) && !paths_is_empty(moving.target)) {
        refuse(channel, "target", ENOTEMPTY);
    }
}

static bool is_still(const struct stat *before) {
    struct stat now;
    return lstat(moving.aside, &now) == 0 && now.st_dev == before->st_dev && now.st_ino == before->st_ino &&
        (S_ISDIR(now.st_mode) || now.st_size == before->st_size) && now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

static void remove_source(struct channel *channel) {
    for (int i = 0; i < REMOVALS; i++) {
        if (walk_remove(NULL, moving.aside)) {
            return;
        }
        usleep(PAUSE_MICROSECONDS); /* a process may still be making files in it */
    }
    char message[256];
    snprintf(message, sizeof message, "it was moved, but a rest of the source stays in %.200s", strrchr(moving.aside, '/') + 1);
    channel_refuse(channel, INTERNAL, message);
}

/* The source is renamed before it is removed, so that it goes at once, and comes back where the last step fails. */
static void take_place(struct channel *channel, const struct stat *source) {
    if (rename(moving.source, moving.aside) != 0) {
        refuse(channel, "source", errno);
    }
    moving.is_aside = true;
    if (!is_still(source)) {
        refuse(channel, "source", EBUSY);
    }
    if (rename(moving.copy, moving.target) != 0) {
        refuse(channel, "target", errno);
    }
    channel->undo = NULL;
    remove_source(channel);
}

static void copy(struct channel *channel, const struct stat *source) {
    check(channel, source);
    if (!paths_beside(moving.copy, moving.target) || !paths_beside(moving.aside, moving.source)) {
        channel_fail(channel, errno);
    }
    moving.copying = true;
    if (!copy_tree(channel, moving.source, moving.copy)) {
        int number = errno;
        bool full = number == ENOSPC || number == EDQUOT || number == EFBIG || number == EOPNOTSUPP;
        refuse(channel, full ? "target" : "source", number);
    }
    take_place(channel, source);
}

void move(struct channel *channel, const struct request *request, const char *path) {
    struct stat status;
    plain(moving.source, path);
    plain(moving.target, request_string(request, &request->target));
    channel->undo = undo;
    /* The source first, so that a missing one leaves no directories behind. */
    if (lstat(path, &status) != 0) {
        refuse(channel, "source", errno);
    }
    if (!paths_make_parents(moving.target, request->uid, request->gid)) {
        refuse(channel, "target", errno);
    }
    if (rename(path, request_string(request, &request->target)) != 0) {
        if (errno != EXDEV) {
            refuse_renaming(channel, errno);
        }
        copy(channel, &status);
    }
    channel->undo = NULL;
}
