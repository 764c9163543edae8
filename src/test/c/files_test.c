/* Requests for files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "check.h"
#include "client.h"
#include "suites.h"

static char base[128];

static const char *at(const char *name) {
    static char paths[8][256];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", base, name);
    return path;
}

static uint32_t gid(void) { return agent_is_root() ? agent_user() : getgid(); }

static bool link_two(const char *from, const char *to) { return link(from, to) == 0; }

static int ask_path(enum type type, const char *path) { return ask(type, path, strlen(path)); }

static int ask_owned(enum type type, const char *path) {
    uint8_t body[512];
    put32(put32(body, agent_user()), gid());
    memcpy(body + 8, path, strlen(path));
    return ask(type, body, 8 + strlen(path));
}

static int ask_move(const char *source, const char *target) {
    struct client client;
    struct reply reply;
    uint8_t body[512];
    put32(put32(body, agent_user()), gid());
    memcpy(body + 8, source, strlen(source));
    client_open(&client);
    client_send(&client, MOVE, body, 8 + strlen(source));
    client_send(&client, TARGET, target, strlen(target));
    client_send(&client, GO, "", 0);
    CHECK(client_receive(&client, &reply));
    int code = reply.type == ERROR ? get16(reply.body) : 0;
    client_close(&client);
    return code;
}

static void open_upload(struct client *client, const char *path, const char *attribute) {
    uint8_t body[512];
    put32(put32(put32(body, agent_user()), gid()), 0640);
    memcpy(body + 12, path, strlen(path));
    client_open(client);
    client_send(client, WRITE, body, 12 + strlen(path));
    if (attribute) {
        client_send(client, ATTRIBUTE, attribute, strlen(attribute) + 1 + strlen(attribute + strlen(attribute) + 1));
    }
    client_send(client, GO, "", 0);
}

static int put_file(const char *path, const char *text, const char *attribute) {
    struct client client;
    struct reply reply;
    open_upload(&client, path, attribute);
    if (*text) {
        client_send(&client, DATA, text, strlen(text));
    }
    client_send(&client, END, "", 0);
    CHECK(client_receive(&client, &reply));
    CHECK(reply.type == ERROR || reply.type == ENTRY);
    int code = reply.type == ERROR ? get16(reply.body) : 0;
    client_expect_end(&client);
    return code;
}

/* The text from this offset, or the error as a number. */
static const char *get_file(const char *path, uint64_t offset, uint64_t length) {
    static char text[1024];
    struct client client;
    struct reply reply;
    uint8_t body[512];
    put64(put64(body, offset), length);
    memcpy(body + 16, path, strlen(path));
    client_open(&client);
    client_send(&client, READ, body, 16 + strlen(path));
    CHECK(client_receive(&client, &reply));
    if (reply.type == ERROR) {
        snprintf(text, sizeof text, "%u", get16(reply.body));
        client_expect_end(&client);
        return text;
    }
    EQUAL(reply.type, ENTRY);
    size_t size = 0;
    while (client_receive(&client, &reply) && reply.type == DATA) {
        CHECK(size + reply.length < sizeof text);
        memcpy(text + size, reply.body, reply.length);
        size += reply.length;
    }
    EQUAL(reply.type, OK);
    client_expect_end(&client);
    text[size] = 0;
    return text;
}

static void writtenFileIsReadBack(void) {
    struct stat status;
    EQUAL(put_file(at("new/deep/file"), "hello world", NULL), 0);
    SAME(get_file(at("new/deep/file"), 0, UINT64_MAX), "hello world");
    SAME(get_file(at("new/deep/file"), 6, 3), "wor");
    SAME(get_file(at("new/deep/file"), 100, 3), "");
    CHECK(stat(at("new/deep/file"), &status) == 0);
    EQUAL(status.st_mode & 07777, 0640);
    EQUAL(status.st_uid, agent_user());
    EQUAL(status.st_gid, gid());
    CHECK(stat(at("new"), &status) == 0);
    EQUAL(status.st_uid, agent_user());
    CHECK(chmod(at("new/deep/file"), 0755) == 0);
    EQUAL(put_file(at("new/deep/file"), "", NULL), 0);
    SAME(get_file(at("new/deep/file"), 0, UINT64_MAX), "");
    CHECK(stat(at("new/deep/file"), &status) == 0);
    EQUAL(status.st_mode & 07777, 0755);
}

