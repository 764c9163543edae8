/* Tries what the filter refuses, from within; prints each call that was answered otherwise. Exit code 0 when none was. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int wrong;

static void expect(const char *what, int error, long result) {
    int got = result == -1 ? errno : 0;
    if (got != error) {
        printf("%s: %s, not %s\n", what, strerror(got), strerror(error));
        wrong = 1;
    }
}

#define REFUSED(call, ...) expect(#call, EPERM, syscall(SYS_##call, ##__VA_ARGS__))

static void other_tables(void) {
#if defined(__x86_64__)
    expect("getpid by x32", ENOSYS, syscall(0x40000000 + SYS_getpid));
    pid_t child = fork();
    if (child == 0) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory"); /* getpid by i386 */
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) {
        printf("a call by i386's table went through\n");
        wrong = 1;
    }
#endif
}

int main(void) {
    struct { unsigned long long flags, rest[10]; } arguments = {0};
    REFUSED(mount, "none", "/tmp", "tmpfs", 0, 0);
    REFUSED(umount2, "/tmp", 0);
    REFUSED(pivot_root, "/", "/");
    REFUSED(chroot, "/tmp");
    REFUSED(fsopen, "tmpfs", 0);
    REFUSED(open_tree, -100, "/", 0);
    REFUSED(move_mount, -1, "", -1, "", 0);
    REFUSED(mount_setattr, -1, "", 0, 0, 0);
    REFUSED(setns, 0, 0);
    REFUSED(unshare, CLONE_NEWUSER);
    REFUSED(unshare, CLONE_NEWNET | CLONE_FILES);
    expect("unshare of files", 0, syscall(SYS_unshare, CLONE_FILES));
#if defined(__x86_64__)
    REFUSED(clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    REFUSED(modify_ldt, 0, 0, 0);
    REFUSED(iopl, 3);
#endif
    expect("clone3", ENOSYS, syscall(SYS_clone3, &arguments, sizeof arguments));
    REFUSED(bpf, 0, 0, 0);
    REFUSED(userfaultfd, 0);
    REFUSED(io_uring_setup, 1, 0);
    REFUSED(perf_event_open, 0, 0, 0, 0, 0);
    REFUSED(ptrace, PTRACE_TRACEME, 0, 0, 0);
    REFUSED(process_vm_readv, getpid(), 0, 0, 0, 0, 0);
    REFUSED(pidfd_getfd, 0, 0, 0);
    REFUSED(kcmp, 0, 0, 0, 0, 0);
    REFUSED(add_key, "user", "x", "y", 1, -3);
    REFUSED(keyctl, 0, -3, 0);
    REFUSED(request_key, "user", "x", 0, 0);
    REFUSED(syslog, 3, 0, 0);
    REFUSED(acct, 0);
    REFUSED(quotactl, 0, 0, 0, 0);
    REFUSED(kexec_load, 0, 0, 0, 0);
    REFUSED(init_module, 0, 0, 0);
    REFUSED(finit_module, 0, 0, 0);
    REFUSED(delete_module, 0, 0);
    REFUSED(open_by_handle_at, 0, 0, 0);
    REFUSED(swapon, "/x", 0);
    REFUSED(reboot, 0, 0, 0, 0);
    REFUSED(settimeofday, 0, 0);
    REFUSED(clock_settime, 0, 0);
    REFUSED(mbind, 0, 0, 0, 0, 0, 0);
    REFUSED(move_pages, 0, 0, 0, 0, 0, 0);
    REFUSED(personality, 0x0040000);
    expect("personality of now", 0, syscall(SYS_personality, 0xffffffff) == -1 ? -1 : 0);
    expect("TIOCSTI", EPERM, ioctl(0, TIOCSTI, "x"));
    expect("TIOCLINUX", EPERM, ioctl(0, TIOCLINUX, "x"));
    expect("TIOCSTI with high bits", EPERM, syscall(SYS_ioctl, 0, 0xffffffff00000000UL | TIOCSTI, "x"));
    int families[] = {AF_PACKET, AF_ALG, AF_VSOCK, AF_BLUETOOTH, AF_KEY, AF_TIPC, 45};
    for (unsigned i = 0; i < sizeof families / sizeof *families; i++) {
        expect("socket", EAFNOSUPPORT, socket(families[i], SOCK_RAW, 0));
    }
    expect("inet socket", 0, socket(AF_INET, SOCK_STREAM, 0) < 0 ? -1 : 0);
    expect("unix socket", 0, socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? -1 : 0);
    expect("netlink socket", 0, socket(AF_NETLINK, SOCK_RAW, 0) < 0 ? -1 : 0);
    other_tables();
    return wrong;
}
