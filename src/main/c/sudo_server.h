/* Runs commands for the sudo shim of the sandbox's own processes. */
#ifndef SUDO_SERVER_H
#define SUDO_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SUDO_SOCKET "/run/sandbar/sudo.sock"

/* Does without where the socket can't be made. */
void sudo_listen(void);
/* Takes the end of a child; false when it is none of these. */
bool sudo_reap(pid_t pid, int status);
void sudo_tick(uint64_t now);

#endif
