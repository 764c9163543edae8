/* Directories on the way to a file. */
#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

/* Makes the directory and its missing parents, 0755, for this owner; false with errno (EEXIST where it is there). */
bool paths_make(const char *path, uint32_t uid, uint32_t gid);
/* The same for what holds the path; a directory that is there is fine. */
bool paths_make_parents(const char *path, uint32_t uid, uint32_t gid);
/* Removes the directories that were made by this process, as far as nothing is in them. */
void paths_unmake(void);
/* The directory that holds what the path names. */
void paths_holder(char holder[PATH_BYTES + 1], const char *path);
/* A path beside this one that nobody has; false with errno. */
bool paths_beside(char beside[PATH_BYTES + 64], const char *path);
bool paths_is_empty(const char *path);
/* Replaces the path by what it links to, which need not exist; false with errno. */
bool paths_resolve(char path[PATH_BYTES + 1]);

#endif
