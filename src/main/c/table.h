/* Which processes there are: by id, by pid, the running ones and the newest of the ended ones. */
#ifndef TABLE_H
#define TABLE_H

#include "process.h"

enum { RUNNING_MAX = 4096, ENDED_MAX = 4096, ENDED_BYTES_MAX = 64 << 20 };

bool table_full(void);
void table_add(struct process *process);
/* Its id is free again, though its child wasn't reaped yet. */
void table_disown(struct process *process);
/* It has ended; the oldest ended ones lose their output when all hold too much, and are forgotten when too many. */
void table_retire(struct process *process);
void table_remove(struct process *process);
struct process *table_find_pid(pid_t pid);
/* The visited process may be removed meanwhile. */
void table_each_running(void (*visit)(struct process *process, void *context), void *context);

#endif
