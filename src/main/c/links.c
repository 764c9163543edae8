#include "links.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

struct seen {
    dev_t device;
    ino_t inode;
    char *path;
};

static struct seen *slot(const struct links *links, dev_t device, ino_t inode) {
    size_t at = (size_t)((uint64_t)inode * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (links->slots - 1);
    while (links->seen[at].path && (links->seen[at].inode != inode || links->seen[at].device != device)) {
        at = (at + 1) & (links->slots - 1);
    }
    return &links->seen[at];
}

const char *links_find(const struct links *links, const struct stat *status) {
    return links->slots ? slot(links, status->st_dev, status->st_ino)->path : NULL;
}

static bool grow(struct links *links) {
    struct links larger = {.slots = links->slots ? links->slots * 2 : FIRST, .count = links->count};
    larger.seen = calloc(larger.slots, sizeof *larger.seen);
    if (!larger.seen) {
        return false;
    }
    for (size_t i = 0; i < links->slots; i++) {
        const struct seen *old = &links->seen[i];
        if (old->path) {
            *slot(&larger, old->device, old->inode) = *old;
        }
    }
    free(links->seen);
    *links = larger;
    return true;
}

bool links_keep(struct links *links, const struct stat *status, const char *path) {
    char *copy = strdup(path);
    if (!copy || (links->count * 2 >= links->slots && !grow(links))) {
        free(copy);
        errno = ENOMEM;
        return false;
    }
    struct seen *seen = slot(links, status->st_dev, status->st_ino);
    links->count += !seen->path;
    free(seen->path);
    *seen = (struct seen){status->st_dev, status->st_ino, copy};
    return true;
}

void links_free(struct links *links) {
    for (size_t i = 0; i < links->slots; i++) {
        free(links->seen[i].path);
    }
    free(links->seen);
    *links = (struct links){0};
}
