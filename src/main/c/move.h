/* MOVE: by renaming, or by the sandbox's own mv from one file system to another. */
#ifndef MOVE_H
#define MOVE_H

#include "channel.h"
#include "request.h"

/* Comes back when all of it is at the target. */
void move(struct channel *channel, const struct request *request, const char *path);

#endif
