/* What a hostile or broken other side may do to the agent. */
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

static void malformedFramesCloseTheConnection(void) {
    static const struct {
        uint8_t bytes[12];
        size_t length;
    } cases[] = {
        {{0xFF, 0xFF, 0xFF, 0xFF, PING, 0, 0, 0}, 8}, {{0, 0, 0, 0, 0x99, 0, 0, 0}, 8},       {{0, 0, 0, 0, PING, 0x80, 0, 0}, 8},
        {{0, 0, 0, 0, PING, 0, 0, 1}, 8},             {{0, 0, 0, 4, DEADLINE, 0, 0, 0, 1, 2, 3, 4}, 12}, {{0, 0, 0, 0, GO, 0, 0, 0}, 8},
        {{0, 0, 0, 0, OK, 0, 0, 0}, 8},               {{0, 0, 0, 0, FORGET, 0, 0, 0}, 8},     {{0, 0, 0, 2, STAT, 0, 0, 0, '/', 0}, 10},
        {{0, 0, 0, 1, DATA, 0, 0, 0, 1}, 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client client;
        client_open(&client);
        client_raw(&client, cases[i].bytes, cases[i].length);
        client_expect_end(&client);
    }
}

static void framesOutOfPlaceCloseTheConnection(void) {
    struct client client;
    struct reply reply;
    client_start(&client, &(struct command){.id = "place", .arguments = {"sleep", "60"}});
    client_expect(&client, STARTED, &reply);
    client_send(&client, FORGET, "", 0);
    client_expect_end(&client);
    client_attach(&client, "place", 0);
    client_acknowledge(&client, 1);
    client_expect_end(&client);
    EQUAL(send_signal("place", SIGKILL), 0);
    client_attach(&client, "place", 0);
    client_expect(&client, EXIT, &reply);
    client_send(&client, FORGET, "", 0);
    client_expect_end(&client);
}

static void frameMayComeByteByByte(void) {
    struct client client;
    struct reply reply;
    static const uint8_t ping[] = {0, 0, 0, 2, PING, 0, 0, 0, 'h', 'i'};
    client_open(&client);
    for (size_t i = 0; i < sizeof ping; i++) {
        client_raw(&client, ping + i, 1);
        usleep(1000);
    }
    client_expect(&client, PONG, &reply);
    CHECK(reply.length == 2 && memcmp(reply.body, "hi", 2) == 0);
    client_close(&client);
}

static void idleConnectionsHoldNobodyUp(void) {
    enum { IDLE = 300 };
    struct client idle[IDLE];
    struct result result;
    for (int i = 0; i < IDLE; i++) {
        client_open(&idle[i]);
        client_raw(&idle[i], "\0\0", (size_t)(i % 3));
    }
    run(&(struct command){.id = "beside", .arguments = {"echo", "x"}}, &result);
    SAME(result.text[1], "x\n");
    result_free(&result);
    for (int i = 0; i < IDLE; i++) {
        client_close(&idle[i]);
    }
}

static void connectionsAreBounded(void) {
    enum { MANY = 560 };
    static int fds[MANY];
    struct rlimit limit = {2048, 2048};
    struct client client;
    int closed = 0;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < MANY; i++) {
        struct client one;
        memset(&one, 0, sizeof one);
        if (i < 500) {
            client_open(&one);
            fds[i] = one.fd;
            bytes_free(&one.in);
        } else {
            fds[i] = -1;
        }
    }
    /* Those above the bound end before they are greeted. */
    for (int i = 500; i < MANY; i++) {
        uint8_t byte;
        fds[i] = client_dial();
        closed += recv(fds[i], &byte, 1, 0) == 0;
    }
    CHECK(closed >= MANY - 512 && closed < 60);
    for (int i = 0; i < MANY; i++) {
        close(fds[i]);
    }
    usleep(100000);
    client_open(&client);
    client_close(&client);
}

