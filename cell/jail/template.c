/*
 * The part of a jail's file system that is the same for all jails. The jailer makes it once, in a mount namespace of
 * its own, which it leaves for nothing else; CLONE_NEWNS then gives each init a copy, to which mounts.c adds what must
 * be fresh.
 *
 *   /          the cell's root, bound without what is mounted on it, read-only
 *   /dev       five devices and five links, read-only; an empty directory shm
 *   /proc      the cell's own: the kernel lets a user namespace mount a procfs only where it sees one. Each init
 *              takes its copy away.
 *
 * All mounts are private, so are their copies, and no copy is changed but by its own init. What jails have in common
 * is one superblock for /dev beside the image's: nobody has it mounted writable, and nothing in it ever changes.
 *
 * It is put together on the cell's /run (what is mounted there is the cell's, and hidden by it) and then becomes the
 * jailer's root; the cell's own tree is detached. The image has empty directories /dev, /proc, /run, /sandbox, /sys
 * and /tmp.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

#define STAGE "/run"

/* A bind copies the flags of its source; changing them takes a second call. */
static int bind_with(const char *source, const char *target, unsigned long flags)
{
    if (mount(source, target, NULL, MS_BIND, NULL) != 0)
        return -1;
    return mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
}

static int stage_image(struct notice *failure)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return fail(failure, STEP_PRIVATE);
    if (bind_with("/", STAGE, MS_RDONLY | MS_NOSUID | MS_NODEV) != 0)
        return fail(failure, STEP_ROOT);
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
    if (mkdir(STAGE "/dev/shm", 0755) != 0 ||
        mount(NULL, STAGE "/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) != 0)
        return fail(failure, STEP_DEV);
    return 0;
}

static int stage_proc(struct notice *failure)
{
    if (mount("/proc", STAGE "/proc", NULL, MS_BIND, NULL) != 0)
        return fail(failure, STEP_PROC);
    return 0;
}

static int pivot(struct notice *failure)
{
    /* With both arguments ".", the old root lands on top of the new one and is the next thing to be unmounted. */
    if (chdir(STAGE) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0)
        return fail(failure, STEP_PIVOT);
    return 0;
}

int make_template(struct notice *failure)
{
    mode_t before = umask(0);
    int result = stage_image(failure) != 0 || stage_dev(failure) != 0 || stage_proc(failure) != 0 ? -1 : pivot(failure);
    umask(before);
    return result;
}
