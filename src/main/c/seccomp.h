/* The filter on system calls that everything in a sandbox has. */
#ifndef SECCOMP_H
#define SECCOMP_H

/* A pipe from which bubblewrap reads the filter; -1 when it can't be made. */
int seccomp_open(void);

#endif