static size_t entries(const char *path, uint32_t depth, char *names) {
    struct client client;
    struct reply reply;
    uint8_t body[512];
    size_t count = 0;
    *names = 0;
    put32(body, depth);
    memcpy(body + 4, path, strlen(path));
    client_open(&client);
    client_send(&client, LIST_DIRECTORY, body, 4 + strlen(path));
    while (client_receive(&client, &reply) && reply.type == ENTRY) {
        size_t skip = strlen(path) + 1;
        size_t length = get16(reply.body + 36) - skip;
        strncat(names, (const char *)reply.body + 42 + skip, length);
        strcat(names, reply.body[0] == 2 ? "/ " : reply.body[0] == 3 ? "@ " : " ");
        count++;
    }
    int code = reply.type == ERROR ? get16(reply.body) : 0;
    client_expect_end(&client);
    return code ? 1000 + (size_t)code : count;
}

static void listingIsDepthFirstInByteOrder(void) {
    char names[512];
    EQUAL(ask_owned(MAKE_DIRECTORY, at("list/b/c")), 0);
    EQUAL(put_file(at("list/b/c/deep"), "", NULL), 0);
    EQUAL(put_file(at("list/a"), "", NULL), 0);
    EQUAL(put_file(at("list/B"), "", NULL), 0);
    CHECK(symlink("b", at("list/link")) == 0);
    EQUAL(entries(at("list"), 1, names), 4);
    SAME(names, "B a b/ link@ ");
    EQUAL(entries(at("list"), 2, names), 5);
    SAME(names, "B a b/ b/c/ link@ ");
    EQUAL(entries(at("list"), 9, names), 6);
    SAME(names, "B a b/ b/c/ b/c/deep link@ ");
    EQUAL(entries(at("list"), 0, names), 1000 + INVALID);
    EQUAL(entries(at("list/a"), 1, names), 1000 + NOT_A_DIRECTORY);
    EQUAL(entries(at("none"), 1, names), 1000 + NOT_FOUND);
}

static void statTellsLinksAndTargets(void) {
    struct client client;
    struct reply reply;
    const char *link = at("list/link"), *target = at("list/b");
    client_open(&client);
    client_send(&client, STAT, link, strlen(link));
    client_expect(&client, ENTRY, &reply);
    EQUAL(reply.body[0], 3);
    EQUAL(reply.body[1], 2);
    EQUAL(get32(reply.body + 4), 0755);
    EQUAL(get16(reply.body + 38), strlen(target));
    CHECK(memcmp(reply.body + 42 + strlen(link), target, strlen(target)) == 0);
    client_expect_end(&client);
    EQUAL(ask_path(STAT, at("none")), NOT_FOUND);
    EQUAL(ask_path(STAT, at("list/a/x")), NOT_A_DIRECTORY);
    EQUAL(ask_path(STAT, "relative"), INVALID);
    CHECK(symlink("round", at("round")) == 0);
    SAME(get_file(at("round"), 0, 1), "11");
}

static void attributesBecomeThoseGiven(void) {
    struct client client;
    struct reply reply;
    const char *path = at("attributed");
    EQUAL(put_file(path, "x", "user.e2b.a\0one"), 0);
    client_open(&client);
    client_send(&client, STAT, path, strlen(path));
    client_expect(&client, ENTRY, &reply);
    EQUAL(get16(reply.body + 40), 1);
    CHECK(reply.length == 42 + strlen(path) + 4 + 10 + 3 && memcmp(reply.body + reply.length - 13, "user.e2b.aone", 13) == 0);
    client_expect_end(&client);
    EQUAL(put_file(path, "y", NULL), 0);
    client_open(&client);
    client_send(&client, STAT, path, strlen(path));
    client_expect(&client, ENTRY, &reply);
    EQUAL(get16(reply.body + 40), 0);
    client_expect_end(&client);
    EQUAL(put_file(path, "z", "trusted.a\0one"), INVALID);
    SAME(get_file(path, 0, 9), "y");
}

