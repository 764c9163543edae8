/* Drives a running agent, outside any sandbox, over a socket of its own. Argument: the agent. */
#include <dirent.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

static const char *program;

/* Neither gone nor waiting for its new parent to notice. */
static bool running(pid_t pid) {
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    bool found = file && fgets(line, sizeof line, file);
    if (file) {
        fclose(file);
    }
    const char *state = strrchr(line, ')');
    return found && state && state[2] != 'Z';
}

static void silentServiceAfterTheDeadlineEndsAll(void) {
    struct client client;
    struct reply reply;
    uint8_t body[8];
    agent_start(program, 300);
    client_start(&client, &(struct command){.id = "sleeper", .arguments = {"sleep", "60"}});
    client_expect(&client, STARTED, &reply);
    pid_t sleeper = (pid_t)get32(reply.body);
    put64(body, 1);
    EQUAL(ask(DEADLINE, body, 8), 0);
    usleep(150000);
    EQUAL(kill(sleeper, 0), 0); /* the service is not silent for long enough */
    client_expect_end(&client);
    agent_await_end();
    for (int i = 0; i < 200 && running(sleeper); i++) {
        usleep(20000);
    }
    CHECK(!running(sleeper));
}

static void set_deadline(uint64_t at) {
    uint8_t body[8];
    put64(body, at);
    EQUAL(ask(DEADLINE, body, 8), 0);
}

static void anyWordPutsTheEndOffAndSoDoesANewDeadline(void) {
    struct client client, list;
    struct reply reply;
    agent_start(program, 400);
    client_start(&client, &(struct command){.id = "sleeper", .arguments = {"sleep", "60"}});
    client_expect(&client, STARTED, &reply);
    set_deadline(1);
    for (int i = 0; i < 8; i++) {
        usleep(100000);
        client_open(&list);
        client_send(&list, LIST, "", 0);
        client_expect(&list, PROCESS, &reply);
        client_close(&list);
    }
    client_close(&client);
    for (int i = 0; i < 8; i++) {
        usleep(100000);
        client_attach(&client, "sleeper", 0);
        client_close(&client);
    }
    set_deadline((uint64_t)(time(NULL) + 3600) * 1000);
    usleep(900000); /* silent, but not too late */
    set_deadline(1);
    agent_await_end();
}

static void sanitizersAreContent(void) {
    DIR *reports = opendir(agent_directory());
    const struct dirent *entry;
    CHECK(reports);
    while ((entry = readdir(reports))) {
        CHECK(strncmp(entry->d_name, "report", 6) != 0);
    }
    closedir(reports);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    program = argv[1];
    alarm(300);
    agent_start(program, 60000);
    printf("agent runs %s\n", agent_is_root() ? "as root, commands as others" : "with one user only");
    process_suite();
    output_suite();
    files_suite();
    hostile_suite();
    if (agent_is_root()) {
        sudo_suite();
    }
    agent_stop();
    RUN(silentServiceAfterTheDeadlineEndsAll);
    RUN(anyWordPutsTheEndOffAndSoDoesANewDeadline);
    RUN(sanitizersAreContent);
    char remove[128];
    snprintf(remove, sizeof remove, "rm -rf %s", agent_directory());
    CHECK(system(remove) == 0);
    puts("agent tests passed");
    return 0;
}
