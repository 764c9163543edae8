/*
 * sandbar-agent usage: tells how full the file system of the run directory is and, where asked to, who uses it: what lies in
 * each sandbox's directory, and files that were removed while a process has them open. Runs outside of sandboxes, follows no
 * link, leaves no file system, changes nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "links.h"
#include "roles.h"

enum { DEPTH_MAX = 400, TOLD = 40, HOLDERS = 4096, SANDBOXES = 16384, IDLE = 3 << 13, WHOLE = 20 };

struct use {
    char name[65];
    uint32_t uid;
    uint64_t bytes, inodes;
};

struct walk {
    dev_t device;
    uint64_t until;
    struct use *use;
};

static struct use sandboxes[SANDBOXES], holders[HOLDERS];
static size_t sandbox_count, holder_count;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* A file with several names counts as a part at each of them; inodes in thousandths. */
static void add(struct use *use, const struct stat *status) {
    uint64_t names = S_ISDIR(status->st_mode) || status->st_nlink < 1 ? 1 : status->st_nlink;
    use->bytes += (uint64_t)status->st_blocks * 512 / names;
    use->inodes += 1000 / names;
}

/* Counts what lies in the directory, as far as there is time. The descriptor is closed. */
static void count(struct walk *walk, int fd, unsigned depth) {
    DIR *directory = fdopendir(fd);
    if (!directory) {
        close(fd);
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(directory)) && now() < walk->until) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0 || status.st_dev != walk->device) {
            continue;
        }
        add(walk->use, &status);
        if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX) {
            int inner = openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME);
            if (inner >= 0) {
                count(walk, inner, depth + 1);
            }
        }
    }
    closedir(directory);
}

static bool is_sandbox(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
    return length > 0 && length <= 64 && !name[length];
}

static void find_sandboxes(int run) {
    int again = openat(run, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    const struct dirent *entry;
    while (directory && sandbox_count < SANDBOXES && (entry = readdir(directory))) {
        if (is_sandbox(entry->d_name)) {
            memcpy(sandboxes[sandbox_count++].name, entry->d_name, strlen(entry->d_name) + 1);
        }
    }
    if (directory) {
        closedir(directory);
    }
}

/* From another one on each time, so that none is left out always where time is short. */
static void count_sandboxes(int run, dev_t device, uint64_t milliseconds) {
    uint64_t end = now() + WHOLE * milliseconds;
    size_t first = sandbox_count ? (size_t)now() % sandbox_count : 0;
    for (size_t i = 0; i < sandbox_count && now() < end; i++) {
        struct use *use = &sandboxes[(first + i) % sandbox_count];
        int fd = openat(run, use->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0) {
            count(&(struct walk){.device = device, .until = now() + milliseconds, .use = use}, fd, 0);
        }
    }
}

static struct use *holder(uint32_t uid) {
    for (size_t i = 0; i < holder_count; i++) {
        if (holders[i].uid == uid) {
            return &holders[i];
        }
    }
    holders[holder_count].uid = uid;
    return holder_count < HOLDERS - 1 ? &holders[holder_count++] : NULL;
}

static void count_descriptors(int process, const char *directory, dev_t device, struct links *seen) {
    int fd = openat(process, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *descriptors = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    while (descriptors && (entry = readdir(descriptors))) {
        struct stat status;
        if (entry->d_name[0] == '.' || fstatat(dirfd(descriptors), entry->d_name, &status, 0) != 0 || status.st_nlink > 0 ||
            status.st_dev != device || links_find(seen, &status) || !links_keep(seen, &status, "")) {
            continue;
        }
        struct use *use = holder(status.st_uid);
        if (use) {
            add(use, &status);
        }
    }
    if (descriptors) {
        closedir(descriptors);
    }
}

/* What was removed and is still open, or mapped; by its owner on the host. */
static void count_removed(dev_t device) {
    struct links seen = {0};
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    while (processes && (entry = readdir(processes))) {
        struct stat status;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || fstatat(dirfd(processes), entry->d_name, &status, 0) != 0 ||
            status.st_uid == 0) {
            continue;
        }
        int process = openat(dirfd(processes), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (process >= 0) {
            count_descriptors(process, "fd", device, &seen);
            count_descriptors(process, "map_files", device, &seen);
            close(process);
        }
    }
    if (processes) {
        closedir(processes);
    }
    links_free(&seen);
}

static int by_bytes(const void *a, const void *b) {
    uint64_t left = ((const struct use *)a)->bytes, right = ((const struct use *)b)->bytes;
    return left < right ? 1 : left > right ? -1 : 0;
}

static int by_inodes(const void *a, const void *b) {
    uint64_t left = ((const struct use *)a)->inodes, right = ((const struct use *)b)->inodes;
    return left < right ? 1 : left > right ? -1 : 0;
}

/* The largest ones by either. */
static void tell(struct use *uses, size_t length, const char *kind) {
    for (int pass = 0; pass < 2; pass++) {
        qsort(uses, length, sizeof *uses, pass ? by_inodes : by_bytes);
        for (size_t i = 0; i < length && i < TOLD; i++) {
            struct use *use = &uses[i];
            if (*kind == 's') {
                printf("%s %s %llu %llu\n", kind, use->name, (unsigned long long)use->bytes, (unsigned long long)use->inodes / 1000);
            } else {
                printf("%s %u %llu %llu\n", kind, use->uid, (unsigned long long)use->bytes, (unsigned long long)use->inodes / 1000);
            }
        }
    }
}

static bool tell_disk(int run) {
    struct statvfs disk;
    if (fstatvfs(run, &disk) != 0) {
        return false;
    }
    uint64_t unit = disk.f_frsize;
    uint64_t total = disk.f_blocks - (disk.f_bfree - disk.f_bavail); /* without what only root may use */
    printf("disk %llu %llu %llu %llu\n", (unsigned long long)(disk.f_bavail * unit), (unsigned long long)(total * unit),
           (unsigned long long)disk.f_favail, (unsigned long long)disk.f_files);
    return true;
}

int usage_main(int argc, char **argv) {
    bool walks = argc == 5 && strcmp(argv[3], "--walk") == 0;
    if ((argc != 3 && !walks) || strcmp(argv[1], "--directory") != 0 || argv[2][0] != '/') {
        fprintf(stderr, "usage: sandbar-agent usage --directory DIR [--walk MILLISECONDS]\n");
        return 2;
    }
    struct stat status;
    int run = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (run < 0 || fstat(run, &status) != 0 || !tell_disk(run)) {
        fprintf(stderr, "can't look at the disk: %s\n", strerror(errno));
        return 1;
    }
    if (walks) {
        setpriority(PRIO_PROCESS, 0, 10);
        syscall(SYS_ioprio_set, 1, 0, IDLE);
        find_sandboxes(run);
        count_sandboxes(run, status.st_dev, strtoull(argv[4], NULL, 10));
        count_removed(status.st_dev);
        tell(sandboxes, sandbox_count, "sandbox");
        tell(holders, holder_count, "holder");
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
