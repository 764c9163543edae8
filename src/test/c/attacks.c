/*
 * Tries from inside a sandbox what no sandbox may do, each in a process of its own, and prints a line for each attempt:
 * "denied NAME: why" or "ALLOWED NAME". Linked statically, so that it needs nothing of the sandbox.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_alg.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static pid_t victim; /* a process of the same user that only waits */
static pid_t agent;
static char spare[64];

/* Each attempt answers a negative number, or false, where it was denied, and leaves errno. */
static long opened(const char *path, int flags) { return open(path, flags | O_CLOEXEC); }

static long wrote(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? -1 : write(fd, text, strlen(text));
}

/* Rewrites a setting with its own value. */
static long rewrote(const char *path) {
    char text[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
    return wrote(path, length > 0 ? text : "1");
}

static long of_process(const char *format, pid_t pid, int flags) {
    char path[64];
    snprintf(path, sizeof path, format, pid);
    int fd = open(path, flags | O_CLOEXEC);
    return fd;
}

static long reads_memory(pid_t pid) {
    struct iovec here = {spare, 1}, there = {(void *)0x400000, 1};
    return syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0);
}

static long writes_memory(pid_t pid) {
    struct iovec here = {spare, 1}, there = {spare, 1};
    return syscall(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0);
}

static long traces(pid_t pid) {
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
        return 0;
    }
    return ptrace(PTRACE_ATTACH, pid, 0, 0);
}

static long takes_descriptor(pid_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -1 : syscall(SYS_pidfd_getfd, fd, 1, 0);
}

static long enters(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -1 : setns(fd, 0);
}

static long clones(unsigned long flags) {
    long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid;
}

static long clones_by_structure(unsigned long flags) {
    struct {
        unsigned long long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } arguments = {.flags = flags, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) {
        _exit(0);
    }
    return pid;
}

static long measures(void) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
    return syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static long loads_program(void) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}

static long sets_up_ring(void) {
    struct io_uring_params parameters = {0};
    return syscall(SYS_io_uring_setup, 4, &parameters);
}

static long opens_by_handle(void) {
    struct {
        struct file_handle head;
        unsigned char bytes[128];
    } handle = {.head.handle_bytes = 8, .head.handle_type = 1, .bytes = {2}};
    return open_by_handle_at(AT_FDCWD, &handle.head, O_RDONLY);
}

static int terminal(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(master), unlockpt(master);
    setsid();
    int slave = open(ptsname(master), O_RDWR);
    ioctl(slave, TIOCSCTTY, 0);
    return slave;
}

static long leaves_root(void) {
    if (chroot("/tmp") != 0) {
        return -1;
    }
    return chdir("../../../../..");
}

static long sets_own_clock(void) { /* to what it shows */
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now);
}

static long gains_nothing_new(void) { return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0); }

static long regains_capability(void) {
    unsigned int head[2] = {0x20080522, 0}, data[6];
    if (syscall(SYS_capget, head, data) != 0) {
        return -1;
    }
    data[0] |= 1u << 21, data[1] |= 1u << 21; /* CAP_SYS_ADMIN */
    return syscall(SYS_capset, head, data);
}

static long raises_limit(void) {
    unsigned long limit[2] = {~0ul, ~0ul};
    return syscall(SYS_prlimit64, 0, 1 /* RLIMIT_FSIZE */, limit, 0);
}

/* A crash would start the host's program for cores where the limit is not 1. */
static long changes_limit_of_cores(bool old_call) {
    unsigned long limit[2] = {0, 0};
    syscall(old_call ? SYS_setrlimit : SYS_prlimit64, old_call ? 4 : 0, old_call ? (long)limit : 4, limit, 0);
    return syscall(SYS_prlimit64, 0, 4 /* RLIMIT_CORE */, 0, limit) != 0 || limit[0] == 1 ? -1 : 0;
}

