#include "loop.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { ROUND = 64 };

static int epoll = -1;
static uint64_t wake_at = UINT64_MAX;

static struct source *graves;

bool loop_open(void) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    return epoll >= 0;
}

void loop_add(struct source *source, int fd, uint32_t events, void (*ready)(struct source *, uint32_t)) {
    *source = (struct source){.fd = fd, .ready = ready};
    loop_watch(source, events);
}

void loop_watch(struct source *source, uint32_t events) {
    if (source->fd < 0 || source->events == events) {
        return;
    }
    struct epoll_event event = {.events = events, .data.ptr = source};
    int operation = source->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    if (epoll_ctl(epoll, operation, source->fd, &event) == 0) {
        source->events = events;
    }
}

int loop_release(struct source *source) {
    loop_watch(source, 0);
    int fd = source->fd;
    source->fd = -1;
    return fd;
}

void loop_close(struct source *source) {
    if (source->fd >= 0) {
        close(loop_release(source));
    }
}

void loop_free(struct source *source, void *memory) {
    source->memory = memory;
    source->next_grave = graves;
    graves = source;
}

static void bury(void) {
    while (graves) {
        struct source *next = graves->next_grave;
        free(graves->memory);
        graves = next;
    }
}

uint64_t loop_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void loop_wake(uint64_t at) {
    if (at < wake_at) {
        wake_at = at;
    }
}

static int patience(void) {
    if (wake_at == UINT64_MAX) {
        return -1;
    }
    uint64_t now = loop_now();
    uint64_t wait = wake_at > now ? wake_at - now : 0;
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

_Noreturn void loop_run(void (*tick)(uint64_t now)) {
    struct epoll_event events[ROUND];
    for (;;) {
        int count = epoll_wait(epoll, events, ROUND, patience());
        for (int i = 0; i < count; i++) {
            struct source *source = events[i].data.ptr;
            /* Closed, or no longer watched, by an earlier event of this round. */
            if (source->fd >= 0 && source->events != 0) {
                source->ready(source, events[i].events);
            }
        }
        uint64_t now = loop_now();
        if (now >= wake_at) {
            wake_at = UINT64_MAX;
            tick(now);
        }
        bury();
    }
}
