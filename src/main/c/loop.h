/* The one event loop: descriptors by epoll, one earliest time to wake at, memory freed between rounds. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct source {
    int fd; /* -1 when closed */
    uint32_t events;
    void (*ready)(struct source *source, uint32_t events);
    struct source *next_grave;
    void *memory;
};

#define CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

bool loop_open(void);
/* Watches a descriptor; with events 0 it is only kept. */
void loop_add(struct source *source, int fd, uint32_t events, void (*ready)(struct source *, uint32_t));
/* Changes what is watched; with 0 the descriptor isn't watched at all, not even for its end. */
void loop_watch(struct source *source, uint32_t events);
/* Stops watching and hands the descriptor to the caller. */
int loop_release(struct source *source);
void loop_close(struct source *source);
/* Frees the memory that holds this closed source after this round, since events for it may still be at hand. */
void loop_free(struct source *source, void *memory);

/* Monotonic milliseconds. */
uint64_t loop_now(void);
/* Asks for a tick at this time at the latest. */
void loop_wake(uint64_t at);
/* Runs for ever; `tick` is called at each time asked for. */
_Noreturn void loop_run(void (*tick)(uint64_t now));

#endif