#if defined(__x86_64__)
static long calls_x32(void) {
    long result = syscall(0x40000000 | SYS_getpid);
    return result;
}

/* getpid by the i386 entry */
static long calls_i386(void) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
    errno = result < 0 ? (int)-result : 0;
    return result < 0 ? -1 : result;
}

static long calls_i386_mount(void) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(21), "b"(0), "c"(0), "d"(0) : "memory", "r8", "r9", "r10", "r11");
    errno = result < 0 ? (int)-result : 0;
    return result < 0 ? -1 : result;
}
#endif

/* Denied when not one family but those that sandboxes have, and of netlink no other protocol than routing, is open. */
static long opens_any_other_family(void) {
    for (int family = 0; family < 64; family++) {
        if (family != AF_UNIX && family != AF_INET && family != AF_INET6 && family != AF_NETLINK &&
            socket(family, SOCK_RAW, 0) >= 0) {
            return family;
        }
    }
    return -1;
}

static long opens_any_other_netlink(void) {
    for (int protocol = 1; protocol < MAX_LINKS; protocol++) {
        if (socket(AF_NETLINK, SOCK_RAW, protocol) >= 0 || errno != EPROTONOSUPPORT) {
            return protocol;
        }
    }
    return -1;
}

struct attempt {
    const char *name;
    long (*run)(void);
};

