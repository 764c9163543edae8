/* WRITE: bytes into a file beside the target, which replaces it at the end. */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "channel.h"
#include "request.h"

_Noreturn void upload(struct channel *channel, const struct request *request, const char *path);

#endif
