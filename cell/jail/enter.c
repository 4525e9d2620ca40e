/* jail_enter: the layers of a jail in the order in which a child puts them on. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptors.h"
#include "jail.h"

static void enter_cgroups(const struct jail *jail);
static void die_first_when_memory_is_short(const struct jail *jail);
static void enter_namespaces(const struct jail *jail);
static void start_session(const struct jail *jail);
static void set_stdio(const struct jail *jail);
static void close_fds(const struct jail *jail);

/* Runs in the forked child: one thread, no malloc. Each step uses a right that a later one gives up. */
void jail_enter(struct jail *jail)
{
    enter_cgroups(jail);                  /* first: what follows is charged to the execution        */
    die_first_when_memory_is_short(jail); /* needs the cell's writable /proc                        */
    enter_namespaces(jail);               /* needs CAP_SYS_ADMIN; from here on paths are the jail's */
    start_session(jail);
    set_stdio(jail);                      /* needs CAP_CHOWN and the jail's /dev/null               */
    set_limits(jail);                     /* hard limits: the program cannot raise them             */
    close_fds(jail);                      /* keeps 0, 1, 2 and control                              */
    drop_credentials(jail);               /* nothing privileged works after this                    */
    restrict_files(jail);                 /* Landlock: a second lock on the same doors              */
    watch_sockets(jail);                  /* no lock: tells whether its network namespace is as new */
    filter_syscalls(jail);                /* last: the filter refuses most calls made above         */
}

/* Writing "0" moves the writer. All of the attaching is done here, ahead of the request: it waits for the kernel. */
static void enter_cgroups(const struct jail *jail)
{
    for (size_t i = 0; i < jail->cgroup_count; i++)
        if (write(jail->cgroups[i], "0", 1) != 1)
            jail_fail(jail, STEP_CGROUP, errno);
    if (jail->map_memory != NULL && jail->map_memory(jail) != 0)
        jail_fail(jail, STEP_MEMORY, errno);
}

/* When the whole host runs out, a program goes before the agent, the gateway and everything else. */
static void die_first_when_memory_is_short(const struct jail *jail)
{
    int adjustment = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (adjustment < 0 || write(adjustment, "1000", 4) != 4)
        jail_fail(jail, STEP_LIMITS, errno);
    close(adjustment);
}

/*
 * The child is in the jail's pid namespace since its fork; the others are joined here, all of them in one call. The
 * cgroup namespace is made, not joined: its root is the cgroup just entered, so the program sees "/" and no slot.
 * Joining the mount namespace makes its root our root and current directory.
 */
static void enter_namespaces(const struct jail *jail)
{
    if (setns(jail->init, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
        jail_fail(jail, STEP_SETNS, errno);
    if (unshare(CLONE_NEWCGROUP) != 0)
        jail_fail(jail, STEP_SETNS, errno);
    if (chdir("/sandbox") != 0)
        jail_fail(jail, STEP_SETNS, errno);
}

static void start_session(const struct jail *jail)
{
    if (setsid() < 0)
        jail_fail(jail, STEP_SESSION, errno);
    umask(022);
}

/* The agent made the pipes; a program may open /dev/stdout again only if they are its own. */
static void set_stdio(const struct jail *jail)
{
    /* Descriptors below 3 would be overwritten before they are used. */
    if (jail->output < 3 || jail->errors < 3 || jail->control < 3)
        jail_fail(jail, STEP_STDIO, EBADF);

    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(jail->output, 1) < 0 || dup2(jail->errors, 2) < 0)
        jail_fail(jail, STEP_STDIO, errno);
    for (int stream = 1; stream <= 2; stream++)
        if (fchown(stream, jail->uid, jail->gid) != 0)
            jail_fail(jail, STEP_STDIO, errno);
}

static void close_fds(const struct jail *jail)
{
    unsigned control = (unsigned)jail->control;
    if (control > 3 && syscall(SYS_close_range, 3u, control - 1, 0u) != 0)
        jail_fail(jail, STEP_CLOSE_FDS, errno);
    if (syscall(SYS_close_range, control + 1, ~0u, 0u) != 0)
        jail_fail(jail, STEP_CLOSE_FDS, errno);
    /* Closed by exec; a child that does not exec closes it itself before user code. */
    if (fcntl(jail->control, F_SETFD, FD_CLOEXEC) != 0)
        jail_fail(jail, STEP_CLOSE_FDS, errno);
}

/* With a descriptor, or without (-1). */
static void send_notice(const struct jail *jail, const struct notice *notice, int fd)
{
    struct iovec bytes = {(void *)notice, sizeof *notice};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    union descriptor_message given;
    if (fd >= 0)
        give_descriptor(&message, &given, fd);
    /* An agent that is gone takes the cell with it, so a failed send has nobody left to be told. */
    if (sendmsg(jail->control, &message, MSG_NOSIGNAL) != (ssize_t)sizeof *notice)
        _exit(JAIL_EXIT_FAILED);
}

void jail_ready(struct jail *jail)
{
    struct notice notice = {.kind = NOTICE_READY, .error = jail->watch_error, .landlock_abi = jail->landlock_abi};
    send_notice(jail, &notice, jail->listener);
    if (jail->listener >= 0)
        close(jail->listener);
    jail->listener = -1;
}

void jail_started(const struct jail *jail)
{
    struct notice notice = {.kind = NOTICE_STARTED};
    send_notice(jail, &notice, -1);
}

_Noreturn void jail_fail(const struct jail *jail, enum jail_step step, int error)
{
    struct notice notice = {.kind = NOTICE_FAILED, .step = step, .error = error};
    send_notice(jail, &notice, -1);
    _exit(JAIL_EXIT_FAILED);
}
