#include "entry.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { ATTRIBUTES_MAX = 4096, NAMES_MAX = 65536 };

static const char prefix[] = "user.e2b.";

struct entry {
    const char *path, *target;
    struct stat status;
    uint8_t kind, target_kind;
    uint8_t attributes[ATTRIBUTES_MAX];
    size_t attributes_size;
    uint16_t attributes_count;
};

static uint8_t kind_of(mode_t mode) { return S_ISREG(mode) ? 1 : S_ISDIR(mode) ? 2 : S_ISLNK(mode) ? 3 : 4; }

static ssize_t value_of(const char *path, int fd, const char *name, void *value, size_t room) {
    return fd >= 0 ? fgetxattr(fd, name, value, room) : getxattr(path, name, value, room);
}

/* As many attributes as fit. */
static void read_attributes(struct entry *entry, int fd) {
    static char names[NAMES_MAX];
    static uint8_t value[ATTRIBUTES_MAX];
    ssize_t size = fd >= 0 ? flistxattr(fd, names, sizeof names) : listxattr(entry->path, names, sizeof names);
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1) {
        const char *name = names + at;
        if (strncmp(name, prefix, sizeof prefix - 1) != 0) {
            continue;
        }
        size_t name_length = strlen(name);
        ssize_t length = value_of(entry->path, fd, name, value, sizeof value);
        if (length < 0 || entry->attributes_size + 4 + name_length + (size_t)length > ATTRIBUTES_MAX) {
            continue;
        }
        uint8_t *to = entry->attributes + entry->attributes_size;
        to = put16(put16(to, (uint16_t)name_length), (uint16_t)length);
        memcpy(to, name, name_length);
        memcpy(to + name_length, value, (size_t)length);
        entry->attributes_size += 4 + name_length + (size_t)length;
        entry->attributes_count++;
    }
}

static void send_entry(struct channel *channel, const struct entry *entry) {
    static uint8_t body[BODY_MAX];
    const struct stat *status = &entry->status;
    size_t path = strnlen(entry->path, PATH_BYTES), target = entry->target ? strnlen(entry->target, PATH_BYTES) : 0;
    uint8_t *at = body;
    *at++ = entry->kind;
    *at++ = entry->target_kind;
    at = put16(at, 0);
    at = put32(at, status->st_mode & 07777);
    at = put32(at, status->st_uid);
    at = put32(at, status->st_gid);
    at = put64(at, (uint64_t)status->st_size);
    at = put64(at, (uint64_t)status->st_mtim.tv_sec);
    at = put32(at, (uint32_t)status->st_mtim.tv_nsec);
    at = put16(at, (uint16_t)path);
    at = put16(at, (uint16_t)target);
    at = put16(at, entry->attributes_count);
    memcpy(at, entry->path, path);
    at += path;
    if (target > 0) {
        memcpy(at, entry->target, target);
        at += target;
    }
    memcpy(at, entry->attributes, entry->attributes_size);
    at += entry->attributes_size;
    channel_send(channel, ENTRY, body, (size_t)(at - body));
}

bool entry_send(struct channel *channel, const char *path) {
    static char resolved[PATH_MAX];
    static struct entry entry;
    entry = (struct entry){.path = path};
    if (lstat(path, &entry.status) != 0) {
        return false;
    }
    entry.kind = kind_of(entry.status.st_mode);
    if (S_ISLNK(entry.status.st_mode)) {
        struct stat target;
        if (stat(path, &target) == 0 && realpath(path, resolved)) {
            entry.target = resolved;
            entry.target_kind = kind_of(target.st_mode);
            entry.status.st_mode = (entry.status.st_mode & S_IFMT) | (target.st_mode & 07777);
        }
    }
    if (!S_ISLNK(entry.status.st_mode) || entry.target) {
        read_attributes(&entry, -1);
    }
    send_entry(channel, &entry);
    return true;
}

void entry_send_open(struct channel *channel, const char *path, int fd) {
    static struct entry entry;
    entry = (struct entry){.path = path};
    if (fstat(fd, &entry.status) != 0) {
        channel_fail(channel, errno);
    }
    entry.kind = kind_of(entry.status.st_mode);
    read_attributes(&entry, fd);
    send_entry(channel, &entry);
}
