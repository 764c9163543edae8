/* Refuses what a sandbox has no need of and what kernels had most of their holes in. Classic BPF, written by hand. */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/memfd.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no filter for this architecture"
#endif

#ifndef __NR_quotactl_fd
#define __NR_quotactl_fd 443
#endif
#ifndef __NR_set_mempolicy_home_node
#define __NR_set_mempolicy_home_node 450
#endif
#ifndef __NR_open_tree_attr
#define __NR_open_tree_attr 467
#endif
#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif

#define CLONE_TIME 0x00000080
#define NAMESPACES \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define X32_BIT 0x40000000

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* All arguments looked at are 32 bits for the kernel too; both architectures are little endian. */
#define LOAD_ARGUMENT(index) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[index]))
#define LOAD_UPPER_HALF(index) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[index]) + sizeof(uint32_t))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define IF(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (skip), 0)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define REFUSE(error) RETURN(SECCOMP_RET_ERRNO | (error))
#define IF_ANY(bits, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (then), (otherwise))
#define DENY(call) UNLESS(__NR_##call, 1), REFUSE(EPERM)

static const struct sock_filter filter[] = {
    LOAD(arch),
    IF(ARCHITECTURE, 1),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined(__x86_64__)
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
    REFUSE(ENOSYS),
#endif
    /* Huge pages: one pool for the machine, charged to nobody. First, since programs map memory all the time. */
    UNLESS(__NR_mmap, 4), LOAD_ARGUMENT(3), IF_ANY(MAP_HUGETLB, 0, 1), REFUSE(ENOMEM), ALLOW,
    UNLESS(__NR_shmget, 4), LOAD_ARGUMENT(2), IF_ANY(SHM_HUGETLB, 0, 1), REFUSE(ENOMEM), ALLOW,
    UNLESS(__NR_memfd_create, 4), LOAD_ARGUMENT(1), IF_ANY(MFD_HUGETLB, 0, 1), REFUSE(ENOMEM), ALLOW,
    /* Filters: their machine code comes out of one bound for the machine, and where that is used up, no sandbox starts.
     * Programs take these answers for a kernel without. */
    UNLESS(__NR_seccomp, 1), REFUSE(ENOSYS),
    UNLESS(__NR_prctl, 4), LOAD_ARGUMENT(0), UNLESS(PR_SET_SECCOMP, 1), REFUSE(EINVAL), ALLOW,
    UNLESS(__NR_setsockopt, 9), LOAD_ARGUMENT(1), UNLESS(SOL_SOCKET, 6), LOAD_ARGUMENT(2), IF(SO_ATTACH_FILTER, 3),
    IF(SO_ATTACH_BPF, 2), IF(SO_ATTACH_REUSEPORT_CBPF, 1), UNLESS(SO_ATTACH_REUSEPORT_EBPF, 1), REFUSE(EPERM), ALLOW,
    /* The kernel's log, accounting, quotas, keyrings. */
    DENY(syslog), DENY(acct), DENY(quotactl), DENY(quotactl_fd), DENY(add_key), DENY(request_key), DENY(keyctl),
    /* Mounts, old and new, and roots. */
    DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot), DENY(open_tree), DENY(open_tree_attr),
    DENY(move_mount), DENY(fsopen), DENY(fsconfig), DENY(fsmount), DENY(fspick), DENY(mount_setattr),
    DENY(swapon), DENY(swapoff), DENY(open_by_handle_at), DENY(fanotify_init),
    /* The machine. */
    DENY(reboot), DENY(kexec_load), DENY(init_module), DENY(finit_module), DENY(delete_module),
    DENY(settimeofday), DENY(clock_settime), DENY(clock_adjtime), DENY(adjtimex), DENY(vhangup),
#if defined(__NR_kexec_file_load)
    DENY(kexec_file_load),
#endif
#if defined(__x86_64__)
    DENY(modify_ldt), DENY(iopl), DENY(ioperm), DENY(uselib), DENY(ustat), DENY(sysfs), DENY(_sysctl),
#endif
    /* Other processes' memory and descriptors. */
    DENY(ptrace), DENY(process_vm_readv), DENY(process_vm_writev), DENY(pidfd_getfd), DENY(kcmp),
    DENY(process_madvise), DENY(perf_event_open), DENY(lookup_dcookie),
    /* Large and young parts of the kernel. */
    DENY(bpf), DENY(userfaultfd), DENY(io_uring_setup), DENY(io_uring_enter), DENY(io_uring_register),
    DENY(mbind), DENY(set_mempolicy), DENY(get_mempolicy), DENY(migrate_pages), DENY(move_pages),
    DENY(set_mempolicy_home_node), DENY(nfsservctl),
    /* Namespaces; the arguments of clone3 lie in memory, libraries fall back to clone. */
    DENY(setns),
    UNLESS(__NR_clone3, 1), REFUSE(ENOSYS),
    UNLESS(__NR_clone, 4), LOAD_ARGUMENT(0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1), REFUSE(EPERM), ALLOW,
    UNLESS(__NR_unshare, 4), LOAD_ARGUMENT(0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES | CLONE_TIME, 0, 1), REFUSE(EPERM), ALLOW,
    /* Typing into somebody's terminal. */
    UNLESS(__NR_ioctl, 5), LOAD_ARGUMENT(1), IF(TIOCSTI, 1), UNLESS(TIOCLINUX, 1), REFUSE(EPERM), ALLOW,
    /* The limit of cores stays, see confine.c; programs that set it believe that they did. */
    UNLESS(__NR_setrlimit, 4), LOAD_ARGUMENT(0), UNLESS(RLIMIT_CORE, 1), REFUSE(0), ALLOW,
    UNLESS(__NR_prlimit64, 8), LOAD_ARGUMENT(1), UNLESS(RLIMIT_CORE, 4), LOAD_ARGUMENT(2), UNLESS(0, 3),
    LOAD_UPPER_HALF(2), UNLESS(0, 1), ALLOW, REFUSE(0),
    /* Kinds of sockets; of netlink the one by which libraries ask for addresses. */
    IF(__NR_socket, 1), UNLESS(__NR_socketpair, 10), LOAD_ARGUMENT(0), IF(AF_UNIX, 7), IF(AF_INET, 6), IF(AF_INET6, 5),
    IF(AF_NETLINK, 1), REFUSE(EAFNOSUPPORT), LOAD_ARGUMENT(2), IF(NETLINK_ROUTE, 1), REFUSE(EPROTONOSUPPORT), ALLOW,
    /* Execution domains that programs ask for in earnest; all ones asks which is set. */
    UNLESS(__NR_personality, 8), LOAD_ARGUMENT(0), IF(0, 5), IF(0x0008, 4), IF(0x20000, 3), IF(0x20008, 2),
    IF(0xffffffff, 1), REFUSE(EPERM), ALLOW,
    ALLOW,
};

int seccomp_open(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    ssize_t written = write(ends[1], filter, sizeof filter);
    close(ends[1]);
    if (written != (ssize_t)sizeof filter) {
        close(ends[0]);
        return -1;
    }
    return ends[0];
}
