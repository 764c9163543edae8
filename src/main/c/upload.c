#include "upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "entry.h"
#include "paths.h"

struct target {
    char path[PATH_BYTES + 1], temporary[PATH_BYTES + 64];
    bool exists;
    mode_t mode;
};

static struct target uploaded;

static void undo(void) {
    if (*uploaded.temporary) {
        unlink(uploaded.temporary);
    }
    paths_unmake();
}

/* Follows links and looks at what is there. */
static void find(struct channel *channel, const struct request *request, const char *path, struct target *target) {
    struct stat status;
    channel->undo = undo;
    snprintf(target->path, sizeof target->path, "%s", path);
    if (!paths_resolve(target->path)) {
        channel_fail(channel, errno);
    }
    if (target->path[strlen(target->path) - 1] == '/') {
        channel_fail(channel, EISDIR);
    }
    if (!paths_make_parents(target->path, request->uid, request->gid)) {
        channel_fail(channel, errno);
    }
    target->exists = lstat(target->path, &status) == 0;
    target->mode = target->exists ? status.st_mode & 07777 : request->number & 07777;
    if (target->exists && S_ISDIR(status.st_mode)) {
        channel_fail(channel, EISDIR);
    }
    if (target->exists && !S_ISREG(status.st_mode)) {
        channel_refuse(channel, INVALID, "not an ordinary file");
    }
}

static int open_temporary(struct channel *channel, struct target *target) {
    if (!paths_beside(target->temporary, target->path)) {
        channel_fail(channel, errno);
    }
    int fd = open(target->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        *target->temporary = 0;
        channel_fail(channel, errno);
    }
    return fd;
}

static void set_attributes(struct channel *channel, const struct request *request, int fd) {
    for (size_t i = 0; i < request->attributes.count; i++) {
        const uint8_t *at = request->text.data + request->attributes.at[i];
        const char *name = (const char *)at + 3;
        if (strncmp(name, "user.", 5) != 0) {
            channel_refuse(channel, INVALID, "not a user attribute");
        }
        if (fsetxattr(fd, name, name + strlen(name) + 1, get16(at), 0) != 0) {
            channel_fail(channel, errno == EPERM ? EOPNOTSUPP : errno);
        }
    }
}

static void receive(struct channel *channel, int fd) {
    struct frame frame;
    for (;;) {
        channel_receive(channel, &frame);
        if (frame.type == END) {
            return;
        }
        if (frame.type != DATA) {
            channel_refuse(channel, INVALID, "neither data nor its end");
        }
        for (size_t written = 0; written < frame.length;) {
            ssize_t put = write(fd, frame.body + written, frame.length - written);
            if (put < 0 && errno != EINTR) {
                channel_fail(channel, errno);
            }
            written += put > 0 ? (size_t)put : 0;
        }
    }
}

_Noreturn void upload(struct channel *channel, const struct request *request, const char *path) {
    struct target *target = &uploaded;
    find(channel, request, path, target);
    int fd = open_temporary(channel, target);
    set_attributes(channel, request, fd);
    receive(channel, fd);
    bool foreign = request->uid != geteuid() || request->gid != getegid();
    if ((foreign && fchown(fd, request->uid, request->gid) != 0) || fchmod(fd, target->mode) != 0) {
        channel_fail(channel, errno);
    }
    if (rename(target->temporary, target->path) != 0) {
        channel_fail(channel, errno);
    }
    channel->undo = NULL;
    entry_send_open(channel, path, fd);
    _exit(0);
}
