/* The agent: sets itself up, confines itself, and serves the inherited socket. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "conn.h"
#include "deadline.h"
#include "files.h"
#include "loop.h"
#include "process.h"
#include "roles.h"
#include "spawn.h"
#include "sudo_server.h"

struct options {
    const char *mark;
    bool root;
    int ready, listen;
};

static struct source children;

static _Noreturn void give_up(const char *what) {
    fprintf(stderr, "sandbar-agent: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void reap(struct source *source, uint32_t events) {
    (void)events;
    struct signalfd_siginfo info[8];
    while (read(source->fd, info, sizeof info) > 0) {
    }
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (!processes_reap(pid, status) && !sudo_reap(pid, status)) {
            files_reap(pid);
        }
    }
}

static void tick(uint64_t now) {
    processes_tick(now);
    conns_tick(now);
    sudo_tick(now);
    deadline_tick(now);
}

static bool number(const char *text, uint64_t *value) {
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && *text >= '0' && *text <= '9' && !*end;
}

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {
        {"mark", required_argument, NULL, 'm'}, {"ids", required_argument, NULL, 'i'},   {"ready", required_argument, NULL, 'r'},
        {"listen", required_argument, NULL, 'l'}, {"grace", required_argument, NULL, 'g'}, {NULL, 0, NULL, 0},
    };
    uint64_t value = 0;
    bool ids = false;
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        bool numeric = option == 'r' || option == 'l' || option == 'g';
        if (option == '?' || (numeric && (!number(optarg, &value) || (option != 'g' && value > 1 << 20)))) {
            return false;
        }
        if (option == 'm') {
            options->mark = optarg;
        } else if (option == 'i') {
            ids = strcmp(optarg, "root") == 0 || strcmp(optarg, "single") == 0;
            options->root = strcmp(optarg, "root") == 0;
        } else if (option == 'g') {
            deadline_grace(value);
        } else {
            *(option == 'r' ? &options->ready : &options->listen) = (int)value;
        }
    }
    return optind == argc && options->mark && strlen(options->mark) <= 256 && ids && options->listen >= 0;
}

/* 0, 1 and 2 are always occupied, so that no other descriptor gets these numbers. */
static void occupy_standard(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2) {
        close(fd);
    }
}

static void silence(void) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 3 && fd >= 0; i++) {
        dup2(fd, i);
    }
    if (fd > 2) {
        close(fd);
    }
}

static void set_signals(void) {
    for (int signal = 1; signal < 65; signal++) {
        bool error_says_it = signal == SIGPIPE || signal == SIGXFSZ;
        struct sigaction action = {.sa_handler = error_says_it ? SIG_IGN : SIG_DFL};
        sigaction(signal, &action, NULL);
    }
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_SETMASK, &child, NULL);
    int fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) {
        give_up("signals");
    }
    loop_add(&children, fd, EPOLLIN, reap);
}

static void confine(const struct options *options) {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        give_up("process settings");
    }
    if (!options->root) {
        return;
    }
    if (getuid() != 0) {
        errno = EPERM;
        give_up("--ids root");
    }
    if (!caps_confine()) {
        give_up("capabilities");
    }
    spawn_allow_switch();
    sudo_listen();
}

static void tell_ready(int fd) {
    if (fd < 0) {
        return;
    }
    if (write(fd, "R", 1) != 1) {
        give_up("--ready");
    }
    if (fd > 2) {
        close(fd);
    }
}

int serve_main(int argc, char **argv) {
    struct options options = {.ready = -1, .listen = -1};
    if (!read_options(argc, argv, &options)) {
        fprintf(stderr, "usage: sandbar-agent serve --mark MARK --ids root|single [--ready FD] [--grace MS] --listen FD\n");
        return 2;
    }
    occupy_standard();
    umask(022);
    if (chdir("/") != 0 || !loop_open()) {
        give_up("start");
    }
    if (fcntl(options.listen, F_SETFD, FD_CLOEXEC) != 0 || fcntl(options.listen, F_SETFL, O_NONBLOCK) != 0) {
        give_up("--listen");
    }
    set_signals();
    spawn_prepare();
    confine(&options);
    conns_listen(options.listen, options.mark);
    tell_ready(options.ready);
    silence();
    loop_run(tick);
}
