/* Copies a tree to another file system as it is: owners, modes, times, links, attributes, holes. */
#ifndef COPY_H
#define COPY_H

#include <sys/stat.h>

#include "channel.h"

/*
 * Copies what is at `source` to `target`, where nothing is; links are copied, not followed. False with errno; what was made
 * by then is there. EBUSY where the source changes meanwhile or another file system is mounted in it, ENAMETOOLONG where it
 * is deeper than 400 directories. Ends the process, by the channel, when the other side is gone.
 */
bool copy_tree(struct channel *channel, const char *source, const char *target);
/* The number of the mount that holds the path, which isn't followed; 0 where the kernel doesn't say. */
uint64_t copy_mount(int directory, const char *path);

#endif
