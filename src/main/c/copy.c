#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "links.h"

enum { DEPTH_MAX = 400, PIECE = 1 << 18, PIECES_UNSEEN = 16, NAMES_MAX = 65536 };

struct copy {
    struct channel *channel;
    uint64_t mount;
    unsigned steps, depth;
    int top; /* the directory that the target is, -1 while there is none */
    struct links links;
    char path[PATH_BYTES + 1]; /* below the top */
};

/* A name in a directory. */
struct place {
    int directory;
    const char *name;
};

uint64_t copy_mount(int directory, const char *path) {
    struct statx status;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*path ? 0 : AT_EMPTY_PATH);
    bool known = statx(directory, path, flags, STATX_MNT_ID, &status) == 0 && (status.stx_mask & STATX_MNT_ID);
    return known ? status.stx_mnt_id : 0;
}

static void look(struct copy *copy) {
    if (++copy->steps % PIECES_UNSEEN == 0) {
        channel_look(copy->channel);
    }
}

static bool busy(void) {
    errno = EBUSY;
    return false;
}

/* Those that only some file systems and only the host's root can have are left out where they can't be set. */
static bool copy_attributes(int from, int to) {
    static char names[NAMES_MAX];
    static uint8_t value[NAMES_MAX];
    ssize_t size = flistxattr(from, names, sizeof names);
    if (size < 0) {
        return errno == EOPNOTSUPP;
    }
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1) {
        const char *name = names + at;
        ssize_t length = fgetxattr(from, name, value, sizeof value);
        if (length < 0 && errno == ENODATA) {
            continue;
        }
        if (length < 0 || fsetxattr(to, name, value, (size_t)length, 0) != 0) {
            bool optional = strncmp(name, "user.", 5) != 0 && (errno == EPERM || errno == EOPNOTSUPP);
            if (!optional) {
                return false;
            }
        }
    }
    return true;
}

/* In this order: an owner's change takes set-id bits away. */
static bool copy_status(int from, int to, const struct stat *status) {
    struct stat made;
    if (!copy_attributes(from, to) || fstat(to, &made) != 0) {
        return false;
    }
    bool foreign = made.st_uid != status->st_uid || made.st_gid != status->st_gid;
    return (!foreign || fchown(to, status->st_uid, status->st_gid) == 0) && fchmod(to, status->st_mode & 07777) == 0 &&
        futimens(to, (struct timespec[]){status->st_atim, status->st_mtim}) == 0;
}

static bool write_all(int to, const uint8_t *data, size_t length, off_t at) {
    while (length > 0) {
        ssize_t put = pwrite(to, data, length, at);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        size_t written = put > 0 ? (size_t)put : 0;
        data += written;
        length -= written;
        at += (off_t)written;
    }
    return true;
}

static bool copy_bytes(struct copy *copy, int from, int to, off_t at, off_t end) {
    static uint8_t piece[PIECE];
    while (at < end) {
        ssize_t got = pread(from, piece, end - at < PIECE ? (size_t)(end - at) : PIECE, at);
        if (got == 0) {
            return busy(); /* it became shorter */
        }
        if (got < 0 || !write_all(to, piece, (size_t)got, at)) {
            return false;
        }
        at += got;
        look(copy);
    }
    return true;
}

static bool copy_content(struct copy *copy, int from, int to, off_t size) {
    for (off_t at = 0; at < size;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) {
            break;
        }
        data = data < 0 ? at : data;
        off_t hole = lseek(from, data, SEEK_HOLE);
        off_t end = hole < 0 || hole > size ? size : hole;
        if (!copy_bytes(copy, from, to, data, end)) {
            return false;
        }
        at = end;
    }
    return ftruncate(to, size) == 0;
}

static bool same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
        a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool copy_open_file(struct copy *copy, int from, struct place target, const struct stat *status) {
    struct stat now;
    if (fstat(from, &now) != 0) {
        return false;
    }
    if (!S_ISREG(now.st_mode) || !same(&now, status)) {
        return busy();
    }
    int to = openat(target.directory, target.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0) {
        return false;
    }
    bool good = copy_content(copy, from, to, status->st_size) && copy_status(from, to, status);
    good = good && (fstat(from, &now) == 0 && (same(&now, status) || busy()));
    int number = errno;
    bool closed = close(to) == 0;
    errno = good ? errno : number;
    return good && closed;
}

