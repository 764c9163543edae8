/* The sudo shim: no setuid program, but a client of the agent, which runs the command as another user. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bytes.h"
#include "roles.h"
#include "sudo_options.h"
#include "sudo_server.h"
#include "sudo_wire.h"
#include "wire.h"

extern char **environ;

static const char secure_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct job {
    struct bytes arguments, environment;
    uint32_t argument_count, variable_count;
};

static _Noreturn void die(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fputs("sudo: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    exit(1);
}

static void add(struct bytes *list, uint32_t *count, const char *text) {
    if (!bytes_append(list, text, strlen(text) + 1)) {
        die("no memory");
    }
    ++*count;
}

/* Given on the command line as NAME=value. */
static bool given(char *const *words, const char *variable) {
    size_t name = strcspn(variable, "=") + 1;
    for (; *words && strchr(*words, '=') && **words != '='; words++) {
        if (strncmp(*words, variable, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_variable(struct job *job, char *const *words, const char *name, const char *value) {
    char text[8192];
    snprintf(text, sizeof text, "%s=%s", name, value);
    if (!given(words, text)) {
        add(&job->environment, &job->variable_count, text);
    }
}

static bool starts_with_any(const char *text, const char *const *prefixes) {
    for (; *prefixes; prefixes++) {
        if (strncmp(text, *prefixes, strlen(*prefixes)) == 0) {
            return true;
        }
    }
    return false;
}

static void set_environment(struct job *job, const struct sudo_options *options, const struct account *account) {
    static const char *const passed[] = {"TERM=",        "LANG=",        "LANGUAGE=", "LC_",          "COLORTERM=", "DISPLAY=", "http_proxy=", "https_proxy=",
                                         "no_proxy=",    "all_proxy=",   "HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=", "ALL_PROXY=", NULL};
    static const char *const replaced[] = {"PATH=", "HOME=", "USER=", "LOGNAME=", "SHELL=", "SUDO_", NULL};
    for (char **at = environ; *at; at++) {
        bool kept = options->keep_environment ? !starts_with_any(*at, replaced) : starts_with_any(*at, passed);
        if (kept && !given(options->command, *at)) {
            add(&job->environment, &job->variable_count, *at);
        }
    }
    char id[16];
    struct account caller;
    snprintf(id, sizeof id, "#%u", getuid());
    add_variable(job, options->command, "PATH", secure_path);
    add_variable(job, options->command, "HOME", account->home);
    add_variable(job, options->command, "USER", account->name);
    add_variable(job, options->command, "LOGNAME", account->name);
    add_variable(job, options->command, "SHELL", account->shell);
    add_variable(job, options->command, "SUDO_UID", id + 1);
    add_variable(job, options->command, "SUDO_USER", account_find(&caller, id) ? caller.name : id);
    snprintf(id, sizeof id, "%u", getgid());
    add_variable(job, options->command, "SUDO_GID", id);
}

/* A shell gets the words as one command line, each character that could mean something to it quoted. */
static void add_quoted(struct job *job, char **words) {
    struct bytes line = {0};
    for (; *words; words++) {
        for (const char *at = *words; *at; at++) {
            bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || strchr("_-$", *at);
            if (!bytes_append(&line, "\\", plain ? 0 : 1) || !bytes_append(&line, at, 1)) {
                die("no memory");
            }
        }
        if (!bytes_append(&line, words[1] ? " " : "", 1)) {
            die("no memory");
        }
    }
    add(&job->arguments, &job->argument_count, (const char *)line.data);
    bytes_free(&line);
}

static void set_arguments(struct job *job, const struct sudo_options *options, const struct account *account, char **command) {
    if (!options->login && !options->shell) {
        for (; *command; command++) {
            add(&job->arguments, &job->argument_count, *command);
        }
        return;
    }
    add(&job->arguments, &job->argument_count, account->shell);
    if (options->login) {
        add(&job->arguments, &job->argument_count, "-l");
    }
    if (*command) {
        add(&job->arguments, &job->argument_count, "-c");
        add_quoted(job, command);
    }
}

static int dial(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SUDO_SOCKET};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        die("this sandbox gives no root rights (%s)", strerror(errno));
    }
    return fd;
}

static void send_text(int fd, const struct bytes *bytes) {
    uint8_t packet[1 + SUDO_PIECE] = {SUDO_TEXT};
    for (size_t at = 0; at < bytes_length(bytes);) {
        size_t length = bytes_length(bytes) - at < SUDO_PIECE ? bytes_length(bytes) - at : SUDO_PIECE;
        memcpy(packet + 1, bytes->data + at, length);
        if (send(fd, packet, length + 1, MSG_NOSIGNAL) < 0) {
            die("%s", strerror(errno));
        }
        at += length;
    }
}

static void send_run(int fd, const int fds[SUDO_DESCRIPTORS]) {
    uint8_t kind = SUDO_RUN;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(SUDO_DESCRIPTORS * sizeof(int))];
    } control = {0};
    struct iovec part = {&kind, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(SUDO_DESCRIPTORS * sizeof(int));
    memcpy(CMSG_DATA(head), fds, SUDO_DESCRIPTORS * sizeof(int));
    if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
        die("%s", strerror(errno));
    }
}