#define DO(name, expression) static long name(void) { return (expression); }
DO(mounts_tmpfs, mount("none", "/tmp", "tmpfs", 0, ""))
DO(mounts_proc, mount("proc", "/tmp", "proc", 0, ""))
DO(binds, mount("/usr", "/tmp", NULL, MS_BIND, NULL))
DO(remounts_writable, mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL))
DO(unmounts, umount2("/proc/sys", MNT_DETACH))
DO(unmounts_mask, umount2("/proc/kcore", MNT_DETACH))
DO(pivots, syscall(SYS_pivot_root, "/tmp", "/tmp"))
DO(opens_tree, syscall(428, AT_FDCWD, "/", 1))
DO(moves_mount, syscall(429, AT_FDCWD, "/tmp", AT_FDCWD, "/home", 0))
DO(opens_filesystem, syscall(430, "tmpfs", 0))
DO(sets_mount, syscall(442, AT_FDCWD, "/usr", 0, spare, 32))
DO(unshares_user, unshare(CLONE_NEWUSER))
DO(unshares_mounts, unshare(CLONE_NEWNS))
DO(unshares_network, unshare(CLONE_NEWNET))
DO(unshares_processes, unshare(CLONE_NEWPID))
DO(unshares_time, unshare(0x80))
DO(unshares_cgroup, unshare(CLONE_NEWCGROUP))
DO(clones_user, clones(CLONE_NEWUSER))
DO(clones_user_and_mounts, clones(CLONE_NEWUSER | CLONE_NEWNS))
DO(clones3_user, clones_by_structure(CLONE_NEWUSER))
DO(enters_init_mounts, enters("/proc/1/ns/mnt"))
DO(enters_init_user, enters("/proc/1/ns/user"))
DO(enters_own_network, enters("/proc/self/ns/net"))
DO(makes_block_device, mknod("/tmp/block", S_IFBLK | 0600, makedev(8, 0)))
DO(makes_memory_device, mknod("/tmp/mem", S_IFCHR | 0600, makedev(1, 1)))
DO(makes_kmsg_device, mknod("/dev/kmsg", S_IFCHR | 0600, makedev(1, 11)))
DO(adds_key, syscall(SYS_add_key, "user", "name", "value", 5, -3))
DO(searches_keys, syscall(SYS_keyctl, 10, -3, "user", "name", 0))
DO(joins_keyring, syscall(SYS_keyctl, 1, 0))
DO(requests_key, syscall(SYS_request_key, "user", "name", 0, -3))
DO(faults, syscall(SYS_userfaultfd, 0))
DO(faults_in_user_mode, syscall(SYS_userfaultfd, 1))
DO(enters_ring, syscall(SYS_io_uring_enter, 0, 1, 0, 0, 0, 0))
DO(traces_child, traces(victim))
DO(traces_agent, traces(agent))
DO(traces_first, traces(1))
DO(asks_to_be_traced, ptrace(PTRACE_TRACEME, 0, 0, 0))
DO(reads_childs_memory, reads_memory(victim))
DO(reads_agents_memory, reads_memory(agent))
DO(writes_agents_memory, writes_memory(agent))
DO(opens_agents_memory, of_process("/proc/%d/mem", agent, O_RDONLY))
DO(opens_agents_memory_to_write, of_process("/proc/%d/mem", agent, O_RDWR))
DO(opens_firsts_memory, of_process("/proc/%d/mem", 1, O_RDWR))
DO(maps_agent, of_process("/proc/%d/maps", agent, O_RDONLY) < 0 ? -1 : read((int)of_process("/proc/%d/maps", agent, O_RDONLY), spare, 8) - 1)
DO(lists_agents_descriptors, of_process("/proc/%d/fd", agent, O_RDONLY | O_DIRECTORY) < 0 ? -1 : of_process("/proc/%d/fd/3", agent, O_RDWR))
DO(takes_agents_listener, of_process("/proc/%d/fd/3", agent, O_PATH))
DO(takes_agents_epoll, of_process("/proc/%d/fd/4", agent, O_PATH))
DO(takes_agents_descriptor, takes_descriptor(agent))
DO(takes_firsts_descriptor, takes_descriptor(1))
DO(takes_childs_descriptor, takes_descriptor(victim))
DO(enters_agents_root, of_process("/proc/%d/root/etc/passwd", agent, O_RDONLY))
DO(enters_firsts_root, of_process("/proc/%d/root/etc/passwd", 1, O_RDONLY))
DO(enters_firsts_directory, of_process("/proc/%d/cwd/etc", 1, O_RDONLY))
DO(reads_agents_environment, of_process("/proc/%d/environ", agent, O_RDONLY))
DO(offers_first_to_oom, wrote("/proc/1/oom_score_adj", "1000"))
DO(saves_itself_from_oom, wrote("/proc/self/oom_score_adj", "0"))
DO(offers_itself_to_oom, wrote("/proc/self/oom_score_adj", "1000"))
DO(finds_the_agents_proc, opened("/run/proc/self/oom_score_adj", O_WRONLY))
DO(writes_its_own_name, wrote("/proc/self/comm", "agent"))
DO(loads_kernel, syscall(SYS_kexec_load, 0, 0, 0, 0))
DO(loads_module, syscall(SYS_init_module, spare, 0, ""))
DO(loads_module_file, syscall(SYS_finit_module, 0, "", 0))
DO(unloads_module, syscall(SYS_delete_module, "ext4", 0))
DO(reboots, syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL)) /* Ctrl-Alt-Del off */
DO(swaps, swapon("/tmp/swap", 0))
DO(accounts, syscall(SYS_acct, "/tmp/acct"))
DO(sets_quota, syscall(SYS_quotactl, 0x80000100, "/dev/sda1", 0, 0))
DO(reads_kernel_log, syscall(SYS_syslog, 3, spare, sizeof spare))
DO(sets_clock, sets_own_clock())
DO(sets_host_name, syscall(SYS_sethostname, "mine", 4))
DO(watches_all_files, syscall(SYS_fanotify_init, 0, 0))
DO(types_into_terminal, ioctl(terminal(), TIOCSTI, "x"))
DO(selects_in_terminal, ioctl(terminal(), 0x541C, "\2"))
DO(types_with_high_bits, syscall(SYS_ioctl, terminal(), 0xdead00000000ul | TIOCSTI, "x"))
DO(opens_packet_socket, socket(AF_PACKET, SOCK_RAW, 0x0300))
DO(opens_machine_socket, socket(AF_VSOCK, SOCK_STREAM, 0))
DO(opens_crypto_socket, socket(AF_ALG, SOCK_SEQPACKET, 0))
DO(opens_raw_socket, socket(AF_INET, SOCK_RAW, 1))
DO(opens_key_socket, socket(AF_KEY, SOCK_RAW, 2))
DO(opens_bluetooth_socket, socket(AF_BLUETOOTH, SOCK_RAW, 1))
DO(opens_xdp_socket, socket(44, SOCK_RAW, 0))
DO(opens_packet_pair, socketpair(AF_TIPC, SOCK_STREAM, 0, (int[2]){0, 0}))
DO(writes_core_pattern, rewrote("/proc/sys/kernel/core_pattern"))
DO(writes_swappiness, rewrote("/proc/sys/vm/swappiness"))
DO(writes_overcommit, rewrote("/proc/sys/vm/overcommit_memory"))
DO(writes_random_boot, wrote("/proc/sys/kernel/hostname", "mine"))
DO(writes_modprobe, rewrote("/proc/sys/kernel/modprobe"))
DO(writes_user_namespaces, wrote("/proc/sys/user/max_user_namespaces", "1000"))
DO(writes_binfmt, wrote("/proc/sys/fs/binfmt_misc/register", ":a:M::x::/tmp/a:"))
DO(writes_ip_forward, wrote("/proc/sys/net/ipv4/ip_forward", "1"))
DO(presses_sysrq, wrote("/proc/sysrq-trigger", "h"))
DO(reads_kernel_memory, opened("/proc/kcore", O_RDONLY) < 0 ? -1 : read((int)opened("/proc/kcore", O_RDONLY), spare, 8) - 1)
DO(opens_disk, opened("/dev/sda", O_RDONLY))
DO(opens_memory, opened("/dev/mem", O_RDONLY))
DO(opens_kernel_messages, opened("/dev/kmsg", O_RDONLY))
DO(opens_fuse, opened("/dev/fuse", O_RDWR))
DO(opens_kvm, opened("/dev/kvm", O_RDWR))
DO(opens_tun, opened("/dev/net/tun", O_RDWR))
DO(opens_sys, opened("/sys/kernel", O_RDONLY))
DO(opens_cgroups, opened("/sys/fs/cgroup", O_RDONLY))
DO(writes_usr, opened("/usr/mine", O_WRONLY | O_CREAT))
DO(writes_etc_passwd, opened("/etc/passwd", O_WRONLY))
DO(writes_agent, opened("/run/agent", O_WRONLY))
DO(renames_agent, rename("/run/agent", "/run/other"))
DO(unlinks_passwd, unlink("/etc/passwd"))
DO(writes_own_uid_map, wrote("/proc/self/uid_map", "0 0 1"))

