#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

static char made[PATH_BYTES + 1]; /* the deepest directory that was made */
static size_t made_from; /* length of the path of the first one, 0 for none */

static bool make_one(const char *path, uint32_t uid, uint32_t gid) {
    if (mkdir(path, 0755) != 0) {
        return false;
    }
    if ((uid != geteuid() || gid != getegid()) && lchown(path, uid, gid) != 0) {
        int number = errno;
        rmdir(path);
        errno = number;
        return false;
    }
    snprintf(made, sizeof made, "%s", path);
    made_from = made_from ? made_from : strlen(path);
    return true;
}

void paths_unmake(void) {
    while (made_from && strlen(made) >= made_from && rmdir(made) == 0) {
        char *slash = strrchr(made, '/');
        while (slash > made && slash[-1] == '/') {
            slash--;
        }
        *slash = 0;
    }
    made_from = 0;
}

void paths_holder(char holder[PATH_BYTES + 1], const char *path) {
    const char *slash = strrchr(path, '/');
    int length = slash && slash > path ? (int)(slash - path) : 1;
    snprintf(holder, PATH_BYTES + 1, "%.*s", length, path);
}

bool paths_beside(char beside[PATH_BYTES + 64], const char *path) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
        return false;
    }
    int holder = (int)(strrchr(path, '/') + 1 - path);
    snprintf(beside, PATH_BYTES + 64, "%.*s.sandbar-%016llx", holder, path, (unsigned long long)random);
    return true;
}

bool paths_is_empty(const char *path) {
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    while (directory && (entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            break;
        }
    }
    if (directory) {
        closedir(directory);
    }
    return !entry;
}

static bool is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool paths_make_parents(const char *path, uint32_t uid, uint32_t gid) {
    char parent[PATH_BYTES + 1];
    size_t length = strlen(path);
    if (length > PATH_BYTES) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(parent, path, length + 1);
    for (char *at = parent + 1; (at = strchr(at, '/')); at++) {
        if (at[-1] == '/') {
            continue;
        }
        *at = 0;
        if (!make_one(parent, uid, gid) && !is_directory(parent)) {
            if (errno == EEXIST) {
                errno = ENOTDIR;
            }
            return false;
        }
        *at = '/';
    }
    return true;
}

bool paths_make(const char *path, uint32_t uid, uint32_t gid) {
    char plain[PATH_BYTES + 1];
    size_t length = strnlen(path, PATH_BYTES);
    memcpy(plain, path, length);
    while (length > 1 && plain[length - 1] == '/') {
        length--;
    }
    plain[length] = 0;
    if (!paths_make_parents(plain, uid, gid)) {
        return false;
    }
    if (make_one(plain, uid, gid)) {
        return true;
    }
    if (errno == EEXIST && !is_directory(plain)) {
        errno = ENOTDIR;
    }
    return false;
}

bool paths_resolve(char path[PATH_BYTES + 1]) {
    for (int i = 0; i < LINKS_MAX; i++) {
        char link[PATH_BYTES + 1], joined[2 * PATH_BYTES + 2];
        ssize_t length = readlink(path, link, PATH_BYTES);
        if (length < 0) {
            return errno == EINVAL || errno == ENOENT;
        }
        link[length] = 0;
        const char *slash = strrchr(path, '/');
        int holder = link[0] == '/' || !slash ? 0 : (int)(slash + 1 - path);
        int size = snprintf(joined, sizeof joined, "%.*s%s", holder, path, link);
        if (size < 0 || size > PATH_BYTES) {
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(path, joined, (size_t)size + 1);
    }
    errno = ELOOP;
    return false;
}
