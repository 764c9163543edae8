/*
 * What the sudo shim and the agent say to each other, in packets over SUDO_SOCKET; the first byte is the kind.
 * Shim: TEXT (a piece of the request) any number of times, RUN with four descriptors (0, 1, 2, working directory), then
 * FORWARD with a signal number. Agent: one ENDED with u32 wait status, or FAILED with u32 error number.
 * The request: u32 uid, gid, number of arguments, number of variables; then all of these with a NUL at each end.
 */
#ifndef SUDO_WIRE_H
#define SUDO_WIRE_H

enum { SUDO_TEXT = 'T', SUDO_RUN = 'R', SUDO_FORWARD = 'S', SUDO_ENDED = 'X', SUDO_FAILED = 'E' };

enum { SUDO_PIECE = 16384, SUDO_TEXT_MAX = 512 << 10, SUDO_FIXED = 16, SUDO_DESCRIPTORS = 4 };

#endif