static void requestThatFloodsIsRefused(void) {
    static char big[BODY_MAX];
    struct client client;
    struct reply reply;
    client_open(&client);
    uint8_t start[21] = {0};
    start[20] = 'f';
    put32(put32(start, getuid()), getgid());
    memset(big, 'x', sizeof big);
    client_send(&client, START, start, sizeof start);
    for (int i = 0; i < 300; i++) {
        client_send(&client, ARGUMENT, big, sizeof big);
    }
    client_expect(&client, ERROR, &reply);
    EQUAL(get16(reply.body), INVALID);
    client_expect_end(&client);
}

static void silentReaderOfAnswersIsHeldBack(void) {
    static uint8_t pings[1000][HEAD_BYTES + 64];
    struct client client;
    for (size_t i = 0; i < 1000; i++) {
        put32(pings[i], 64);
        pings[i][4] = PING;
    }
    client_open(&client);
    size_t sent = 0;
    struct pollfd poll_fd = {.fd = client.fd, .events = POLLOUT};
    while (sent < (64U << 20) && poll(&poll_fd, 1, 300) > 0) {
        ssize_t got = send(client.fd, (uint8_t *)pings + sent % sizeof pings, sizeof pings - sent % sizeof pings, MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += got > 0 ? (size_t)got : 0;
    }
    CHECK(sent < (8U << 20)); /* the agent doesn't gather answers without bound */
    size_t back = 0;
    struct reply reply;
    while (back + HEAD_BYTES + 64 <= sent) {
        client_expect(&client, PONG, &reply);
        back += HEAD_BYTES + 64;
    }
    client_close(&client);
}

static void forkBombIsAnErrorNotAnEnd(void) {
    if (!agent_is_root()) {
        return;
    }
    struct client client;
    struct reply reply;
    struct result result;
    /* Only this user's processes are limited, and their number has an end of its own: this runs on the host itself. */
    const char *bomb = "ulimit -u 40 || exit 9; for i in {1..200}; do sleep 1 & done 2>/dev/null; wait";
    client_start(&client, &(struct command){.id = "bomb", .uid = 61234, .arguments = {"bash", "-c", bomb}});
    client_expect(&client, STARTED, &reply);
    run(&(struct command){.id = "during", .arguments = {"echo", "alive"}}, &result);
    SAME(result.text[1], "alive\n");
    result_free(&result);
    send_signal("bomb", SIGKILL);
    client_finish(&client, &result);
    result_free(&result);
}

static void noRoomForAProcessIsAnError(void) {
    struct client client;
    struct result result;
    struct rlimit before, few;
    client_open(&client);
    /* Too few descriptors for the pipes: the agent says so, and recovers. */
    CHECK(prlimit(agent_pid(), RLIMIT_NOFILE, NULL, &before) == 0);
    few = (struct rlimit){9, before.rlim_max};
    CHECK(prlimit(agent_pid(), RLIMIT_NOFILE, &few, NULL) == 0);
    client_command(&client, &(struct command){.id = "crowded", .arguments = {"true"}});
    client_expect_error(&client, EXHAUSTED);
    client_expect_end(&client);
    CHECK(prlimit(agent_pid(), RLIMIT_NOFILE, &before, NULL) == 0);
    run(&(struct command){.id = "crowded", .arguments = {"true"}}, &result);
    EQUAL(result.error, 0);
    result_free(&result);
}

static void agentCannotBeTracedOrRead(void) {
    struct result result;
    char script[256];
    snprintf(script, sizeof script, "cat /proc/%d/environ /proc/%d/maps >/dev/null 2>&1 || echo refused", agent_pid(), agent_pid());
    run(&(struct command){.id = "peek", .uid = agent_user(), .arguments = {"sh", "-c", script}}, &result);
    if (agent_is_root() || getuid() != 0) {
        SAME(result.text[1], "refused\n");
    }
    result_free(&result);
}

void hostile_suite(void) {
    RUN(malformedFramesCloseTheConnection);
    RUN(framesOutOfPlaceCloseTheConnection);
    RUN(frameMayComeByteByByte);
    RUN(idleConnectionsHoldNobodyUp);
    RUN(connectionsAreBounded);
    RUN(requestThatFloodsIsRefused);
    RUN(silentReaderOfAnswersIsHeldBack);
    RUN(forkBombIsAnErrorNotAnEnd);
    RUN(noRoomForAProcessIsAnError);
    RUN(agentCannotBeTracedOrRead);
}
