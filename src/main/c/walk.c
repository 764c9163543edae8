#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"

enum { NAMES_BYTES_MAX = 64 << 20, LOOK_EVERY = 256 };

struct names {
    char **name;
    size_t count, capacity, bytes;
};

static int by_bytes(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

static bool add_name(struct names *names, const char *name) {
    if (names->count == names->capacity) {
        size_t capacity = names->capacity ? names->capacity * 2 : 64;
        char **grown = reallocarray(names->name, capacity, sizeof *grown);
        if (!grown) {
            return false;
        }
        names->name = grown;
        names->capacity = capacity;
    }
    names->bytes += strlen(name) + sizeof(char *);
    char *copy = names->bytes > NAMES_BYTES_MAX ? NULL : strdup(name);
    if (!copy) {
        errno = ENOMEM;
        return false;
    }
    names->name[names->count++] = copy;
    return true;
}

static bool read_names(const char *path, struct names *names) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        return false;
    }
    const struct dirent *entry;
    int number = 0;
    while (!number && (errno = 0, entry = readdir(directory))) {
        if (!dots(entry->d_name) && !add_name(names, entry->d_name)) {
            number = errno;
        }
    }
    number = number ? number : errno;
    closedir(directory);
    if (number) {
        errno = number;
        return false;
    }
    if (names->count > 1) {
        qsort(names->name, names->count, sizeof *names->name, by_bytes);
    }
    return true;
}

static void free_names(struct names *names) {
    for (size_t i = 0; i < names->count; i++) {
        free(names->name[i]);
    }
    free(names->name);
}

/* What vanishes meanwhile, or lies too deep to be named, is left out. */
static bool list(struct channel *channel, char path[PATH_BYTES + 1], size_t length, uint32_t depth) {
    struct names names = {0};
    bool good = read_names(path, &names);
    int number = errno;
    for (size_t i = 0; good && i < names.count; i++) {
        size_t name_length = strlen(names.name[i]);
        size_t slash = path[length - 1] != '/';
        size_t longer = length + slash + name_length;
        if (longer >= PATH_BYTES) {
            continue;
        }
        path[length] = '/';
        memcpy(path + length + slash, names.name[i], name_length + 1);
        struct stat status;
        if (entry_send(channel, path) && depth > 1 && lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
            good = list(channel, path, longer, depth - 1) || errno == ENOENT || errno == ENOTDIR || errno == EACCES;
            number = errno;
        }
        path[length] = 0;
    }
    free_names(&names);
    errno = number;
    return good;
}

bool walk_list(struct channel *channel, const char *path, uint32_t depth) {
    static char whole[PATH_BYTES + 1];
    size_t length = strnlen(path, PATH_BYTES);
    memcpy(whole, path, length);
    while (length > 1 && whole[length - 1] == '/') {
        length--;
    }
    whole[length] = 0;
    return list(channel, whole, length, depth);
}

struct level {
    dev_t device;
    ino_t inode;
};

/* Levels above the current directory; the way back is checked against them. */
struct descent {
    struct channel *channel;
    int current;
    struct level *levels;
    size_t depth, capacity, steps;
};

static bool move_to(struct descent *descent, const char *name) {
    int next = openat(descent->current, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (next < 0) {
        return false;
    }
    close(descent->current);
    descent->current = next;
    return true;
}

static bool go_down(struct descent *descent, const char *name) {
    struct stat status;
    if (descent->depth == descent->capacity) {
        size_t capacity = descent->capacity ? descent->capacity * 2 : 64;
        struct level *grown = reallocarray(descent->levels, capacity, sizeof *grown);
        if (!grown) {
            return false;
        }
        descent->levels = grown;
        descent->capacity = capacity;
    }
    if (fstat(descent->current, &status) != 0 || !move_to(descent, name)) {
        return false;
    }
    descent->levels[descent->depth++] = (struct level){status.st_dev, status.st_ino};
    return true;
}

static bool go_up(struct descent *descent) {
    struct stat status;
    struct level level = descent->levels[--descent->depth];
    if (!move_to(descent, "..") || fstat(descent->current, &status) != 0) {
        return false;
    }
    if (status.st_dev != level.device || status.st_ino != level.inode) {
        errno = EBUSY; /* moved while we were in it */
        return false;
    }
    return true;
}

static bool remove_one(int directory, const char *name) {
    if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) {
        return true;
    }
    return (errno == EISDIR || errno == EPERM) && (unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

/* Empties the current directory as far as it goes. Answers 1 when it is empty, 0 after a step down, -1 with errno. */
static int sweep(struct descent *descent) {
    int fd = openat(descent->current, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        return -1;
    }
    int result = 1;
    const struct dirent *entry;
    while (result == 1 && (errno = 0, entry = readdir(directory))) {
        if (dots(entry->d_name) || remove_one(descent->current, entry->d_name)) {
            if (++descent->steps % LOOK_EVERY == 0 && descent->channel) {
                channel_look(descent->channel);
            }
        } else if (errno == ENOTEMPTY || errno == EEXIST) {
            result = go_down(descent, entry->d_name) ? 0 : -1;
        } else {
            result = -1;
        }
    }
    int number = errno;
    closedir(directory);
    errno = number;
    return result == 1 && number ? -1 : result;
}

bool walk_remove(struct channel *channel, const char *path) {
    if (unlink(path) == 0 || errno == ENOENT) {
        return true;
    }
    if ((errno != EISDIR && errno != EPERM) || rmdir(path) == 0) {
        return errno != EISDIR && errno != EPERM ? false : true;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) {
        return errno == ENOENT;
    }
    struct descent descent = {.channel = channel, .current = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (descent.current < 0) {
        return errno == ENOENT;
    }
    int result;
    while ((result = sweep(&descent)) == 0 || (result == 1 && descent.depth > 0)) {
        if (result == 1 && !go_up(&descent)) {
            result = -1;
            break;
        }
    }
    int number = errno;
    close(descent.current);
    free(descent.levels);
    errno = number;
    return result == 1 && (rmdir(path) == 0 || errno == ENOENT);
}
