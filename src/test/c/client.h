/* A blocking client of the agent, for tests and measurements. Each failure ends the program. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "bytes.h"
#include "wire.h"

struct client {
    int fd;
    struct bytes in;
};

struct reply {
    uint8_t type;
    size_t length;
    const uint8_t *body; /* valid until the next reply */
};

struct command {
    const char *id, *directory;
    const char *arguments[8], *environment[8];
    uint32_t uid, flags;
    uint64_t timeout;
};

struct result {
    char *text[3]; /* by stream; with a NUL at the end */
    size_t length[3];
    uint8_t kind, flags;
    uint32_t code;
    uint64_t end;
    int error; /* instead of all that */
};

/* Starts the agent and waits until it is ready: as root with a /run of its own, or else with one user only. */
void agent_start(const char *program, uint64_t grace);
void agent_stop(void);
/* Waits until it ends by itself. */
void agent_await_end(void);
pid_t agent_pid(void);
bool agent_is_root(void);
uint32_t agent_user(void);
/* A directory for the test's files. */
const char *agent_directory(void);

/* A bare connection. */
int client_dial(void);
/* One that was greeted. */
void client_open(struct client *client);
void client_close(struct client *client);
void client_send(struct client *client, enum type type, const void *body, size_t length);
void client_raw(struct client *client, const void *data, size_t length);
/* False at the end of the connection. */
bool client_receive(struct client *client, struct reply *reply);
/* Receives one reply, of this type. */
void client_expect(struct client *client, enum type type, struct reply *reply);
void client_expect_error(struct client *client, enum code code);
void client_expect_end(struct client *client);

void client_start(struct client *client, const struct command *command);
void client_command(struct client *client, const struct command *command); /* on an open connection */
void client_attach(struct client *client, const char *id, uint64_t offset);
void client_acknowledge(struct client *client, uint64_t offset);
/* Reads until the exit, acknowledges everything, forgets the process, closes. */
void client_finish(struct client *client, struct result *result);
void result_free(struct result *result);
/* Starts, finishes. */
void run(const struct command *command, struct result *result);
/* A request that is one frame and an id, on a connection of its own: 0 or the error. */
int ask(enum type type, const void *body, size_t length);
int send_signal(const char *id, uint32_t number);
int send_input(const char *id, const void *data, size_t length);

#endif
