#include "client.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { USER = 1000 };

static char directory[64], socket_path[80];
static pid_t agent = -1;
static bool root;

pid_t agent_pid(void) { return agent; }

bool agent_is_root(void) { return root; }

uint32_t agent_user(void) { return root ? USER : getuid(); }

const char *agent_directory(void) { return directory; }

/* Root commands and sudo need a /run of the agent's own, or they would reach into this machine's. */
static bool may_be_root(void) { return getuid() == 0 && prctl(PR_CAPBSET_READ, 8 /* CAP_SETPCAP */, 0, 0, 0) == 1; }

static bool private_run(void) {
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0;
}

static _Noreturn void become_agent(const char *program, int listener, int ready, uint64_t grace) {
    char listen_text[16], ready_text[16], grace_text[32];
    snprintf(listen_text, sizeof listen_text, "%d", listener);
    snprintf(ready_text, sizeof ready_text, "%d", ready);
    snprintf(grace_text, sizeof grace_text, "%llu", (unsigned long long)grace);
    char report[128];
    snprintf(report, sizeof report, "detect_leaks=0:log_path=%s/report", directory);
    setenv("ASAN_OPTIONS", report, 1); /* it can't be traced, so its leaks can't be looked for */
    setenv("UBSAN_OPTIONS", strchr(report, ':') + 1, 1);
    bool as_root = may_be_root() && private_run();
    execl(program, "sandbar-agent", "serve", "--mark", "test/mark", "--ids", as_root ? "root" : "single", "--ready", ready_text, "--grace",
          grace_text, "--listen", listen_text, (char *)NULL);
    _exit(127);
}

void agent_start(const char *program, uint64_t grace) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int ready[2];
    char byte = 0;
    signal(SIGPIPE, SIG_IGN);
    if (!directory[0]) {
        snprintf(directory, sizeof directory, "/tmp/sandbar-test-XXXXXX");
        CHECK(mkdtemp(directory) && chmod(directory, 0777) == 0);
        snprintf(socket_path, sizeof socket_path, "%s/agent.sock", directory);
    }
    unlink(socket_path);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1024) == 0);
    CHECK(pipe(ready) == 0);
    CHECK((agent = fork()) >= 0);
    if (agent == 0) {
        close(ready[0]);
        become_agent(program, listener, ready[1], grace);
    }
    close(listener);
    close(ready[1]);
    CHECK(read(ready[0], &byte, 1) == 1 && byte == 'R');
    close(ready[0]);
    char status[64];
    snprintf(status, sizeof status, "/proc/%d/cmdline", agent);
    FILE *file = fopen(status, "re");
    char line[512] = "";
    size_t length = file ? fread(line, 1, sizeof line - 1, file) : 0;
    root = memmem(line, length, "--ids\0root", 10) != NULL;
    CHECK(file && fclose(file) == 0);
}

void agent_await_end(void) {
    int status;
    CHECK(waitpid(agent, &status, 0) == agent);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    agent = -1;
}

void agent_stop(void) {
    int status;
    CHECK(waitpid(agent, &status, WNOHANG) == 0); /* it has lived up to here */
    kill(agent, SIGKILL);
    CHECK(waitpid(agent, &status, 0) == agent);
    agent = -1;
}

