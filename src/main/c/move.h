/* MOVE: by renaming, which is all or nothing; from one file system to another by a copy that takes its place at its end. */
#ifndef MOVE_H
#define MOVE_H

#include "channel.h"
#include "request.h"

/* Comes back when all of it is at the target and nothing at the source. */
void move(struct channel *channel, const struct request *request, const char *path);

#endif
