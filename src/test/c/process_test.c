/* Commands: their start, surroundings, input, signals and end. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

static void shell(const char *script, struct result *result) {
    run(&(struct command){.id = "shell", .arguments = {"/bin/sh", "-c", script}, .environment = {"A=b c"}, .directory = "/usr", .uid = agent_user()}, result);
    EQUAL(result->error, 0);
}

static void outputErrorAndCodeComeApart(void) {
    struct result result;
    shell("echo out; echo err >&2; exit 7", &result);
    SAME(result.text[1], "out\n");
    SAME(result.text[2], "err\n");
    EQUAL(result.kind, 0);
    EQUAL(result.code, 7);
    EQUAL(result.end, 8);
    result_free(&result);
}

static void environmentAndDirectoryAreWhatWasGiven(void) {
    struct result result;
    shell("/usr/bin/env | /usr/bin/sort; pwd; umask; ls /proc/self/fd | wc -l", &result);
    SAME(result.text[1], "A=b c\nPWD=/usr\n/usr\n0022\n4\n");
    result_free(&result);
}

static void commandHasItsUserAndNoCapabilities(void) {
    struct result result;
    char expected[64];
    shell("id -u; id -G; grep -c 'CapEff:.0000000000000000' /proc/self/status; grep NoNewPrivs /proc/self/status; echo x > /dev/stdout", &result);
    snprintf(expected, sizeof expected, "%u\n", agent_user());
    CHECK(strncmp(result.text[1], expected, strlen(expected)) == 0);
    if (agent_is_root()) {
        SAME(result.text[1], "1000\n1000\n1\nNoNewPrivs:\t1\nx\n");
    }
    result_free(&result);
}

static void failedStartsSayWhy(void) {
    static const struct {
        const char *command, *directory;
        int error;
    } cases[] = {
        {"no-such-command", NULL, NOT_FOUND}, {"/no/such/command", NULL, NOT_FOUND}, {"/tmp", NULL, NOT_EXECUTABLE},
        {"/etc/passwd", NULL, NOT_EXECUTABLE}, {"true", "/no/such", NO_WORKING_DIRECTORY}, {"true", "/etc/passwd", NO_WORKING_DIRECTORY},
        {"true", "relative", INVALID},         {"", NULL, NOT_FOUND},
    };
    struct result result;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run(&(struct command){.id = "fails", .arguments = {cases[i].command}, .directory = cases[i].directory}, &result);
        EQUAL(result.error, cases[i].error);
        result_free(&result);
    }
    run(&(struct command){.id = "bad id", .arguments = {"true"}}, &result);
    EQUAL(result.error, INVALID);
    result_free(&result);
    run(&(struct command){.id = "fails", .arguments = {"true"}, .environment = {"=x"}}, &result);
    EQUAL(result.error, INVALID);
    result_free(&result);
    run(&(struct command){.id = "fails", .arguments = {"true"}, .flags = 2}, &result);
    EQUAL(result.error, NOT_IMPLEMENTED);
    result_free(&result);
}

/* As when the service was too slow to wait for it: it has said by then that nothing was started. */
static void startOfOneWhoHasLeftIsNone(void) {
    struct client client;
    struct result result;
    client_open(&client);
    kill(agent_pid(), SIGSTOP);
    client_command(&client, &(struct command){.id = "left", .arguments = {"/bin/sleep", "1000"}, .uid = agent_user()});
    client_close(&client);
    kill(agent_pid(), SIGCONT);
    shell("true", &result);
    result_free(&result);
    client_attach(&client, "left", 0);
    client_expect_error(&client, NOT_FOUND);
    client_close(&client);
}

static void inputArrivesAndEnds(void) {
    struct client client;
    struct result result;
    struct reply reply;
    client_start(&client, &(struct command){.id = "cat", .arguments = {"cat"}, .flags = 1, .uid = agent_user()});
    client_expect(&client, STARTED, &reply);
    EQUAL(send_input("cat", "hello ", 6), 0);
    EQUAL(send_input("cat", "you", 3), 0);
    EQUAL(ask(CLOSE_INPUT, "cat", 3), 0);
    EQUAL(ask(CLOSE_INPUT, "cat", 3), 0);
    client_finish(&client, &result);
    SAME(result.text[1], "hello you");
    result_free(&result);
    EQUAL(send_input("cat", "x", 1), NOT_FOUND);
    EQUAL(ask(CLOSE_INPUT, "cat", 3), NOT_FOUND);
}

static void inputWaitsForTheProcess(void) {
    static char much[3 << 20];
    struct client client, second;
    struct result result;
    struct reply reply;
    memset(much, 'm', sizeof much);
    client_start(&client, &(struct command){.id = "slow", .arguments = {"sh", "-c", "read go; sleep 0.3; wc -c"}, .flags = 1});
    client_expect(&client, STARTED, &reply);
    pid_t writer = fork();
    if (writer == 0) {
        EQUAL(send_input("slow", "go\n", 3), 0);
        EQUAL(send_input("slow", much, sizeof much), 0);
        EQUAL(ask(CLOSE_INPUT, "slow", 4), 0);
        _exit(0);
    }
    usleep(150000);
    client_open(&second);
    client_send(&second, INPUT, "slow", 4);
    client_expect_error(&second, BUSY);
    client_send(&second, DATA, "x", 1);
    client_send(&second, END, "", 0);
    client_send(&second, PING, "still here", 10);
    client_expect(&second, PONG, &reply);
    client_close(&second);
    client_finish(&client, &result);
    SAME(result.text[1], "3145728\n");
    result_free(&result);
    EQUAL(waitpid(writer, NULL, 0), writer);
}