static bool copy_file(struct copy *copy, struct place source, struct place target, const struct stat *status) {
    const char *first = status->st_nlink > 1 ? links_find(&copy->links, status) : NULL;
    if (first && linkat(copy->top, first, target.directory, target.name, 0) == 0) {
        return true;
    }
    if (first && errno != EMLINK) {
        return false;
    }
    int from = openat(source.directory, source.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from < 0) {
        return false;
    }
    bool good = copy_open_file(copy, from, target, status);
    int number = errno;
    close(from);
    errno = number;
    return good && (status->st_nlink < 2 || copy->top < 0 || links_keep(&copy->links, status, copy->path));
}

static bool give(struct place target, const struct stat *status) {
    struct timespec times[] = {status->st_atim, status->st_mtim};
    struct stat made;
    if (fstatat(target.directory, target.name, &made, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }
    bool foreign = made.st_uid != status->st_uid || made.st_gid != status->st_gid;
    return (!foreign || fchownat(target.directory, target.name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) == 0) &&
        (S_ISLNK(status->st_mode) || fchmodat(target.directory, target.name, status->st_mode & 07777, 0) == 0) &&
        utimensat(target.directory, target.name, times, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool copy_link(struct place source, struct place target) {
    char text[PATH_BYTES + 1];
    ssize_t length = readlinkat(source.directory, source.name, text, sizeof text - 1);
    if (length < 0) {
        return false;
    }
    text[length] = 0;
    return symlinkat(text, target.directory, target.name) == 0;
}

static bool copy_entry(struct copy *copy, struct place source, struct place target);

/* Copies what the directory holds. */
static bool copy_entries(struct copy *copy, DIR *from, int to) {
    size_t length = strlen(copy->path);
    const struct dirent *entry;
    while ((errno = 0, entry = readdir(from))) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        size_t longer = length + (length > 0) + strlen(name);
        if (longer > PATH_BYTES - 1) {
            errno = ENAMETOOLONG;
            return false;
        }
        snprintf(copy->path + length, sizeof copy->path - length, "%s%s", length ? "/" : "", name);
        bool good = copy_entry(copy, (struct place){dirfd(from), name}, (struct place){to, name});
        copy->path[length] = 0;
        if (!good) {
            return false;
        }
    }
    return errno == 0;
}

static bool fill_directory(struct copy *copy, int from, int to, const struct stat *status) {
    int again = dup(from);
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    if (!directory) {
        return false;
    }
    bool good = copy_entries(copy, directory, to);
    int number = errno;
    closedir(directory);
    errno = number;
    return good && copy_status(from, to, status);
}

static bool copy_directory(struct copy *copy, struct place source, struct place target, const struct stat *status) {
    if (copy->depth >= DEPTH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    int from = openat(source.directory, source.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0) {
        return false;
    }
    bool good = copy_mount(from, "") == copy->mount ? mkdirat(target.directory, target.name, 0700) == 0 : busy();
    int to = good ? openat(target.directory, target.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (to >= 0 && copy->top < 0) {
        copy->top = to;
    }
    copy->depth++;
    good = to >= 0 && fill_directory(copy, from, to, status);
    copy->depth--;
    int number = errno;
    close(from);
    if (to >= 0) {
        close(to);
    }
    errno = number;
    return good;
}

static bool copy_entry(struct copy *copy, struct place source, struct place target) {
    struct stat status;
    look(copy);
    if (fstatat(source.directory, source.name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }
    switch (status.st_mode & S_IFMT) {
        case S_IFREG:
            return copy_file(copy, source, target, &status);
        case S_IFDIR:
            return copy_directory(copy, source, target, &status);
        case S_IFLNK:
            return copy_link(source, target) && give(target, &status);
        default:
            return mknodat(target.directory, target.name, (status.st_mode & S_IFMT) | 0600, status.st_rdev) == 0 && give(target, &status);
    }
}

bool copy_tree(struct channel *channel, const char *source, const char *target) {
    static struct copy copy;
    copy = (struct copy){.channel = channel, .top = -1, .mount = copy_mount(AT_FDCWD, source)};
    bool good = copy_entry(&copy, (struct place){AT_FDCWD, source}, (struct place){AT_FDCWD, target});
    links_free(&copy.links);
    return good;
}
