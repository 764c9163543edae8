#include "deadline.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "loop.h"
#include "process.h"

/* Counted only while the agent runs, so that a sandbox that was frozen has time to hear from its service. */
static uint64_t grace = 60000, silent, looked, heard, deadline;

static uint64_t step(void) { return grace / 12 + 1; }

void deadline_grace(uint64_t milliseconds) { grace = milliseconds; }

void deadline_set(uint64_t at) {
    deadline = at;
    silent = 0;
    looked = loop_now();
    loop_wake(looked + step());
}

/* As the first processes of a process namespace we may end everything in it; elsewhere only what we started. */
static _Noreturn void end(void) {
    if (getpid() == 1 || (getppid() == 1 && getpid() <= 16)) {
        kill(-1, SIGKILL);
    } else {
        processes_kill_all();
    }
    exit(0);
}

static bool passed(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 >= deadline;
}

void deadline_tick(uint64_t now) {
    if (deadline == 0) {
        return;
    }
    uint64_t elapsed = now - looked;
    looked = now;
    if (heard != conns_heard()) {
        heard = conns_heard();
        silent = 0;
    } else {
        silent += elapsed < step() ? elapsed : step();
    }
    if (silent >= grace && passed()) {
        end();
    }
    loop_wake(now + step());
}
