/* Where files with several names were copied to first, so that the other names become links to it. */
#ifndef LINKS_H
#define LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct links {
    struct seen *seen;
    size_t count, slots;
};

/* The path of the first copy, or NULL. */
const char *links_find(const struct links *links, const struct stat *status);
/* Keeps the newest path; false when there is no memory. */
bool links_keep(struct links *links, const struct stat *status, const char *path);
void links_free(struct links *links);

#endif
