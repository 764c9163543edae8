/* The commands: their start, their output, their end, and who reads and feeds them. */
#ifndef PROCESS_H
#define PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "loop.h"
#include "output.h"
#include "request.h"

struct conn;

struct process {
    char id[ID_MAX + 1];
    pid_t pid;
    struct source input, status, pipe[2];
    bool started;   /* the program runs, or ran */
    bool reaped;    /* it has ended */
    bool draining;  /* only what was in the pipes at `drain_at` is still read */
    bool settled;   /* its output is complete */
    bool timed_out; /* its time-out ended it */
    bool vanished;  /* nothing is left of its group, whose number may be another's */
    int wait_status;
    uint64_t timeout_at, drain_at;
    size_t left[2];
    struct output output;
    struct conn *reader, *writer;
    struct process *same_hash, *previous, *next;
};

/* Starts what the request names; the reader hears of STARTED or ERROR later. Answers 0 or a code, with a message. */
int process_start(const struct request *request, struct conn *reader, const char **message);
/* A started or starting process, or NULL. */
struct process *process_find(const char *id);
/* To what is left of the group, also when its leader has ended; 0 asks. False when nothing is left. */
bool process_signal(struct process *process, int number);
/* Drops output before the offset, and reads on. */
void process_acknowledge(struct process *process, uint64_t offset);
/* Drops an ended process. */
void process_forget(struct process *process);
void process_close_input(struct process *process);

void processes_each(void (*visit)(struct process *process, void *context), void *context);
/* Takes the end of a child; false when it is none of these. */
bool processes_reap(pid_t pid, int status);
void processes_tick(uint64_t now);
void processes_kill_all(void);

#endif