static int open_signals(void) {
    static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGUSR1, SIGUSR2};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
        sigaddset(&set, forwarded[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Ends as the command did. */
static _Noreturn void end(int status) {
    if (WIFSIGNALED(status)) {
        struct rlimit none = {0};
        sigset_t all;
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        sigfillset(&all);
        sigprocmask(SIG_UNBLOCK, &all, NULL);
        kill(getpid(), WTERMSIG(status));
        exit(128 + WTERMSIG(status));
    }
    exit(WEXITSTATUS(status));
}

static _Noreturn void follow(int fd, int signals) {
    struct pollfd polled[2] = {{.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        poll(polled, 2, -1);
        struct signalfd_siginfo info;
        if ((polled[1].revents & POLLIN) && read(signals, &info, sizeof info) == sizeof info) {
            uint8_t packet[2] = {SUDO_FORWARD, (uint8_t)info.ssi_signo};
            send(fd, packet, sizeof packet, MSG_NOSIGNAL);
        }
        if (polled[0].revents) {
            uint8_t packet[5];
            ssize_t got = recv(fd, packet, sizeof packet, 0);
            if (got == sizeof packet && packet[0] == SUDO_ENDED) {
                end((int)get32(packet + 1));
            }
            if (got == sizeof packet) {
                die("%s", strerror((int)get32(packet + 1)));
            }
            die("the sandbox's agent is gone or too busy");
        }
    }
}

/* Closed ones become /dev/null, so that nothing else gets their numbers. */
static void occupy_standard(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    close(fd);
}

int sudo_main(int argc, char **argv) {
    struct sudo_options options;
    struct account account;
    struct job job = {0};
    occupy_standard();
    if (!sudo_options_read(&options, argc, argv)) {
        return 1;
    }
    if (!account_find(&account, options.user)) {
        die("unknown user %s", options.user);
    }
    if (options.group && !account_find_group(&account.gid, options.group)) {
        die("unknown group %s", options.group);
    }
    set_environment(&job, &options, &account);
    char **command = options.command;
    for (; *command && strchr(*command, '=') && **command != '='; command++) {
        add(&job.environment, &job.variable_count, *command);
    }
    if (!*command && !options.login && !options.shell) {
        die("no command");
    }
    set_arguments(&job, &options, &account, command);
    uint8_t fixed[SUDO_FIXED];
    put32(put32(put32(put32(fixed, account.uid), account.gid), job.argument_count), job.variable_count);
    int directory = open(options.login ? account.home : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int fds[SUDO_DESCRIPTORS] = {0, 1, 2, directory < 0 ? open("/", O_PATH | O_CLOEXEC) : directory};
    int signals = open_signals(), fd = dial();
    send_text(fd, &(struct bytes){fixed, 0, sizeof fixed, sizeof fixed});
    send_text(fd, &job.arguments);
    send_text(fd, &job.environment);
    send_run(fd, fds);
    follow(fd, signals);
}
