/* READ: an ordinary file's bytes. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include "channel.h"
#include "request.h"

_Noreturn void download(struct channel *channel, const struct request *request, const char *path);

#endif
