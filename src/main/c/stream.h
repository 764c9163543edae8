/* Gives a process's output to the connection that follows it, as fast as that takes it. */
#ifndef STREAM_H
#define STREAM_H

#include "conn.h"

/* Sends what the socket takes: output from the connection's offset, and EXIT after the last byte. */
void stream_pump(struct conn *conn);
/* Output is there that the socket didn't take. */
bool stream_waits(const struct conn *conn);

#endif
