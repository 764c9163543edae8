/* The sudo shim, which is the agent's own program under another name. */
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

static void as_user(const char *script, struct result *result) {
    run(&(struct command){.id = "sudo",
                          .uid = agent_user(), .directory = "/usr",
                          .environment = {"PATH=/run:/usr/bin:/bin", "TERM=t", "SECRET=s"},
                          .arguments = {"sh", "-c", script}},
        result);
    EQUAL(result->error, 0);
}

static void gives(const char *script, const char *expected, uint32_t code) {
    struct result result;
    as_user(script, &result);
    SAME(result.text[1], expected);
    EQUAL(result.code, code);
    result_free(&result);
}

static void install(void) {
    struct result result;
    char script[256];
    char program[128];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    CHECK(length > 0);
    program[length] = 0;
    char *slash = strrchr(program, '/');
    CHECK(slash);
    *slash = 0;
    /* A copy, since the test's user may not come to where the program lies. */
    snprintf(script, sizeof script, "cp %s/sandbar-agent /run/sudo && chmod 755 /run/sudo", program);
    run(&(struct command){.id = "install", .arguments = {"sh", "-c", script}}, &result);
    EQUAL(result.code, 0);
    result_free(&result);
}

static void commandRunsAsRootWithItsSurroundings(void) {
    gives("sudo id -u; id -u", "0\n1000\n", 0);
    gives("sudo -n -E -H -S pwd", "/usr\n", 0);
    gives("sudo -u nobody id -un", "nobody\n", 0);
    gives("sudo -u '#1234' -g '#5678' id -u; sudo -u '#1234' -g '#5678' id -g", "1234\n5678\n", 0);
    gives("echo word | sudo tee /run/by-root; stat -c %u /run/by-root", "word\n0\n", 0);
    gives("sudo sh -c 'echo $TERM $SECRET $HOME $SUDO_UID'", "t /root 1000\n", 0);
    gives("sudo -E SECRET=other X=y HOME=/h bash -c 'echo $SECRET $X $HOME'", "other y /h\n", 0);
    gives("sudo -s 'echo' 'a  b' '$HOME'", "a  b /root\n", 0);
    gives("sudo -i pwd", "/root\n", 0);
}

static void codesAndSignalsPass(void) {
    gives("sudo sh -c 'exit 7'", "", 7);
    gives("sudo no-such-command", "", 127);
    gives("sudo -u no-such-user true", "", 1);
    gives("sudo", "", 1);
    gives("sudo sleep 61 & p=$!; sleep 0.2; kill $p; wait $p; echo $?", "143\n", 0);
    gives("sudo sh -c 'trap \"echo got; exit 3\" USR1; echo up; while :; do sleep 0.05; done' & p=$!; sleep 0.4; kill -USR1 $p; wait $p; echo $?",
          "up\ngot\n3\n", 0);
}

static void killedShimTakesItsCommandAlong(void) {
    gives("sudo sh -c 'trap \"\" HUP; sleep 62; :' & p=$!; sleep 0.2; kill -9 $p; sleep 1; pgrep -c -f '^sleep 62'; :", "0\n", 0);
}

static void closedStandardDescriptorsAreNoObstacle(void) {
    gives("sudo sh -c 'readlink /proc/self/fd/0; exit 4' <&- 2>&-", "/dev/null\n", 4);
}

static void muchDataPasses(void) {
    gives("head -c 20000000 /dev/zero | sudo cat | wc -c", "20000000\n", 0);
}

void sudo_suite(void) {
    RUN(install);
    RUN(commandRunsAsRootWithItsSurroundings);
    RUN(codesAndSignalsPass);
    RUN(killedShimTakesItsCommandAlong);
    RUN(closedStandardDescriptorsAreNoObstacle);
    RUN(muchDataPasses);
}