static void directoriesAreMadeMovedRemoved(void) {
    char names[512];
    EQUAL(ask_owned(MAKE_DIRECTORY, at("list/b")), EXISTS);
    EQUAL(ask_owned(MAKE_DIRECTORY, at("list/a")), NOT_A_DIRECTORY);
    EQUAL(ask_owned(MAKE_DIRECTORY, at("list/a/x")), NOT_A_DIRECTORY);
    EQUAL(ask_move(at("list/b"), at("moved/to/b")), 0);
    EQUAL(ask_move(at("none"), at("never/made")), NOT_FOUND);
    EQUAL(ask_path(STAT, at("never")), NOT_FOUND);
    SAME(get_file(at("moved/to/b/c/deep"), 0, 1), "");
    CHECK(symlink(at("moved"), at("outside")) == 0);
    EQUAL(ask_path(REMOVE, at("outside")), 0);
    EQUAL(ask_path(STAT, at("moved/to")), 0);
    EQUAL(ask_path(REMOVE, at("moved")), 0);
    EQUAL(ask_path(STAT, at("moved")), NOT_FOUND);
    EQUAL(ask_path(REMOVE, at("moved")), 0);
    EQUAL(ask_path(REMOVE, at("list/a")), 0);
    EQUAL(ask_path(REMOVE, at("list/B/x")), NOT_A_DIRECTORY);
    EQUAL(entries(at("list"), 1, names), 2);
    SAME(names, "B link@ ");
}

/* A directory of the test's own on another file system, NULL where there is none. */
static const char *far(void) {
    static char path[64];
    struct stat here, there;
    if (stat(base, &here) != 0 || stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev || access("/dev/shm", W_OK) != 0) {
        return NULL;
    }
    snprintf(path, sizeof path, "/dev/shm/sandbar-test-%d", getpid());
    CHECK((mkdir(path, 0777) == 0 || errno == EEXIST) && chmod(path, 0777) == 0);
    return path;
}

static const char *in_far(const char *name) {
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", far(), name);
    return path;
}

static void moveReachesAnotherFileSystem(void) {
    if (!far()) {
        return;
    }
    EQUAL(put_file(at("go/inner/file"), "far", "user.e2b.a\0one"), 0);
    EQUAL(ask_move(at("go"), in_far("gone/there")), 0);
    EQUAL(ask_path(STAT, at("go")), NOT_FOUND);
    EQUAL(put_file(at("block/x"), "", NULL), 0);
    EQUAL(ask_move(in_far("gone/there"), at("block")), EXISTS); /* not an empty directory: nothing is merged */
    EQUAL(ask_move(in_far("gone/there"), at("block/x")), NOT_A_DIRECTORY);
    EQUAL(ask_move(in_far("gone/there/inner/file"), at("block")), IS_A_DIRECTORY);
    EQUAL(ask_move(in_far("none"), at("never/made")), NOT_FOUND);
    EQUAL(ask_path(STAT, at("never")), NOT_FOUND);
    CHECK(mkdir(at("back"), 0755) == 0);
    EQUAL(ask_move(in_far("gone/there"), at("back")), 0); /* an empty directory is replaced */
    SAME(get_file(at("back/inner/file"), 0, 9), "far");
    EQUAL(put_file(in_far("single"), "new", NULL), 0);
    EQUAL(ask_move(in_far("single"), at("back/inner/file")), 0);
    SAME(get_file(at("back/inner/file"), 0, 9), "new");
    EQUAL(ask_path(REMOVE, far()), 0);
}

static void moveKeepsWhatATreeIs(void) {
    struct stat before, after;
    char value[8], link[16] = "";
    if (!far()) {
        return;
    }
    EQUAL(put_file(at("kept/dir/file"), "content", "user.e2b.a\0one"), 0);
    CHECK(truncate(at("kept/dir/file"), 64 << 20) == 0 && chmod(at("kept/dir/file"), 04751) == 0);
    CHECK(mkdir(at("kept/other"), 0700) == 0 && link_two(at("kept/dir/file"), at("kept/other/same")));
    CHECK(symlink("dir/nowhere", at("kept/link")) == 0 && mkfifo(at("kept/fifo"), 0600) == 0 && chmod(at("kept/dir"), 02711) == 0);
    CHECK(!agent_is_root() || (lchown(at("kept/link"), 7, 8) == 0 && chown(at("kept/fifo"), 9, 10) == 0));
    struct timespec times[] = {{1, 2}, {1000000000, 5}};
    CHECK(utimensat(AT_FDCWD, at("kept/dir/file"), times, 0) == 0 && utimensat(AT_FDCWD, at("kept/dir"), times, 0) == 0);
    CHECK(utimensat(AT_FDCWD, at("kept/link"), times, AT_SYMLINK_NOFOLLOW) == 0 && stat(at("kept/dir/file"), &before) == 0);
    EQUAL(ask_move(at("kept"), in_far("kept")), 0);
    CHECK(stat(in_far("kept/dir/file"), &after) == 0);
    EQUAL(after.st_mode, before.st_mode);
    EQUAL(after.st_uid, before.st_uid);
    EQUAL(after.st_size, 64 << 20);
    CHECK(after.st_blocks < 1000); /* holes stay holes */
    EQUAL(after.st_mtim.tv_sec, 1000000000);
    EQUAL(after.st_mtim.tv_nsec, 5);
    EQUAL(after.st_nlink, 2);
    EQUAL(getxattr(in_far("kept/dir/file"), "user.e2b.a", value, sizeof value), 3);
    SAME(get_file(in_far("kept/other/same"), 0, 7), "content");
    CHECK(stat(in_far("kept/dir"), &after) == 0);
    EQUAL(after.st_mode & 07777, 02711);
    EQUAL(after.st_mtim.tv_sec, 1000000000);
    CHECK(stat(in_far("kept/other"), &after) == 0);
    EQUAL(after.st_mode & 07777, 0700);
    EQUAL(readlink(in_far("kept/link"), link, sizeof link - 1), 11);
    SAME(link, "dir/nowhere");
    CHECK(lstat(in_far("kept/link"), &after) == 0);
    EQUAL(after.st_mtim.tv_sec, 1000000000);
    CHECK(!agent_is_root() || (after.st_uid == 7 && after.st_gid == 8));
    CHECK(lstat(in_far("kept/fifo"), &after) == 0 && S_ISFIFO(after.st_mode));
    EQUAL(ask_path(STAT, at("kept")), NOT_FOUND);
    EQUAL(ask_path(REMOVE, far()), 0);
}

