/* Directory trees: listing and removing. */
#ifndef WALK_H
#define WALK_H

#include "channel.h"

/* Sends what a directory holds, down to this depth; false with errno. */
bool walk_list(struct channel *channel, const char *path, uint32_t depth);
/*
 * Removes whatever is at the path, not following links; true when nothing is there any more, else false with errno. Ends the
 * process when the other side of the channel is gone; without a channel it goes on to its end.
 */
bool walk_remove(struct channel *channel, const char *path);

#endif
