/* What the agent alone costs. Argument: the agent. */
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "client.h"

enum { RUNS = 500 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void latency(void) {
    static double times[RUNS];
    struct result result;
    for (int i = 0; i < RUNS; i++) {
        double start = now();
        run(&(struct command){.id = "true", .arguments = {"/bin/true"}, .uid = agent_user()}, &result);
        times[i] = (now() - start) * 1000;
        result_free(&result);
    }
    qsort(times, RUNS, sizeof *times, by_size);
    printf("true: p50 %.2f ms, p95 %.2f ms, least %.2f ms\n", times[RUNS / 2], times[RUNS * 95 / 100], times[0]);
}

/* Acknowledges whenever this much came since the last time. */
static void throughput(uint64_t step) {
    struct client client;
    struct reply reply;
    uint64_t total = 0, told = 0, wrong = 0;
    double start = now();
    client_start(&client, &(struct command){.id = "zero", .arguments = {"head", "-c", "1G", "/dev/zero"}, .uid = agent_user()});
    client_expect(&client, STARTED, &reply);
    while (client_receive(&client, &reply) && reply.type == OUTPUT) {
        wrong += get64(reply.body) != total || reply.body[OUTPUT_FIXED] != 0;
        total += reply.length - OUTPUT_FIXED;
        if (total - told >= step) {
            client_acknowledge(&client, told = total);
        }
    }
    double took = now() - start;
    EQUAL(reply.type, EXIT);
    EQUAL(total, 1 << 30);
    EQUAL(wrong, 0);
    printf("head -c 1G /dev/zero: %.0f MB/s (acknowledged each %llu KiB)\n", (double)total / took / 1e6, (unsigned long long)step >> 10);
    client_send(&client, FORGET, "", 0);
    client_expect_end(&client);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    agent_start(argv[1], 60000);
    latency();
    for (int i = 0; i < 3; i++) {
        throughput(65536);
    }
    throughput(16384);
    agent_stop();
    return 0;
}