static size_t names_in(const char *path) {
    char names[4096];
    return entries(path, 1, names);
}

static void failedMoveChangesNothing(void) {
    struct rlimit usual, small = {1 << 20, 0};
    struct stat status;
    if (!far()) {
        return;
    }
    EQUAL(put_file(at("stays/first"), "one", NULL), 0);
    EQUAL(put_file(at("stays/second/large"), "two", NULL), 0);
    EQUAL(put_file(in_far("target"), "old", NULL), 0);
    CHECK(truncate(at("stays/second/large"), 2 << 20) == 0);
    CHECK(prlimit(agent_pid(), RLIMIT_FSIZE, NULL, &usual) == 0);
    small.rlim_max = usual.rlim_max;
    CHECK(prlimit(agent_pid(), RLIMIT_FSIZE, &small, NULL) == 0);
    EQUAL(ask_move(at("stays"), in_far("new/parents/stays")), NO_SPACE);
    EQUAL(ask_move(at("stays/second/large"), in_far("target")), NO_SPACE);
    CHECK(prlimit(agent_pid(), RLIMIT_FSIZE, &usual, NULL) == 0);
    EQUAL(names_in(far()), 1);
    SAME(get_file(in_far("target"), 0, 9), "old");
    EQUAL(names_in(at("stays")), 2);
    SAME(get_file(at("stays/first"), 0, 9), "one");
    SAME(get_file(at("stays/second/large"), 0, 3), "two");
    EQUAL(ask_move("/dev/shm", at("mounted")), BUSY); /* where a file system is mounted */
    EQUAL(ask_move("/dev", at("mounted")), BUSY);
    CHECK(stat(in_far("target"), &status) == 0);
    EQUAL(ask_path(STAT, at("mounted")), NOT_FOUND);
    EQUAL(ask_path(REMOVE, far()), 0);
    EQUAL(ask_path(REMOVE, at("stays")), 0);
}

