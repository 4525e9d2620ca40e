/* The agent's requests in, reports out; what jailer and zygote have in common. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "parent.h"

enum { SEND_LIMIT_SECONDS = 10 };

_Noreturn void parent_die(const struct parent *parent, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", parent->name, what, strerrorname_np(errno) ? strerrorname_np(errno) : "?");
    _exit(EXIT_FAILURE);
}

_Noreturn void parent_die_of_protocol(const struct parent *parent, const char *what)
{
    fprintf(stderr, "%s: %s; the agent and the %s are not of one build\n", parent->name, what, parent->name);
    _exit(EXIT_FAILURE);
}

/* Reports -------------------------------------------------------------------------------------------------- */

void send_report(const struct parent *parent, const struct report *report, int fd)
{
    struct iovec packet = {(void *)report, sizeof *report};
    struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1};
    union descriptor_message given;
    if (fd >= 0)
        give_descriptor(&message, &given, fd);
    if (sendmsg(AGENT, &message, MSG_NOSIGNAL) == (ssize_t)sizeof *report)
        return;
    if (errno == EPIPE || errno == ECONNRESET)
        _exit(EXIT_SUCCESS); /* the agent is gone */
    parent_die(parent, "report to the agent");
}

void report_failure(const struct parent *parent, enum report_kind kind, uint32_t slot, int step, int error)
{
    struct report report = {.kind = kind, .slot = slot, .step = step, .error = error};
    send_report(parent, &report, -1);
}

void report_exit(const struct parent *parent, enum report_kind kind, uint32_t slot, pid_t pid, int status, const struct rusage *usage)
{
    struct report report = {
        .kind = kind,
        .slot = slot,
        .pid = pid,
        .wait_status = status,
        .user_us = (uint64_t)usage->ru_utime.tv_sec * 1000000 + (uint64_t)usage->ru_utime.tv_usec,
        .system_us = (uint64_t)usage->ru_stime.tv_sec * 1000000 + (uint64_t)usage->ru_stime.tv_usec,
        .minor_faults = (uint64_t)usage->ru_minflt,
        .major_faults = (uint64_t)usage->ru_majflt,
        .max_rss_kb = (uint64_t)usage->ru_maxrss,
    };
    send_report(parent, &report, -1);
}

/* Requests ------------------------------------------------------------------------------------------------- */

static size_t descriptors_of(struct msghdr *message, int *fds)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return 0;
    size_t bytes = header->cmsg_len - CMSG_LEN(0);
    memcpy(fds, CMSG_DATA(header), bytes);
    return bytes / sizeof *fds;
}

int receive_request(const struct parent *parent, struct received *received)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FORK_MAX_FDS)];
    } control;
    struct iovec packet = {&received->request, sizeof received->request};
    struct msghdr message = {
        .msg_iov = &packet,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };

    ssize_t got = recvmsg(AGENT, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got == 0 || (got < 0 && errno == ECONNRESET))
        _exit(EXIT_SUCCESS); /* the agent is gone */
    if (got < 0)
        parent_die(parent, "receive a request");
    if (got != (ssize_t)sizeof received->request || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        parent_die_of_protocol(parent, "a request of the wrong size");
    if (received->request.slot >= JAIL_MAX_SLOTS)
        parent_die_of_protocol(parent, "a request for a slot that does not exist");
    received->fd_count = descriptors_of(&message, received->fds);
    if (received->request.kind == REQUEST_FORK && received->fd_count <= FORK_FIXED_FDS)
        parent_die_of_protocol(parent, "FORK with the wrong descriptors");
    return 1;
}

void close_received(const struct received *received)
{
    for (size_t i = 0; i < received->fd_count; i++)
        close(received->fds[i]);
}

struct jail jail_of(const struct parent *parent, const struct received *received)
{
    const struct request *request = &received->request;
    const int *fds = received->fds;
    struct jail jail = {
        .init = fds[0],
        .control = fds[1],
        .output = fds[2],
        .errors = fds[3],
        .ending = fds[4],
        .cgroup_count = received->fd_count - FORK_FIXED_FDS,
        .uid = request->uid,
        .gid = request->gid,
        .file_bytes = request->file_bytes,
        .landlock_abi = parent->landlock_abi,
        .watches = request->watch_sockets != 0,
        .listener = -1,
        .filter = parent->filter,
    };
    memcpy(jail.cgroups, fds + FORK_FIXED_FDS, jail.cgroup_count * sizeof jail.cgroups[0]);
    return jail;
}

/* Start ---------------------------------------------------------------------------------------------------- */

/* A filter that the kernel rejects must be found now and not by the first program. */
static void try_filter(const struct parent *parent)
{
    /* clone(2) as a fork: no stack, no thread-local storage. */
    pid_t child = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) {
        if (forbid_new_privileges() != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &parent->filter) != 0)
            _exit(errno);
        _exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        parent_die(parent, "try the seccomp filter");
    if (status != 0) {
        errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
        parent_die(parent, "install the seccomp filter");
    }
}

void parent_start(struct parent *parent, const char *name, const char *filter)
{
    parent->name = name;
    int type;
    socklen_t size = sizeof type;
    if (getsockopt(AGENT, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET)
        parent_die_of_protocol(parent, "descriptor 3 is not the agent's socket");
    struct timeval limit = {.tv_sec = SEND_LIMIT_SECONDS};
    if (fcntl(AGENT, F_SETFD, FD_CLOEXEC) != 0 ||
        setsockopt(AGENT, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
        parent_die(parent, "set up the agent's socket");
    /* Descriptors that come with requests must not land below it (enter.c). */
    for (int fd = 0; fd < AGENT; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            parent_die(parent, "open /dev/null");

    int count = load_filter(filter, parent->instructions, BPF_MAXINSNS);
    if (count < 0)
        parent_die(parent, filter);
    parent->filter = (struct sock_fprog){(unsigned short)count, parent->instructions};
    try_filter(parent);

    int abi = landlock_abi();
    if (abi < 0)
        parent_die(parent, "ask for Landlock");
    parent->landlock_abi = (uint32_t)abi;

    /* A parent executes nothing, so only its children have this set from it. What cannot be dropped here they try to
       drop themselves, and fail by name. */
    (void)empty_bounding_set();

    parent->self = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (parent->self < 0)
        parent_die(parent, "pidfd_open");
}
