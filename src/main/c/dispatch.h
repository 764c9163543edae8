/* What a frame means at each point of a connection's life. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "conn.h"

enum outcome {
    TAKEN,
    HOLD,     /* the frame stays first; the connection is blocked */
    HAND_OVER /* the request is complete and for files: take the frame, then call dispatch_hand_over */
};

enum outcome dispatch(struct conn *conn, const struct frame *frame);
void dispatch_hand_over(struct conn *conn);

#endif