/* Whoever leaves while it goes on finds all of it at one of the two places. */
static void abandonedMoveIsAllOrNothing(void) {
    enum { FILES = 600 };
    char name[64];
    if (!far()) {
        return;
    }
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many/%d/%d", i % 7, i);
        if (i < 7) {
            CHECK(put_file(at(name), "x", NULL) == 0);
        }
        int fd = open(at(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        CHECK(fd >= 0 && fchmod(fd, 0666) == 0 && ftruncate(fd, 10000) == 0 && close(fd) == 0);
    }
    for (int round = 0; round < 20; round++) {
        struct client client;
        uint8_t body[512];
        const char *source = at("many"), *target = in_far("deep/many");
        put32(put32(body, agent_user()), gid());
        memcpy(body + 8, source, strlen(source));
        client_open(&client);
        client_send(&client, MOVE, body, 8 + strlen(source));
        client_send(&client, TARGET, target, strlen(target));
        client_send(&client, GO, "", 0);
        usleep((useconds_t)round * 1500);
        client_close(&client);
        size_t here = 0, there = 0;
        for (int i = 0; i < 500; i++) {
            usleep(10000);
            size_t rest = names_in(base);
            here = names_in(at("many"));
            there = names_in(in_far("deep/many"));
            bool hidden = false;
            char names[4096];
            entries(base, 1, names);
            hidden = strstr(names, ".sandbar-") != NULL;
            entries(far(), 2, names);
            hidden = hidden || strstr(names, ".sandbar-") != NULL;
            if (rest < 1000 && !hidden && (here == 7) != (there == 7)) {
                break;
            }
        }
        CHECK((here == 7) != (there == 7));
        if (there == 7) {
            EQUAL(ask_move(in_far("deep/many"), at("many")), 0);
            CHECK(rmdir(in_far("deep")) == 0);
        }
        EQUAL(names_in(far()), 0);
    }
    char all[64 * 1024];
    EQUAL(entries(at("many"), 2, all), FILES + 7);
    EQUAL(ask_path(REMOVE, at("many")), 0);
    EQUAL(ask_path(REMOVE, far()), 0);
}

static void failedRequestsLeaveNoDirectories(void) {
    struct client client;
    char names[4096];
    open_upload(&client, at("made/for/file"), NULL);
    client_send(&client, PING, "", 0);
    client_expect_error(&client, INVALID);
    client_close(&client);
    EQUAL(ask_path(STAT, at("made")), NOT_FOUND);
    EQUAL(entries(at("made"), 1, names), 1000 + NOT_FOUND);
    EQUAL(put_file(at("held/file"), "x", NULL), 0);
    EQUAL(ask_move(at("held"), at("held/inner/held")), INVALID);
    EQUAL(entries(at("held"), 1, names), 1);
    EQUAL(ask_path(REMOVE, at("held")), 0);
}

/* The reply's message says which of the two it is about. */
static void moveNamesThePathThatIsWrong(void) {
    struct client client;
    struct reply reply;
    uint8_t body[512];
    EQUAL(put_file(at("named/full/x"), "x", NULL), 0);
    EQUAL(put_file(at("named/from/x"), "x", NULL), 0);
    const char *cases[][3] = {
        {"named/none", "named/to", "source: "},
        {"named/from", "named/full", "target: "},
        {"named/from", "named/full/x/y", "target: "},
        {"named/from/x", "named/full", "target: "},
        {"named/from", "named/from/in/it", "target: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *source = at(cases[i][0]), *target = at(cases[i][1]);
        put32(put32(body, agent_user()), gid());
        memcpy(body + 8, source, strlen(source));
        client_open(&client);
        client_send(&client, MOVE, body, 8 + strlen(source));
        client_send(&client, TARGET, target, strlen(target));
        client_send(&client, GO, "", 0);
        client_expect(&client, ERROR, &reply);
        CHECK(memcmp(reply.body + 2, cases[i][2], 8) == 0);
        client_close(&client);
    }
    EQUAL(ask_path(REMOVE, at("named")), 0);
}

static void socketsAreNoFiles(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", at("socket"));
    CHECK(fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    SAME(get_file(at("socket"), 0, 1), "1");
    EQUAL(put_file(at("socket"), "x", NULL), INVALID);
    EQUAL(put_file(at("socket/x"), "x", NULL), NOT_A_DIRECTORY);
    EQUAL(ask_path(STAT, at("socket")), 0);
    EQUAL(ask_path(REMOVE, at("socket")), 0);
    close(fd);
    char longer[512];
    snprintf(longer, sizeof longer, "%s/%0300d", base, 1);
    EQUAL(ask_path(STAT, longer), INVALID);
    EQUAL(put_file(longer, "x", NULL), INVALID);
    EQUAL(ask_owned(MAKE_DIRECTORY, longer), INVALID);
    EQUAL(ask_path(REMOVE, longer), INVALID);
    EQUAL(ask_move(base, longer), INVALID);
}

static void veryDeepTreeIsRemoved(void) {
    EQUAL(ask_owned(MAKE_DIRECTORY, at("deep")), 0);
    int home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(home >= 0 && chdir(at("deep")) == 0);
    for (int i = 0; i < 3000; i++) {
        CHECK(mkdir("directory", 0755) == 0 && chdir("directory") == 0);
    }
    CHECK(fchdir(home) == 0 && close(home) == 0);
    EQUAL(ask_path(REMOVE, at("deep")), 0);
    EQUAL(ask_path(STAT, at("deep")), NOT_FOUND);
}

static void onlyOrdinaryFilesAreReadOrReplaced(void) {
    SAME(get_file("/dev/zero", 0, 1), "1");
    SAME(get_file(base, 0, 1), "5");
    CHECK(mkfifo(at("fifo"), 0666) == 0);
    SAME(get_file(at("fifo"), 0, 1), "1");
    EQUAL(put_file(at("fifo"), "x", NULL), INVALID);
    EQUAL(put_file(base, "x", NULL), IS_A_DIRECTORY);
    EQUAL(put_file("/dev/null", "x", NULL), INVALID);
    EQUAL(put_file(at("list/B/x"), "x", NULL), NOT_A_DIRECTORY);
    EQUAL(put_file(at("round"), "x", NULL), LOOP);
}

static void linkIsWrittenThrough(void) {
    struct stat status;
    EQUAL(put_file(at("real"), "old", NULL), 0);
    CHECK(symlink("real", at("via")) == 0 && symlink("fresh", at("dangling")) == 0);
    EQUAL(put_file(at("via"), "new", NULL), 0);
    EQUAL(put_file(at("dangling"), "made", NULL), 0);
    SAME(get_file(at("real"), 0, 9), "new");
    SAME(get_file(at("fresh"), 0, 9), "made");
    CHECK(lstat(at("via"), &status) == 0 && S_ISLNK(status.st_mode));
}

static void brokenUploadChangesNothing(void) {
    struct client client;
    char names[512];
    EQUAL(put_file(at("atomic/file"), "before", NULL), 0);
    open_upload(&client, at("atomic/file"), NULL);
    client_send(&client, DATA, "half", 4);
    usleep(50000);
    SAME(get_file(at("atomic/file"), 0, 9), "before");
    client_close(&client);
    for (int i = 0; i < 100 && entries(at("atomic"), 1, names) != 1; i++) {
        usleep(20000);
    }
    SAME(names, "file ");
    SAME(get_file(at("atomic/file"), 0, 9), "before");
    open_upload(&client, at("atomic/file"), NULL);
    client_send(&client, PING, "", 0);
    client_expect_error(&client, INVALID);
    client_close(&client);
    SAME(get_file(at("atomic/file"), 0, 9), "before");
}

static void largeFilesPass(void) {
    static char piece[BODY_MAX];
    struct client client;
    struct reply reply;
    const char *path = at("large");
    enum { PIECES = 1000 };
    open_upload(&client, path, NULL);
    for (int i = 0; i < PIECES; i++) {
        memset(piece, i, sizeof piece);
        client_send(&client, DATA, piece, sizeof piece);
    }
    client_send(&client, END, "", 0);
    client_expect(&client, ENTRY, &reply);
    EQUAL(get64(reply.body + 16), (uint64_t)PIECES * BODY_MAX);
    client_expect_end(&client);
    uint8_t body[512];
    put64(put64(body, 0), UINT64_MAX);
    memcpy(body + 16, path, strlen(path));
    client_open(&client);
    client_send(&client, READ, body, 16 + strlen(path));
    client_expect(&client, ENTRY, &reply);
    uint64_t size = 0;
    while (client_receive(&client, &reply) && reply.type == DATA) {
        for (size_t i = 0; i < reply.length; i++, size++) {
            CHECK(reply.body[i] == (uint8_t)(size / BODY_MAX));
        }
    }
    EQUAL(reply.type, OK);
    EQUAL(size, (uint64_t)PIECES * BODY_MAX);
    client_expect_end(&client);
}

void files_suite(void) {
    snprintf(base, sizeof base, "%s/files", agent_directory());
    CHECK(mkdir(base, 0777) == 0 && chmod(base, 0777) == 0);
    RUN(writtenFileIsReadBack);
    RUN(listingIsDepthFirstInByteOrder);
    RUN(statTellsLinksAndTargets);
    RUN(attributesBecomeThoseGiven);
    RUN(directoriesAreMadeMovedRemoved);
    RUN(moveReachesAnotherFileSystem);
    RUN(moveKeepsWhatATreeIs);
    RUN(failedMoveChangesNothing);
    RUN(abandonedMoveIsAllOrNothing);
    RUN(failedRequestsLeaveNoDirectories);
    RUN(moveNamesThePathThatIsWrong);
    RUN(socketsAreNoFiles);
    RUN(veryDeepTreeIsRemoved);
    RUN(onlyOrdinaryFilesAreReadOrReplaced);
    RUN(linkIsWrittenThrough);
    RUN(brokenUploadChangesNothing);
    RUN(largeFilesPass);
}
