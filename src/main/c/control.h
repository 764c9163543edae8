/* The short requests: PING, DEADLINE, SIGNAL, LIST, CLOSE_INPUT. */
#ifndef CONTROL_H
#define CONTROL_H

#include "conn.h"

/* False when the frame is none of these. */
bool control(struct conn *conn, const struct frame *frame);

#endif
