#include "sudo_server.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "loop.h"
#include "spawn.h"
#include "sudo_wire.h"
#include "wire.h"

enum { SESSIONS_MAX = 64, HANGUP_MS = 500, REQUEST_MS = 10000, RETRY_MS = 100 };

struct session {
    struct source source;
    struct bytes text;
    pid_t pid;        /* 0 before its command was started */
    uint64_t limit;   /* for the request; after a hang-up, when to kill; 0 none */
    struct session *next;
};

static struct source listener;
static struct session *sessions;
static size_t count;

static void drop(struct session *session) {
    struct session **at = &sessions;
    while (*at != session) {
        at = &(*at)->next;
    }
    *at = session->next;
    count--;
    loop_close(&session->source);
    bytes_free(&session->text);
    loop_free(&session->source, session);
}

static void tell(struct session *session, uint8_t kind, uint32_t value) {
    uint8_t packet[5] = {kind};
    put32(packet + 1, value);
    ssize_t ignored = session->source.fd < 0 ? 0 : send(session->source.fd, packet, sizeof packet, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)ignored;
}

/* Splits the request into arguments and variables; false when it isn't one. */
static bool split(struct session *session, struct spawn *spawn, char **vector[2]) {
    struct bytes *text = &session->text;
    if (bytes_length(text) < SUDO_FIXED || text->data[text->end - 1] != 0) {
        return false;
    }
    char *at = (char *)text->data + SUDO_FIXED, *end = (char *)text->data + text->end;
    for (int i = 0; i < 2; i++) {
        uint32_t strings = get32(text->data + 8 + 4 * i);
        if (strings > SUDO_TEXT_MAX || !(vector[i] = calloc(strings + 1, sizeof(char *)))) {
            return false;
        }
        for (uint32_t n = 0; n < strings; n++) {
            if (at >= end) {
                return false;
            }
            vector[i][n] = at;
            at += strlen(at) + 1;
        }
    }
    spawn->uid = get32(text->data);
    spawn->gid = get32(text->data + 4);
    spawn->arguments = vector[0];
    spawn->environment = vector[1];
    return at == end && vector[0][0] && spawn_may_be(spawn->uid, spawn->gid);
}

static void run(struct session *session, const int fds[SUDO_DESCRIPTORS]) {
    struct spawn spawn = {.fds = {fds[0], fds[1], fds[2]}, .directory_fd = fds[3], .status = -1};
    char **vector[2] = {NULL, NULL};
    int number = EINVAL;
    pid_t pid = -1;
    if (split(session, &spawn, vector)) {
        pid = spawn_child(&spawn);
        number = errno;
    }
    free(vector[0]);
    free(vector[1]);
    bytes_free(&session->text);
    if (pid < 0) {
        tell(session, SUDO_FAILED, (uint32_t)number);
        drop(session);
        return;
    }
    session->pid = pid;
    session->limit = 0;
}

/* The shim is gone. */
static void hang_up(struct session *session) {
    loop_close(&session->source);
    if (session->pid == 0) {
        drop(session);
        return;
    }
    kill(-session->pid, SIGHUP);
    session->limit = loop_now() + HANGUP_MS;
    loop_wake(session->limit);
}

static size_t take_descriptors(struct msghdr *message, int fds[SUDO_DESCRIPTORS]) {
    size_t taken = 0;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
        if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
            taken = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(fds, CMSG_DATA(head), taken * sizeof(int));
        }
    }
    return taken;
}

static void take(struct session *session, const uint8_t *packet, size_t length, const int *fds, size_t descriptors) {
    if (packet[0] == SUDO_TEXT && session->pid == 0 && bytes_length(&session->text) + length <= SUDO_TEXT_MAX) {
        if (!bytes_append(&session->text, packet + 1, length - 1)) {
            drop(session);
        }
    } else if (packet[0] == SUDO_RUN && session->pid == 0 && descriptors == SUDO_DESCRIPTORS) {
        run(session, fds);
    } else if (packet[0] == SUDO_FORWARD && session->pid > 0 && length == 2 && packet[1] >= 1 && packet[1] <= 64) {
        kill(-session->pid, packet[1]);
    } else {
        hang_up(session);
    }
}

static void ready(struct source *source, uint32_t events) {
    static uint8_t packet[SUDO_PIECE + 1];
    struct session *session = CONTAINER(source, struct session, source);
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(SUDO_DESCRIPTORS * sizeof(int))];
    } control;
    int fds[SUDO_DESCRIPTORS];
    struct iovec part = {packet, sizeof packet};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(source->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        hang_up(session);
        return;
    }
    size_t descriptors = take_descriptors(&message, fds);
    take(session, packet, (size_t)got, fds, descriptors);
    for (size_t i = 0; i < descriptors; i++) {
        close(fds[i]);
    }
}

static void accept_ready(struct source *source, uint32_t events) {
    (void)events;
    int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            loop_watch(source, 0);
            loop_wake(loop_now() + RETRY_MS);
        }
        return;
    }
    struct session *session = count < SESSIONS_MAX ? calloc(1, sizeof *session) : NULL;
    if (!session) {
        close(fd);
        return;
    }
    session->next = sessions;
    sessions = session;
    count++;
    session->limit = loop_now() + REQUEST_MS;
    loop_wake(session->limit);
    loop_add(&session->source, fd, EPOLLIN, ready);
}

void sudo_listen(void) {
    listener.fd = -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SUDO_SOCKET};
    if (mkdir("/run/sandbar", 0755) != 0 && errno != EEXIST) {
        return;
    }
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(SUDO_SOCKET);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(SUDO_SOCKET, 0666) != 0 || listen(fd, 64) != 0) {
        close(fd);
        return;
    }
    loop_add(&listener, fd, EPOLLIN, accept_ready);
}

bool sudo_reap(pid_t pid, int status) {
    for (struct session *session = sessions; session; session = session->next) {
        if (session->pid == pid) {
            if (session->limit > 0) {
                kill(-pid, SIGKILL); /* what is left of a group whose shim is gone */
            }
            tell(session, SUDO_ENDED, (uint32_t)status);
            drop(session);
            return true;
        }
    }
    return false;
}

void sudo_tick(uint64_t now) {
    loop_watch(&listener, listener.ready ? EPOLLIN : 0);
    for (struct session *session = sessions, *next; session; session = next) {
        next = session->next;
        if (session->limit == 0) {
            continue;
        }
        if (now < session->limit) {
            loop_wake(session->limit);
        } else if (session->pid > 0) {
            kill(-session->pid, SIGKILL);
        } else {
            drop(session);
        }
    }
}
