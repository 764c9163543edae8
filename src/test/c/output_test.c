/* Output: kept by offset, held back when nobody takes it. */
#include <signal.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

enum { KEPT = 256 << 10, PIPE = 64 << 10 };

/* How many bytes the process has put into its output so far, by its own count on the other stream. */
static uint64_t end_offset(const char *id) {
    struct client list;
    struct reply reply;
    uint64_t end = UINT64_MAX;
    client_open(&list);
    client_send(&list, LIST, "", 0);
    while (client_receive(&list, &reply) && reply.type == PROCESS) {
        if (reply.length == 13 + strlen(id) && memcmp(reply.body + 13, id, strlen(id)) == 0) {
            end = get64(reply.body + 5);
        }
    }
    client_close(&list);
    return end;
}

static void orderOfStreamsIsKept(void) {
    struct client client;
    struct reply reply;
    char seen[64] = "";
    client_start(&client, &(struct command){.id = "order", .arguments = {"sh", "-c", "for i in 1 2 3; do echo o$i; sleep 0.02; echo e$i >&2; sleep 0.02; done"}});
    client_expect(&client, STARTED, &reply);
    while (client_receive(&client, &reply) && reply.type == OUTPUT) {
        strncat(seen, (const char *)reply.body + OUTPUT_FIXED, reply.length - OUTPUT_FIXED);
        EQUAL(reply.body[8], reply.body[OUTPUT_FIXED] == 'o' ? 1 : 2);
    }
    SAME(seen, "o1\ne1\no2\ne2\no3\ne3\n");
    client_send(&client, FORGET, "", 0);
    client_expect_end(&client);
}

static void unacknowledgedOutputStopsTheProcess(void) {
    struct client client;
    struct reply reply;
    struct result result;
    char script[256], count[128], text[32] = "";
    snprintf(count, sizeof count, "%s/count", agent_directory());
    snprintf(script, sizeof script, "i=0; while [ $i -lt 1024 ]; do head -c 1024 /dev/zero; i=$((i+1)); echo $i > %s; done", count);
    client_start(&client, &(struct command){.id = "held", .arguments = {"sh", "-c", script}});
    client_expect(&client, STARTED, &reply);
    uint64_t got = 0;
    while (got < KEPT) {
        client_expect(&client, OUTPUT, &reply);
        EQUAL(get64(reply.body), got);
        got += reply.length - OUTPUT_FIXED;
    }
    EQUAL(got, KEPT);
    usleep(300000);
    FILE *file = fopen(count, "re");
    CHECK(file && fgets(text, sizeof text, file) && fclose(file) == 0);
    CHECK(atoi(text) * 1024 >= KEPT && atoi(text) * 1024 <= KEPT + PIPE + 1024);
    EQUAL(end_offset("held"), KEPT);
    client_close(&client);
    client_attach(&client, "held", 1000);
    client_expect(&client, OUTPUT, &reply);
    EQUAL(get64(reply.body), 1000);
    client_close(&client);
    client_attach(&client, "held", 0);
    client_finish(&client, &result);
    EQUAL(result.length[1], 1 << 20);
    EQUAL(result.code, 0);
    result_free(&result);
}

static void lateReaderGetsWhatTheBrokenConnectionLeft(void) {
    struct client client;
    struct reply reply;
    struct result result;
    client_start(&client, &(struct command){.id = "resume", .arguments = {"sh", "-c", "echo one; sleep 0.2; echo two; sleep 0.1; echo three >&2"}});
    client_expect(&client, STARTED, &reply);
    client_expect(&client, OUTPUT, &reply);
    client_acknowledge(&client, 4);
    client_close(&client);
    usleep(500000); /* it ends meanwhile */
    client_attach(&client, "resume", 0);
    client_expect(&client, OUTPUT, &reply);
    EQUAL(get64(reply.body), 4);
    client_close(&client);
    client_attach(&client, "resume", 6);
    client_finish(&client, &result);
    SAME(result.text[1], "o\n");
    SAME(result.text[2], "three\n");
    EQUAL(result.end, 14);
    result_free(&result);
    client_attach(&client, "resume", 0);
    client_expect_error(&client, NOT_FOUND);
    client_expect_end(&client);
}