static void noInputMeansNothing(void) {
    struct client client;
    struct result result;
    struct reply reply;
    client_start(&client, &(struct command){.id = "none", .arguments = {"sh", "-c", "cat; sleep 0.2"}});
    client_expect(&client, STARTED, &reply);
    EQUAL(send_input("none", "x", 1), INVALID);
    client_finish(&client, &result);
    EQUAL(result.end, 0);
    result_free(&result);
}

static void signalReachesTheWholeGroup(void) {
    struct client client;
    struct result result;
    struct reply reply;
    client_start(&client, &(struct command){.id = "group", .arguments = {"sh", "-c", "sleep 60 & echo up; wait"}, .uid = agent_user()});
    client_expect(&client, STARTED, &reply);
    client_expect(&client, OUTPUT, &reply);
    EQUAL(send_signal("group", 65), INVALID);
    EQUAL(send_signal("nobody", 15), NOT_FOUND);
    EQUAL(send_signal("group", SIGTERM), 0);
    client_finish(&client, &result); /* at once: the sleep is gone too and holds no pipe */
    EQUAL(result.kind, 1);
    EQUAL(result.code, SIGTERM);
    EQUAL(result.flags, 0);
    result_free(&result);
}

/* Leaves the ended command with the agent. */
static pid_t run_unforgotten(const char *id, const char *script) {
    struct client client;
    struct reply reply;
    client_start(&client, &(struct command){.id = id, .arguments = {"sh", "-c", script}, .uid = agent_user()});
    client_expect(&client, STARTED, &reply);
    pid_t pid = (pid_t)get32(reply.body);
    client_expect(&client, EXIT, &reply);
    client_close(&client);
    return pid;
}

static void forget(const char *id) {
    struct client client;
    struct result result;
    client_attach(&client, id, 0);
    client_finish(&client, &result);
    result_free(&result);
}

static int await_vanished(const char *id) {
    int answer = 0;
    for (int i = 0; i < 500 && answer == 0; i++) {
        usleep(10000);
        answer = send_signal(id, 0);
    }
    return answer;
}

static void signalReachesWhatTheLeaderLeft(void) {
    run_unforgotten("leader", "sleep 60 >/dev/null 2>&1 &");
    EQUAL(send_signal("leader", 0), 0);
    EQUAL(send_signal("leader", 0), 0); /* asking changes nothing */
    EQUAL(send_signal("leader", SIGTERM), 0);
    EQUAL(await_vanished("leader"), NOT_FOUND);
    EQUAL(send_signal("leader", SIGKILL), NOT_FOUND);
    forget("leader");
    EQUAL(send_signal("leader", 0), NOT_FOUND);
}

static void signalZeroOnlyAsks(void) {
    struct client client;
    struct result result;
    struct reply reply;
    client_start(&client, &(struct command){.id = "asked", .arguments = {"sh", "-c", "read x; echo $x"}, .flags = 1});
    client_expect(&client, STARTED, &reply);
    EQUAL(send_signal("asked", 0), 0);
    EQUAL(send_input("asked", "alive\n", 6), 0);
    client_finish(&client, &result);
    SAME(result.text[1], "alive\n");
    result_free(&result);
}

/* The next process that is started gets this number, where the kernel lets us choose and nobody else is quicker. */
static bool choose_next(pid_t pid) {
    FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "we");
    bool done = file && fprintf(file, "%d", pid - 1) > 0;
    return file ? fclose(file) == 0 && done : false;
}

