/*
 * grabs KIND COUNT: takes up to COUNT of one thing that the kernel counts, says "KIND: N, then WHY", and holds them for as
 * long as it lives, at most a minute. With COUNT 1 it ends at once, with code 0 when it got one.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MIB (1 << 20)
#define RULES 4096

static bool once; /* then nothing may be left */
static char block[64 * 1024];
static struct sock_filter rules[RULES];

static long inotify_instance(long n) { return (void)n, inotify_init1(IN_CLOEXEC); }

static int watcher;
static long watched, watch_most;
static int watch(const char *path, const struct stat *status, int type, struct FTW *at) {
    (void)status, (void)type, (void)at;
    return watched >= watch_most || inotify_add_watch(watcher, path, IN_MODIFY) < 0 ? 1 : (watched++, 0);
}
static long inotify_watches(long n) { /* all of them by the first call */
    if (n > 0) {
        return -1;
    }
    watcher = inotify_init1(IN_CLOEXEC);
    return watcher < 0 || nftw("/usr", watch, 64, FTW_PHYS) < 0 || watched == 0 ? -1 : 0;
}

static long terminal(long n) { return (void)n, open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC); }

static long queued_signal(long n) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = (int)n});
}

static long timer(long n) {
    timer_t made;
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    return (void)n, timer_create(CLOCK_MONOTONIC, &none, &made);
}

static long message_queue(long n) {
    char name[64];
    struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
    snprintf(name, sizeof name, "/grab%ld.%d", n, (int)getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    mq_unlink(name);
    return queue;
}

static long shared_memory(long n) {
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    return (void)n, once && id >= 0 ? shmctl(id, IPC_RMID, NULL) : id;
}

static long semaphores(long n) {
    int id = semget(IPC_PRIVATE, 1000, IPC_CREAT | 0600);
    return (void)n, once && id >= 0 ? semctl(id, 0, IPC_RMID) : id;
}

static long messages(long n) {
    static int queue;
    static struct {
        long type;
        char text[8000];
    } message = {.type = 1};
    if (n % 2 == 0) {
        queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    }
    long sent = queue < 0 ? -1 : msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT);
    return once && queue >= 0 ? msgctl(queue, IPC_RMID, NULL) : sent;
}

static long pipe_pages(long n) {
    int ends[2];
    (void)n;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 || fcntl(ends[1], F_SETPIPE_SZ, MIB) < 0) {
        return -1;
    }
    while (write(ends[1], block, sizeof block) > 0) {
    }
    return 0;
}

static long file_lock(long n) {
    static int file;
    char name[] = "/tmp/grab.XXXXXX";
    if (n == 0) {
        file = mkstemp(name);
        unlink(name);
    }
    if (n == 2000) { /* each makes the next one slower */
        return -1;
    }
    struct flock one = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2 * n, .l_len = 1};
    return fcntl(file, F_SETLK, &one);
}

static long open_file(long n) { return (void)n, open("/dev/null", O_RDONLY | O_CLOEXEC); }

static long epoll_watch(long n) {
    static int epoll, events[400];
    long which = n % 400;
    if (which == 0) {
        epoll = epoll_create1(EPOLL_CLOEXEC);
    }
    if (n < 400) {
        events[which] = eventfd(0, EFD_CLOEXEC);
    }
    return epoll < 0 || n == 100000 ? -1 : epoll_ctl(epoll, EPOLL_CTL_ADD, events[which], &(struct epoll_event){.events = EPOLLIN});
}

static long timer_file(long n) { return (void)n, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC); }
static long event_file(long n) { return (void)n, eventfd(0, EFD_CLOEXEC); }

static long key(long n) {
    char name[32];
    snprintf(name, sizeof name, "grab%ld.%d", n, (int)getpid());
    return syscall(SYS_add_key, "user", name, "value", 5, -2 /* of the process */);
}

static long locked_memory(long n) {
    void *memory = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return (void)n, memory == MAP_FAILED ? -1 : mlock(memory, MIB);
}

static long huge_page(long n) {
    char *memory = mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    if (memory == MAP_FAILED) {
        return -1;
    }
    return memory[0] = (char)n, 0;
}

