/* From a START request to a child with pipes. */
#ifndef START_H
#define START_H

#include <sys/types.h>

#include "request.h"

/* Answers 0 or a code, with a message. */
int start_check(const struct request *request, const char **message);
/* Answers the child's id and the agent's ends of input (-1: none), output, error output and status; -1 when it can't. */
pid_t start_child(const struct request *request, int fds[4]);

#endif
