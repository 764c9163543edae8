#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TERMINALS = 16, BYTES_PER_FILE = 4096, FEWEST_FILES = 1024 };

bool stage_open(struct stage *stage, const struct launch *launch) {
    char home[512];
    if (snprintf(home, sizeof home, "%s/home", launch->directory) >= (int)sizeof home) {
        errno = ENAMETOOLONG;
        return false;
    }
    /* What the host unmounts goes here too, so that nothing of it stays busy. */
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) {
        return false;
    }
    stage->base = open(launch->base, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    stage->home = open(home, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return stage->base >= 0 && stage->home >= 0;
}

static bool bind(int directory, const char *child, const char *target) {
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d/%s", directory, child);
    return mkdir(target, 0755) == 0 && mount(source, target, NULL, MS_BIND | MS_REC, NULL) == 0;
}

/* Files of a file system in memory are bounded by number too: each costs the kernel more than its bytes. */
static bool mount_memory(const struct launch *launch, const char *target, unsigned long long bytes) {
    char options[128];
    bool outside = launch->ids.by_root; /* of the sandbox's user namespace */
    unsigned long long files = bytes / BYTES_PER_FILE;
    snprintf(options, sizeof options, "mode=1777,uid=%u,gid=%u,size=%llu,nr_inodes=%llu", outside ? launch->ids.uid : 0,
        outside ? launch->ids.gid : 0, bytes, files < FEWEST_FILES ? FEWEST_FILES : files);
    return mkdir(target, 0755) == 0 && mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

/* Of its own and bounded: all of a machine's terminals come out of one count. */
static bool mount_terminals(const char *target) {
    char options[64];
    snprintf(options, sizeof options, "newinstance,ptmxmode=0666,mode=620,max=%d", TERMINALS);
    return mkdir(target, 0755) == 0 && mount("devpts", target, "devpts", MS_NOSUID | MS_NOEXEC, options) == 0;
}

bool stage_mount(const struct stage *stage, const struct launch *launch) {
    return mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k,nr_inodes=16") == 0 &&
        bind(stage->base, ".", "/tmp/base") && bind(stage->home, "user", "/tmp/home") && mount_terminals("/tmp/pts") &&
        mount_memory(launch, "/tmp/tmp", launch->temporary_bytes) && mount_memory(launch, "/tmp/shm", launch->temporary_bytes / 2);
}

bool stage_seal(pid_t first) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", (int)first);
    int mounts = open(path, O_RDONLY | O_CLOEXEC), users = mounts < 0 ? -1 : ioctl(mounts, NS_GET_USERNS);
    if (users < 0) {
        return false;
    }
    /* Who isn't root may go in as the owner of that user namespace only. */
    bool inside = (geteuid() == 0 || setns(users, CLONE_NEWUSER) == 0) && setns(mounts, CLONE_NEWNS) == 0;
    return inside && umount2("/run/proc", MNT_DETACH) == 0 && rmdir("/run/proc") == 0;
}