int client_dial(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

void client_open(struct client *client) {
    *client = (struct client){.fd = client_dial()};
    struct reply hello;
    client_expect(client, HELLO, &hello);
    EQUAL(get16(hello.body), PROTOCOL_VERSION);
    CHECK(hello.length == 11 && memcmp(hello.body + 2, "test/mark", 9) == 0);
}

void client_close(struct client *client) {
    close(client->fd);
    bytes_free(&client->in);
}

void client_raw(struct client *client, const void *data, size_t length) {
    for (size_t at = 0; at < length;) {
        ssize_t sent = send(client->fd, (const char *)data + at, length - at, MSG_NOSIGNAL);
        CHECK(sent > 0);
        at += (size_t)sent;
    }
}

void client_send(struct client *client, enum type type, const void *body, size_t length) {
    uint8_t frame[HEAD_BYTES + BODY_MAX] = {0};
    CHECK(length <= BODY_MAX);
    put32(frame, (uint32_t)length);
    frame[4] = (uint8_t)type;
    memcpy(frame + HEAD_BYTES, body, length);
    client_raw(client, frame, HEAD_BYTES + length);
}

bool client_receive(struct client *client, struct reply *reply) {
    struct bytes *in = &client->in;
    for (;;) {
        const uint8_t *at = in->data + in->start;
        size_t held = bytes_length(in);
        if (held >= HEAD_BYTES && held - HEAD_BYTES >= get32(at)) {
            *reply = (struct reply){at[4], get32(at), at + HEAD_BYTES};
            CHECK(reply->length <= BODY_MAX && at[5] == 0 && get16(at + 6) == 0);
            bytes_take(in, HEAD_BYTES + reply->length);
            return true;
        }
        CHECK(bytes_reserve(in, held == 0 ? 262144 : BODY_MAX + HEAD_BYTES));
        ssize_t got = recv(client->fd, in->data + in->end, in->capacity - in->end, 0);
        if (got <= 0) {
            CHECK(held == 0);
            return false;
        }
        in->end += (size_t)got;
    }
}

void client_expect(struct client *client, enum type type, struct reply *reply) {
    CHECK(client_receive(client, reply));
    if (reply->type == ERROR && type != ERROR) {
        fprintf(stderr, "error %u: %.*s\n", get16(reply->body), (int)reply->length - 2, reply->body + 2);
    }
    EQUAL(reply->type, type);
}

void client_expect_error(struct client *client, enum code code) {
    struct reply reply;
    client_expect(client, ERROR, &reply);
    EQUAL(get16(reply.body), code);
}

void client_expect_end(struct client *client) {
    struct reply reply;
    CHECK(!client_receive(client, &reply));
    client_close(client);
}

void client_start(struct client *client, const struct command *command) {
    client_open(client);
    client_command(client, command);
}

void client_command(struct client *client, const struct command *command) {
    uint8_t body[20 + ID_MAX];
    size_t id = strlen(command->id);
    uint32_t gid = root ? command->uid : getgid();
    put64(put32(put32(put32(body, root ? command->uid : getuid()), gid), command->flags), command->timeout);
    memcpy(body + 20, command->id, id);
    client_send(client, START, body, 20 + id);
    for (int i = 0; command->arguments[i]; i++) {
        client_send(client, ARGUMENT, command->arguments[i], strlen(command->arguments[i]));
    }
    for (int i = 0; command->environment[i]; i++) {
        client_send(client, ENVIRONMENT, command->environment[i], strlen(command->environment[i]));
    }
    if (command->directory) {
        client_send(client, DIRECTORY, command->directory, strlen(command->directory));
    }
    client_send(client, GO, "", 0);
}

void client_attach(struct client *client, const char *id, uint64_t offset) {
    uint8_t body[8 + ID_MAX];
    client_open(client);
    put64(body, offset);
    memcpy(body + 8, id, strlen(id));
    client_send(client, ATTACH, body, 8 + strlen(id));
}

void client_acknowledge(struct client *client, uint64_t offset) {
    uint8_t body[8];
    put64(body, offset);
    client_send(client, ACKNOWLEDGE, body, sizeof body);
}

static void take_output(struct client *client, const struct reply *reply, struct result *result) {
    uint8_t stream = reply->body[8];
    size_t length = reply->length - OUTPUT_FIXED;
    CHECK(length > 0 && (stream == 1 || stream == 2));
    CHECK((result->text[stream] = realloc(result->text[stream], result->length[stream] + length + 1)));
    memcpy(result->text[stream] + result->length[stream], reply->body + OUTPUT_FIXED, length);
    result->length[stream] += length;
    result->text[stream][result->length[stream]] = 0;
    client_acknowledge(client, get64(reply->body) + length);
}

void client_finish(struct client *client, struct result *result) {
    struct reply reply;
    *result = (struct result){.text = {NULL, strdup(""), strdup("")}};
    for (;;) {
        CHECK(client_receive(client, &reply));
        if (reply.type == OUTPUT) {
            take_output(client, &reply, result);
        } else if (reply.type == ERROR) {
            result->error = get16(reply.body);
            client_expect_end(client);
            return;
        } else if (reply.type == EXIT) {
            break;
        } else {
            EQUAL(reply.type, STARTED);
        }
    }
    EQUAL(reply.length, 16);
    result->kind = reply.body[0];
    result->flags = reply.body[1];
    result->code = get32(reply.body + 4);
    result->end = get64(reply.body + 8);
    client_send(client, FORGET, "", 0);
    client_expect_end(client);
}

void result_free(struct result *result) {
    free(result->text[1]);
    free(result->text[2]);
}

void run(const struct command *command, struct result *result) {
    struct client client;
    client_start(&client, command);
    client_finish(&client, result);
}

static int answer(struct client *client) {
    struct reply reply;
    CHECK(client_receive(client, &reply));
    int code = reply.type == ERROR ? get16(reply.body) : 0;
    CHECK(reply.type == ERROR || reply.type == OK || reply.type == ENTRY);
    client_close(client);
    return code;
}

int ask(enum type type, const void *body, size_t length) {
    struct client client;
    client_open(&client);
    client_send(&client, type, body, length);
    return answer(&client);
}

int send_signal(const char *id, uint32_t number) {
    uint8_t body[4 + ID_MAX];
    put32(body, number);
    memcpy(body + 4, id, strlen(id));
    return ask(SIGNAL, body, 4 + strlen(id));
}

int send_input(const char *id, const void *data, size_t length) {
    struct client client;
    client_open(&client);
    client_send(&client, INPUT, id, strlen(id));
    for (size_t at = 0; at < length; at += BODY_MAX) {
        client_send(&client, DATA, (const char *)data + at, length - at < BODY_MAX ? length - at : BODY_MAX);
    }
    client_send(&client, END, "", 0);
    return answer(&client);
}
