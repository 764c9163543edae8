#include "drain.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loop.h"

static void ready(struct source *source, uint32_t events) {
    static char dropped[65536];
    (void)events;
    ssize_t got = read(source->fd, dropped, sizeof dropped);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        loop_close(source);
        loop_free(source, source);
    }
}

void drain_adopt(int fd) {
    struct source *source = malloc(sizeof *source);
    if (!source) {
        close(fd);
        return;
    }
    loop_add(source, fd, EPOLLIN, ready);
}
