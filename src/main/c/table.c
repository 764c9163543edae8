#include "table.h"

#include <string.h>

#include "conn.h"

enum { BUCKETS = 1024 };

struct list {
    struct process *first, *last;
    size_t count;
};

static struct process *buckets[BUCKETS];
static struct list running, ended;
static size_t ended_bytes;

static struct process **bucket(const char *id) {
    uint32_t hash = 2166136261U;
    while (*id) {
        hash = (hash ^ (uint8_t)*id++) * 16777619U;
    }
    return &buckets[hash % BUCKETS];
}

static void append(struct list *list, struct process *process) {
    process->previous = list->last;
    process->next = NULL;
    *(list->last ? &list->last->next : &list->first) = process;
    list->last = process;
    list->count++;
}

static void take_out(struct list *list, struct process *process) {
    *(process->previous ? &process->previous->next : &list->first) = process->next;
    *(process->next ? &process->next->previous : &list->last) = process->previous;
    list->count--;
}

bool table_full(void) { return running.count >= RUNNING_MAX; }

static void vanish(struct process *process, void *pid) {
    if (process->reaped && process->pid == *(pid_t *)pid) {
        process->vanished = true;
    }
}

void table_add(struct process *process) {
    processes_each(vanish, &process->pid); /* its number is new, so no group has it any more */
    struct process **head = bucket(process->id);
    process->same_hash = *head;
    *head = process;
    append(&running, process);
}

void table_disown(struct process *process) {
    for (struct process **at = bucket(process->id); *at; at = &(*at)->same_hash) {
        if (*at == process) {
            *at = process->same_hash;
            return;
        }
    }
}

/* Its end can still be told; a reader who misses some of it comes again and is told that too. */
static void strip(struct process *process) {
    struct conn *reader = process->reader;
    if (reader && reader->next < process->output.end) {
        conn_close(reader);
    }
    ended_bytes -= process->output.capacity;
    output_free(&process->output);
}

void table_retire(struct process *process) {
    take_out(&running, process);
    append(&ended, process);
    ended_bytes += process->output.capacity;
    for (struct process *oldest = ended.first; oldest != process && ended_bytes > ENDED_BYTES_MAX; oldest = oldest->next) {
        strip(oldest);
    }
    while (ended.first != process && ended.count > ENDED_MAX) {
        struct process *oldest = ended.first;
        if (oldest->reader) {
            conn_close(oldest->reader);
        }
        process_forget(oldest);
    }
}

void table_remove(struct process *process) {
    table_disown(process);
    if (process->settled) {
        ended_bytes -= process->output.capacity;
    }
    take_out(process->settled ? &ended : &running, process);
}

struct process *process_find(const char *id) {
    struct process *process = *bucket(id);
    while (process && strcmp(process->id, id) != 0) {
        process = process->same_hash;
    }
    return process;
}

struct process *table_find_pid(pid_t pid) {
    struct process *process = running.first;
    while (process && (process->pid != pid || process->reaped)) {
        process = process->next;
    }
    return process;
}

static void each(struct list *list, void (*visit)(struct process *process, void *context), void *context) {
    for (struct process *process = list->first, *next; process; process = next) {
        next = process->next;
        visit(process, context);
    }
}

void table_each_running(void (*visit)(struct process *process, void *context), void *context) { each(&running, visit, context); }

void processes_each(void (*visit)(struct process *process, void *context), void *context) {
    each(&running, visit, context);
    each(&ended, visit, context);
}