/* A child of ours in a group of its own with this number, or 0. */
static pid_t take_number(pid_t pid) {
    for (int i = 0; i < 20 && choose_next(pid); i++) {
        pid_t child = fork();
        if (child == 0) {
            setpgid(0, 0);
            pause();
            _exit(0);
        }
        setpgid(child, child);
        if (child == pid) {
            return child;
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    return 0;
}

static void signalMeetsNoForeignGroupOfTheSameNumber(void) {
    pid_t child = take_number(run_unforgotten("past", "true"));
    EQUAL(send_signal("past", SIGKILL), NOT_FOUND);
    if (child > 0) {
        EQUAL(waitpid(child, NULL, WNOHANG), 0); /* it lives */
        EQUAL(kill(child, SIGKILL), 0);
        EQUAL(waitpid(child, NULL, 0), child);
    }
    forget("past");
}

static void signalMeetsNobodyWhoGotTheNumberLater(void) {
    struct reply reply;
    struct client newer;
    pid_t old = run_unforgotten("old", "true");
    for (int i = 0;; i++) {
        if (i == 20 || !choose_next(old)) {
            forget("old");
            return; /* not on this machine */
        }
        client_start(&newer, &(struct command){.id = "newer", .arguments = {"sh", "-c", "sleep 60 >/dev/null 2>&1 & read x"}, .flags = 1});
        client_expect(&newer, STARTED, &reply);
        if ((pid_t)get32(reply.body) == old) {
            break;
        }
        EQUAL(send_signal("newer", SIGKILL), 0);
        client_expect(&newer, EXIT, &reply);
        client_send(&newer, FORGET, "", 0);
        client_expect_end(&newer);
    }
    EQUAL(send_input("newer", "\n", 1), 0);
    client_expect(&newer, EXIT, &reply);
    EQUAL(reply.body[0], 0); /* it ended by itself */
    EQUAL(send_signal("old", SIGKILL), NOT_FOUND);
    EQUAL(send_signal("newer", 0), 0); /* its sleep wasn't met */
    EQUAL(send_signal("newer", SIGKILL), 0);
    client_send(&newer, FORGET, "", 0);
    client_expect_end(&newer);
    forget("old");
}

static void timeOutKillsAndSaysSo(void) {
    struct result result;
    run(&(struct command){.id = "late", .arguments = {"sh", "-c", "trap '' TERM; sleep 60"}, .timeout = 100}, &result);
    EQUAL(result.kind, 1);
    EQUAL(result.code, SIGKILL);
    EQUAL(result.flags, 1);
    result_free(&result);
}

static void descendantsDoNotHoldUpTheEnd(void) {
    struct result result;
    char script[256];
    snprintf(script, sizeof script, "(sleep 0.6; echo late && touch %s/late) & echo soon", agent_directory());
    run(&(struct command){.id = "daemon", .arguments = {"sh", "-c", script}}, &result);
    SAME(result.text[1], "soon\n");
    result_free(&result);
    snprintf(script, sizeof script, "%s/late", agent_directory());
    for (int i = 0; i < 100 && access(script, F_OK) != 0; i++) {
        usleep(20000);
    }
    EQUAL(access(script, F_OK), 0); /* its write didn't fail */
}

static void idIsTakenUntilForgotten(void) {
    struct client client;
    struct result result;
    struct reply reply;
    client_start(&client, &(struct command){.id = "once", .arguments = {"echo", "first"}});
    client_expect(&client, STARTED, &reply);
    client_expect(&client, OUTPUT, &reply);
    client_expect(&client, EXIT, &reply);
    client_close(&client);
    run(&(struct command){.id = "once", .arguments = {"echo", "second"}}, &result);
    EQUAL(result.error, EXISTS);
    result_free(&result);
    client_attach(&client, "once", 0);
    client_finish(&client, &result);
    SAME(result.text[1], "first\n");
    result_free(&result);
    run(&(struct command){.id = "once", .arguments = {"echo", "second"}}, &result);
    SAME(result.text[1], "second\n");
    result_free(&result);
}

static void listNamesRunningAndEnded(void) {
    struct client ended, running, list;
    struct reply reply;
    int seen = 0;
    client_start(&ended, &(struct command){.id = "ended", .arguments = {"true"}});
    client_expect(&ended, STARTED, &reply);
    client_expect(&ended, EXIT, &reply);
    client_start(&running, &(struct command){.id = "running", .arguments = {"sleep", "60"}});
    client_expect(&running, STARTED, &reply);
    client_open(&list);
    client_send(&list, LIST, "", 0);
    while (client_receive(&list, &reply) && reply.type == PROCESS) {
        seen += reply.length == 13 + 5 && memcmp(reply.body + 13, "ended", 5) == 0 && reply.body[4] == 1;
        seen += reply.length == 13 + 7 && memcmp(reply.body + 13, "running", 7) == 0 && reply.body[4] == 0 ? 10 : 0;
    }
    EQUAL(reply.type, OK);
    EQUAL(seen, 11);
    client_close(&list);
    EQUAL(send_signal("running", SIGKILL), 0);
    client_expect(&running, EXIT, &reply);
    client_send(&running, FORGET, "", 0);
    client_expect_end(&running);
    client_send(&ended, FORGET, "", 0);
    client_expect_end(&ended);
}

void process_suite(void) {
    RUN(outputErrorAndCodeComeApart);
    RUN(environmentAndDirectoryAreWhatWasGiven);
    RUN(commandHasItsUserAndNoCapabilities);
    RUN(failedStartsSayWhy);
    RUN(startOfOneWhoHasLeftIsNone);
    RUN(inputArrivesAndEnds);
    RUN(inputWaitsForTheProcess);
    RUN(noInputMeansNothing);
    RUN(signalReachesTheWholeGroup);
    RUN(signalReachesWhatTheLeaderLeft);
    RUN(signalZeroOnlyAsks);
    RUN(signalMeetsNoForeignGroupOfTheSameNumber);
    RUN(signalMeetsNobodyWhoGotTheNumberLater);
    RUN(timeOutKillsAndSaysSo);
    RUN(descendantsDoNotHoldUpTheEnd);
    RUN(idIsTakenUntilForgotten);
    RUN(listNamesRunningAndEnded);
}
