/* Bytes for a process's standard input, taken only as fast as the process does. */
#ifndef INPUT_H
#define INPUT_H

#include "conn.h"

void input_begin(struct conn *conn, const struct frame *frame);
/* Takes DATA or END; false when the frame must wait for room in the pipe. */
bool input_take(struct conn *conn, const struct frame *frame);
/* The process is no more; does nothing for NULL. */
void input_abandon(struct conn *conn);

#endif