DO(drops_limit_of_cores, changes_limit_of_cores(false))
DO(drops_limit_of_cores_the_old_way, changes_limit_of_cores(true))

#define TRY(name) {#name, name}
static const struct attempt attempts[] = {
    TRY(mounts_tmpfs), TRY(mounts_proc), TRY(binds), TRY(remounts_writable), TRY(unmounts), TRY(unmounts_mask), TRY(pivots),
    TRY(opens_tree), TRY(moves_mount), TRY(opens_filesystem), TRY(sets_mount), TRY(unshares_user), TRY(unshares_mounts),
    TRY(unshares_network), TRY(unshares_processes), TRY(unshares_time), TRY(unshares_cgroup), TRY(clones_user),
    TRY(clones_user_and_mounts), TRY(clones3_user), TRY(enters_init_mounts), TRY(enters_init_user), TRY(enters_own_network),
    TRY(makes_block_device), TRY(makes_memory_device), TRY(makes_kmsg_device), TRY(adds_key), TRY(searches_keys),
    TRY(joins_keyring), TRY(requests_key), TRY(measures), TRY(loads_program), TRY(sets_up_ring), TRY(enters_ring), TRY(faults),
    TRY(faults_in_user_mode), TRY(traces_child), TRY(traces_agent), TRY(traces_first), TRY(asks_to_be_traced),
    TRY(reads_childs_memory), TRY(reads_agents_memory), TRY(writes_agents_memory), TRY(opens_agents_memory),
    TRY(opens_agents_memory_to_write), TRY(opens_firsts_memory), TRY(maps_agent), TRY(lists_agents_descriptors),
    TRY(takes_agents_listener), TRY(takes_agents_epoll), TRY(takes_agents_descriptor), TRY(takes_firsts_descriptor),
    TRY(takes_childs_descriptor), TRY(enters_agents_root), TRY(enters_firsts_root), TRY(enters_firsts_directory),
    TRY(reads_agents_environment), TRY(offers_first_to_oom), TRY(saves_itself_from_oom), TRY(offers_itself_to_oom), TRY(finds_the_agents_proc),
    TRY(writes_its_own_name), TRY(opens_any_other_family), TRY(opens_any_other_netlink), TRY(loads_kernel), TRY(loads_module), TRY(loads_module_file),
    TRY(unloads_module), TRY(reboots), TRY(swaps), TRY(accounts), TRY(sets_quota), TRY(reads_kernel_log), TRY(sets_clock),
    TRY(sets_host_name), TRY(watches_all_files), TRY(opens_by_handle), TRY(types_into_terminal), TRY(selects_in_terminal),
    TRY(types_with_high_bits), TRY(opens_packet_socket), TRY(opens_machine_socket), TRY(opens_crypto_socket),
    TRY(opens_raw_socket), TRY(opens_key_socket), TRY(opens_bluetooth_socket), TRY(opens_xdp_socket), TRY(opens_packet_pair),
    TRY(writes_core_pattern), TRY(writes_swappiness), TRY(writes_overcommit), TRY(writes_random_boot), TRY(writes_modprobe),
    TRY(writes_user_namespaces), TRY(writes_binfmt), TRY(writes_ip_forward), TRY(presses_sysrq), TRY(reads_kernel_memory),
    TRY(opens_disk), TRY(opens_memory), TRY(opens_kernel_messages), TRY(opens_fuse), TRY(opens_kvm), TRY(opens_tun),
    TRY(opens_sys), TRY(opens_cgroups), TRY(writes_usr), TRY(writes_etc_passwd), TRY(writes_agent), TRY(renames_agent),
    TRY(unlinks_passwd), TRY(writes_own_uid_map), TRY(leaves_root), TRY(gains_nothing_new), TRY(regains_capability),
    TRY(raises_limit), TRY(drops_limit_of_cores), TRY(drops_limit_of_cores_the_old_way),
#if defined(__x86_64__)
    TRY(calls_x32), TRY(calls_i386), TRY(calls_i386_mount),
#endif
};

static void try(const struct attempt *attempt) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        errno = 0;
        long result = attempt->run();
        printf(result < 0 ? "denied %s: %s\n" : "ALLOWED %s\n", attempt->name, strerror(errno));
        fflush(stdout);
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        printf("BROKEN %s: %s\n", attempt->name, strerror(errno));
    } else if (WIFSIGNALED(status)) {
        printf("denied %s: killed by signal %d\n", attempt->name, WTERMSIG(status));
    }
}

/* The agent's process id inside is given. */
int main(int argc, char **argv) {
    agent = argc > 1 ? atoi(argv[1]) : 2;
    victim = fork();
    if (victim == 0) {
        pause();
    }
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        try(&attempts[i]);
    }
    kill(victim, SIGKILL);
    printf("%zu attempts\n", sizeof attempts / sizeof attempts[0]);
    return 0;
}