static void secondReaderReplacesTheFirst(void) {
    struct client first, second;
    struct reply reply;
    client_start(&first, &(struct command){.id = "two", .arguments = {"sh", "-c", "echo x; sleep 60"}});
    client_expect(&first, STARTED, &reply);
    client_expect(&first, OUTPUT, &reply);
    client_attach(&second, "two", 0);
    client_expect(&second, OUTPUT, &reply);
    client_expect_end(&first);
    EQUAL(send_signal("two", SIGKILL), 0);
    client_expect(&second, EXIT, &reply);
    client_send(&second, FORGET, "", 0);
    client_expect_end(&second);
}

static void lastOutputOfAFullPipeIsNotLost(void) {
    struct client client;
    struct reply reply;
    struct result result;
    /* More than is kept lies in ring and pipe when the command ends, and a descendant holds the pipe open. */
    client_start(&client, &(struct command){.id = "tail", .arguments = {"sh", "-c", "sleep 3 & head -c 300000 /dev/zero"}});
    client_expect(&client, STARTED, &reply);
    usleep(600000);
    client_finish(&client, &result);
    EQUAL(result.length[1], 300000);
    result_free(&result);
}

static void manyBytesOfBothStreamsArriveUnharmed(void) {
    struct result result;
    run(&(struct command){.id = "bulk", .arguments = {"sh", "-c", "(yes 12345678 | head -c 9000000) & (yes abcdefgh | head -c 9000000 >&2) & wait"}}, &result);
    EQUAL(result.length[1], 9000000);
    EQUAL(result.length[2], 9000000);
    for (size_t i = 0; i < 9000000; i++) {
        CHECK(result.text[1][i] == "12345678\n"[i % 9] && result.text[2][i] == "abcdefgh\n"[i % 9]);
    }
    result_free(&result);
}

static void hundredCommandsRunAtOnce(void) {
    struct client clients[100];
    struct result result;
    char ids[100][24];
    for (int i = 0; i < 100; i++) {
        snprintf(ids[i], sizeof ids[i], "many-%d", i);
        client_start(&clients[i], &(struct command){.id = ids[i], .arguments = {"sh", "-c", "sleep 0.1; echo $0", ids[i]}});
    }
    for (int i = 0; i < 100; i++) {
        client_finish(&clients[i], &result);
        CHECK(strncmp(result.text[1], ids[i], strlen(ids[i])) == 0);
        result_free(&result);
    }
}

/* More than the agent keeps of all ended commands together. */
static void endsAreKeptWhereTheirOutputIsNot(void) {
    enum { COMMANDS = 262, BYTES = 200000 };
    struct client client;
    struct reply reply;
    struct result result;
    char id[24];
    for (int i = 0; i < COMMANDS; i++) {
        snprintf(id, sizeof id, "left-%d", i);
        client_start(&client, &(struct command){.id = id, .arguments = {"sh", "-c", "head -c 200000 /dev/zero; exit 5"}});
        client_expect(&client, STARTED, &reply);
        while (client_receive(&client, &reply) && reply.type == OUTPUT) {
        }
        EQUAL(reply.type, EXIT);
        client_close(&client);
    }
    client_attach(&client, "left-0", 1000);
    client_finish(&client, &result);
    EQUAL(result.length[1], 0);
    EQUAL(result.code, 5);
    EQUAL(result.end, BYTES);
    result_free(&result);
    for (int i = 1; i < COMMANDS; i++) {
        snprintf(id, sizeof id, "left-%d", i);
        client_attach(&client, id, 0);
        client_finish(&client, &result);
        EQUAL(result.code, 5);
        CHECK(i < COMMANDS - 256 || result.length[1] == BYTES); /* each holds a ring of 256 KiB */
        result_free(&result);
    }
}

void output_suite(void) {
    RUN(orderOfStreamsIsKept);
    RUN(unacknowledgedOutputStopsTheProcess);
    RUN(lateReaderGetsWhatTheBrokenConnectionLeft);
    RUN(secondReaderReplacesTheFirst);
    RUN(lastOutputOfAFullPipeIsNotLost);
    RUN(manyBytesOfBothStreamsArriveUnharmed);
    RUN(hundredCommandsRunAtOnce);
    RUN(endsAreKeptWhereTheirOutputIsNot);
}
