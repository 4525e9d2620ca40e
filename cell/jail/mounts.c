/*
 * The jail's file system, mounted by its init in a mount namespace of its own:
 *
 *   /          the cell's root, bound without what is mounted on it, read-only
 *   /dev       five devices and five links, read-only; /dev/shm a small tmpfs
 *   /proc      of the jail's pid namespace, read-only, other users' processes invisible, masked
 *   /sandbox   \ two directories of one tmpfs,
 *   /tmp       / whose size and number of files are the execution's
 *
 * It is put together on the cell's /run (what is mounted there is the cell's, and hidden by it) and then becomes the
 * root; the cell's own tree is detached. The image has empty directories /dev, /proc, /run, /sandbox, /sys and /tmp.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

#define STAGE "/run"

static int fail(struct notice *failure, enum jail_step step)
{
    failure->step = step;
    failure->error = errno;
    return -1;
}

/* A bind copies the flags of its source; changing them takes a second call. */
static int bind_with(const char *source, const char *target, unsigned long flags)
{
    if (mount(source, target, NULL, MS_BIND, NULL) != 0)
        return -1;
    return mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
}

static int stage_image(struct notice *failure)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return fail(failure, STEP_PRIVATE);
    if (bind_with("/", STAGE, MS_RDONLY | MS_NOSUID | MS_NODEV) != 0)
        return fail(failure, STEP_ROOT);
    return 0;
}

/* Where /proc will be. Only two directories of the tmpfs are bound, so a program never reaches its root. */
#define SCRATCH STAGE "/proc"

static int stage_writable(const struct request *request, struct notice *failure)
{
    char options[96];
    snprintf(options, sizeof options, "mode=0755,size=%llu,nr_inodes=%u",
             (unsigned long long)request->writable_bytes, request->writable_inodes);
    if (mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        return fail(failure, STEP_TMPFS);

    if (mkdir(SCRATCH "/sandbox", 0755) != 0 || chown(SCRATCH "/sandbox", request->uid, request->gid) != 0 ||
        mkdir(SCRATCH "/tmp", 0) != 0 || chmod(SCRATCH "/tmp", 01777) != 0)
        return fail(failure, STEP_TMPFS);
    if (mount(SCRATCH "/sandbox", STAGE "/sandbox", NULL, MS_BIND, NULL) != 0 ||
        mount(SCRATCH "/tmp", STAGE "/tmp", NULL, MS_BIND, NULL) != 0 || umount2(SCRATCH, 0) != 0)
        return fail(failure, STEP_TMPFS);
    return 0;
}

/*
 * The device nodes cannot be made in a user namespace; the cell has them. Read-only: they can be written to, but
 * the times of the host's inodes cannot be set, which one program could do and another read.
 */
static int stage_dev(struct notice *failure)
{
    static const struct {
        const char *source, *target;
    } devices[] = {
        {"/dev/null", STAGE "/dev/null"},     {"/dev/zero", STAGE "/dev/zero"},
        {"/dev/full", STAGE "/dev/full"},     {"/dev/random", STAGE "/dev/random"},
        {"/dev/urandom", STAGE "/dev/urandom"},
    }, links[] = {
        {"/proc/self/fd", STAGE "/dev/fd"},       {"/proc/self/fd/0", STAGE "/dev/stdin"},
        {"/proc/self/fd/1", STAGE "/dev/stdout"}, {"/proc/self/fd/2", STAGE "/dev/stderr"},
    };

    if (mount("tmpfs", STAGE "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k,nr_inodes=16") != 0)
        return fail(failure, STEP_DEV);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        int place = open(devices[i].target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (place < 0)
            return fail(failure, STEP_DEV);
        close(place);
        if (bind_with(devices[i].source, devices[i].target, MS_RDONLY | MS_NOSUID | MS_NOEXEC) != 0)
            return fail(failure, STEP_DEV);
    }
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (symlink(links[i].source, links[i].target) != 0)
            return fail(failure, STEP_DEV);

    /* Shared memory and semaphores of multiprocessing live here; nothing is run from it. */
    if (mkdir(STAGE "/dev/shm", 0755) != 0 ||
        mount("tmpfs", STAGE "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "mode=1777,size=16m,nr_inodes=1024") != 0)
        return fail(failure, STEP_TMPFS);
    if (mount(NULL, STAGE "/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) != 0)
        return fail(failure, STEP_DEV);
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
        snprintf(target, sizeof target, STAGE "/proc/%s", names[i]);
        /* The copy has its source's flags: read-only. */
        if (mount(nothing, target, NULL, MS_BIND, NULL) != 0 && errno != ENOENT)
            return fail(failure, STEP_MASK);
    }
    return 0;
}

static int stage_proc(struct notice *failure)
{
    if (mount("proc", STAGE "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible") != 0)
        return fail(failure, STEP_PROC);

    /* The jail has no /sys: its mount point stays empty, and is what a masked directory shows. */
    if (mask(STAGE "/dev/null", masked_files, sizeof masked_files / sizeof masked_files[0], failure) != 0)
        return -1;
    return mask(STAGE "/sys", masked_directories, sizeof masked_directories / sizeof masked_directories[0], failure);
}

static int pivot(struct notice *failure)
{
    /* With both arguments ".", the old root lands on top of the new one and is the next thing to be unmounted. */
    if (chdir(STAGE) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0)
        return fail(failure, STEP_PIVOT);
    return 0;
}

int make_root(const struct request *request, struct notice *failure)
{
    umask(0);
    if (stage_image(failure) != 0 || stage_writable(request, failure) != 0 || stage_dev(failure) != 0 ||
        stage_proc(failure) != 0)
        return -1;
    return pivot(failure);
}