static long huge_segment(long n) {
    int id = shmget(IPC_PRIVATE, 2 * MIB, IPC_CREAT | SHM_HUGETLB | 0600);
    return (void)n, once && id >= 0 ? shmctl(id, IPC_RMID, NULL) : id;
}

static long huge_file(long n) {
    int file = (int)syscall(SYS_memfd_create, "grab", MFD_CLOEXEC | MFD_HUGETLB);
    return (void)n, file < 0 ? -1 : ftruncate(file, 2 * MIB);
}

static struct sock_fprog program(void) {
    for (int i = 0; i < RULES - 1; i++) {
        rules[i] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, (unsigned)i);
    }
    rules[RULES - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0x7fff0000);
    return (struct sock_fprog){RULES, rules};
}

static long socket_filter(long n) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sock_fprog made = program();
    return (void)n, fd < 0 ? -1 : setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &made, sizeof made);
}

static long call_filter(long n) {
    struct sock_fprog made = program();
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (void)n, prctl(PR_SET_SECCOMP, 2, &made);
}

static long bpf_map(long n) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return (void)n, syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}

static long counter(long n) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_DUMMY};
    return (void)n, syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static long fanotify(long n) { return (void)n, fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDONLY); }

static long network(long n) { return (void)n, unshare(CLONE_NEWUSER | CLONE_NEWNET); }

/* Each connection holds what its receiver doesn't read. */
static long tcp_bytes(long n) {
    static int listener = -1;
    static struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    if (n == 0) {
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0 ||
            getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
            return -1;
        }
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, length) != 0 || accept(listener, NULL, NULL) < 0) {
        return -1;
    }
    int size = 8 * MIB;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    for (int idle = 0; idle < 3;) {
        idle = send(fd, block, sizeof block, MSG_DONTWAIT) > 0 ? 0 : (usleep(200), idle + 1);
    }
    return 0;
}

static long udp_bytes(long n) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = 8 * MIB;
    (void)n;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    for (int i = 0; i < 300; i++) {
        sendto(fd, block, 60000, MSG_DONTWAIT, (struct sockaddr *)&address, length);
    }
    return 0;
}

static long unix_bytes(long n) {
    int ends[2], size = 8 * MIB;
    (void)n;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return -1;
    }
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    while (send(ends[0], block, sizeof block, MSG_DONTWAIT) > 0) {
    }
    return 0;
}

/* A dump that nobody reads. */
static long netlink_bytes(long n) {
    struct {
        struct nlmsghdr head;
        char rest[16];
    } ask = {.head = {.nlmsg_len = sizeof ask, .nlmsg_type = 18 /* links */, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    return (void)n, fd < 0 ? -1 : send(fd, &ask, sizeof ask, 0);
}

#define KIND(name) {#name, name}
static const struct {
    const char *name;
    long (*take)(long n);
} kinds[] = {
    KIND(inotify_instance), KIND(inotify_watches), KIND(terminal), KIND(queued_signal), KIND(timer), KIND(message_queue),
    KIND(shared_memory), KIND(semaphores), KIND(messages), KIND(pipe_pages), KIND(file_lock), KIND(open_file),
    KIND(epoll_watch), KIND(timer_file), KIND(event_file), KIND(key), KIND(locked_memory), KIND(huge_page),
    KIND(huge_segment), KIND(huge_file), KIND(socket_filter), KIND(call_filter), KIND(bpf_map), KIND(counter),
    KIND(fanotify), KIND(network), KIND(tcp_bytes), KIND(udp_bytes), KIND(unix_bytes), KIND(netlink_bytes),
};

int main(int argc, char **argv) {
    long most = argc == 3 ? atol(argv[2]) : 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    watch_most = most;
    once = most == 1;
    for (size_t i = 0; most > 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, argv[1]) != 0) {
            continue;
        }
        long taken = 0;
        errno = 0;
        while (taken < most && kinds[i].take(taken) >= 0) {
            taken++;
        }
        printf("%s: %ld, then %s\n", argv[1], watched ? watched : taken, taken < most ? strerror(errno) : "no more were wanted");
        fflush(stdout);
        if (!once) {
            sleep(60);
        }
        return taken > 0 ? 0 : 1;
    }
    return 2;
}
