/* Requests for files: each is answered by a child of the agent, in plain blocking code. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "conn.h"

/* Gives the connection to a child; the connection is then closed here. Answers 0 or a code, with a message. */
int files_hand_over(struct conn *conn, const char **message);
void files_reap(pid_t pid);

#endif
