/*
 * The jail's file system: the jailer's (template.c), of which its init has a copy, with what must be this jail's own.
 *
 *   /dev/shm   a small tmpfs
 *   /proc      of the jail's pid namespace, read-only, other users' processes invisible, masked
 *   /sandbox   \ two directories of one tmpfs,
 *   /tmp       / whose size and number of files are the execution's
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

/*
 * Holds what a jail does not keep: the root of the tmpfs, of which only two directories are bound, so that a program
 * never reaches it, and the cell's /proc. Both are detached at once, since each time makes all processors take notice.
 */
#define SCRATCH "/run"

static int mount_writable(const struct request *request, struct notice *failure)
{
    char options[96];
    snprintf(options, sizeof options, "mode=0755,size=%llu,nr_inodes=%u",
             (unsigned long long)request->writable_bytes, request->writable_inodes);
    if (mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        return fail(failure, STEP_TMPFS);

    if (mkdir(SCRATCH "/sandbox", 0755) != 0 || chown(SCRATCH "/sandbox", request->uid, request->gid) != 0 ||
        mkdir(SCRATCH "/tmp", 0) != 0 || chmod(SCRATCH "/tmp", 01777) != 0)
        return fail(failure, STEP_TMPFS);
    if (mount(SCRATCH "/sandbox", "/sandbox", NULL, MS_BIND, NULL) != 0 ||
        mount(SCRATCH "/tmp", "/tmp", NULL, MS_BIND, NULL) != 0)
        return fail(failure, STEP_TMPFS);

    /* Shared memory and semaphores of multiprocessing live here; nothing is run from it. */
    if (mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=16m,nr_inodes=1024") != 0)
        return fail(failure, STEP_TMPFS);
    return 0;
}

/*
 * What of /proc tells about the host and is no program's business. Read-only is the whole of /proc, so runc's
 * read-only list needs no entry of its own. Which of these exist depends on the kernel.
 */
static const char *const masked_files[] = {
    /* runc's list */
    "kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug",
    /* kernel addresses, log, emergency keys, build configuration */
    "kallsyms", "kmsg", "sysrq-trigger", "config.gz", "key-users", "modules",
    /* boot parameters, which may hold anything, and the identity of the boot */
    "cmdline", "sys/kernel/random/boot_id",
    /* what the host's devices and disks are doing: a clock for side channels */
    "interrupts", "diskstats", "partitions",
};
static const char *const masked_directories[] = {
    "acpi", "asound", "scsi", /* runc's list */
    "bus", "fs", "irq",       /* hardware and the host's file systems */
};

static int mask(const char *nothing, const char *const *names, size_t count, struct notice *failure)
{
    for (size_t i = 0; i < count; i++) {
        char target[64];
        snprintf(target, sizeof target, "/proc/%s", names[i]);
        /* The copy has its source's flags: read-only. */
        if (mount(nothing, target, NULL, MS_BIND, NULL) != 0 && errno != ENOENT)
            return fail(failure, STEP_MASK);
    }
    return 0;
}

static int mount_proc(struct notice *failure)
{
    /* The cell's goes out of the way, and only then altogether: without it in sight the kernel refuses the jail's. */
    if (mkdir(SCRATCH "/proc", 0) != 0 || mount("/proc", SCRATCH "/proc", NULL, MS_MOVE, NULL) != 0 ||
        mount("proc", "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible") != 0 ||
        umount2(SCRATCH, MNT_DETACH) != 0)
        return fail(failure, STEP_PROC);

    /* The jail has no /sys: its mount point stays empty, and is what a masked directory shows. */
    if (mask("/dev/null", masked_files, sizeof masked_files / sizeof masked_files[0], failure) != 0)
        return -1;
    return mask("/sys", masked_directories, sizeof masked_directories / sizeof masked_directories[0], failure);
}

int make_root(const struct request *request, struct notice *failure)
{
    umask(0);
    return mount_writable(request, failure) != 0 ? -1 : mount_proc(failure);
}
