/* The description of a file as an ENTRY frame. */
#ifndef ENTRY_H
#define ENTRY_H

#include <sys/stat.h>

#include "channel.h"

/* Describes what is at the path, links themselves; false with errno when it can't be read. */
bool entry_send(struct channel *channel, const char *path);
/* Describes an open file under this path. */
void entry_send_open(struct channel *channel, const char *path, int fd);

#endif
