/*
 * The zygote: forks warm children into jails that the jailer has prepared.
 *
 * Theory of operation
 *
 * Actors. The agent asks (FORK) and is told (FORKED, CHILD_EXITED); the zygote has the rights of the jailer and runs no code but the
 * interpreter's, the libraries' and this. A child joins the namespaces of a jail's init and puts on the layers as any
 * other child (enter.c); then it is the zygote's memory, copied on write, with a user's rights.
 *
 * Pipes. Descriptor 3 to the agent, as the jailer's. A child's control stream and output are between agent and child. What a
 * child shares with the zygote's other children is nothing that either can write: memory is private, descriptors are closed.
 *
 * Who waits. The zygote blocks in poll only: for requests, and for the pidfds of its children. No signal handler, so that its signal state is
 * the interpreter's own, and its children's too.
 *
 * Deaths. Agent: the cell goes. Zygote: its children asked for SIGKILL on its death; the agent kills their jails and starts another
 * zygote. Child: a report.
 */
#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ahead.h"
#include "parent.h"

enum { MAX_SUMS = 128 };

static struct {
    uint64_t last_kb, sums_kb[MAX_SUMS];
    uint32_t count;
} grown;

struct zygote {
    struct parent parent;
    struct {
        pid_t pid; /* 0: none */
        int pidfd;
    } children[JAIL_MAX_SLOTS];
};

static struct ending *ending; /* of the child that this process is */

/* Nothing may be mapped before ahead_copy, or it would lie where the copies belong. */
static int map_memory(const struct jail *jail)
{
    if (ahead_copy() != 0)
        return -1;
    ending = mmap(NULL, sizeof *ending, PROT_READ | PROT_WRITE, MAP_SHARED, jail->ending, 0);
    return ending != MAP_FAILED ? 0 : -1;
}

/* 0 in the child. */
static int fork_child(struct zygote *zygote, const struct received *received, struct zygote_child *child)
{
    const struct parent *parent = &zygote->parent;
    const struct request *request = &received->request;
    uint32_t slot = request->slot;
    if (request->kind != REQUEST_FORK)
        parent_die_of_protocol(parent, "a request of unknown kind");
    if (zygote->children[slot].pid != 0)
        return report_failure(parent, REPORT_FORK_FAILED, slot, STEP_RECEIVE, EBUSY), 1;
    if (request->uid == 0 || request->gid == 0 || request->file_bytes == 0)
        return report_failure(parent, REPORT_FORK_FAILED, slot, STEP_RECEIVE, EINVAL), 1;

    child->jail = jail_of(parent, received);
    child->jail.map_memory = map_memory;
    /* Children are born in the jail's pid namespace. From one to the next there is no need to come back. */
    if (setns(child->jail.init, CLONE_NEWPID) != 0)
        return report_failure(parent, REPORT_FORK_FAILED, slot, STEP_SETNS, errno), 1;
    /* libc's, not the raw call: threads that the program makes later find its locks and the thread's id in order. */
    pid_t pid = fork();
    if (pid == 0)
        return 0;
    if (pid < 0)
        return report_failure(parent, REPORT_FORK_FAILED, slot, STEP_FORK, errno), 1;

    /* Not yet waited for, so the pid is still the child's. */
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        parent_die(parent, "pidfd_open of a child");
    zygote->children[slot].pid = pid;
    zygote->children[slot].pidfd = pidfd;
    struct report report = {.kind = REPORT_FORKED, .slot = slot, .pid = pid};
    send_report(parent, &report, -1);
    return 1;
}

static void reap(struct zygote *zygote, uint32_t slot)
{
    struct rusage usage;
    int status;
    pid_t pid = wait4(zygote->children[slot].pid, &status, WNOHANG, &usage);
    if (pid == 0)
        return;
    if (pid < 0)
        parent_die(&zygote->parent, "wait for a child");
    close(zygote->children[slot].pidfd);
    zygote->children[slot].pid = 0;
    report_exit(&zygote->parent, REPORT_CHILD_EXITED, slot, pid, status, &usage);
}

/* 0 in a child. */
static int serve_once(struct zygote *zygote, struct zygote_child *child)
{
    struct pollfd polled[1 + JAIL_MAX_SLOTS] = {{AGENT, POLLIN, 0}};
    uint32_t slots[1 + JAIL_MAX_SLOTS];
    nfds_t count = 1;
    for (uint32_t slot = 0; slot < JAIL_MAX_SLOTS; slot++) {
        if (zygote->children[slot].pid == 0)
            continue;
        polled[count] = (struct pollfd){zygote->children[slot].pidfd, POLLIN, 0};
        slots[count++] = slot;
    }
    if (poll(polled, count, -1) < 0 && errno != EINTR)
        parent_die(&zygote->parent, "poll");

    for (nfds_t i = 1; i < count; i++)
        if (polled[i].revents != 0)
            reap(zygote, slots[i]);
    struct received received;
    if (polled[0].revents == 0 || receive_request(&zygote->parent, &received) == 0)
        return 1;
    int here = fork_child(zygote, &received, child);
    if (here != 0)
        close_received(&received);
    return here;
}

/* Anonymous of smaps_rollup: private memory without the files that everybody shares. 0 if it cannot be read: then less counts, and
   children get less room than a fresh interpreter, not more. */
static uint64_t anonymous_kb(void)
{
    char text[2048];
    int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    if (size <= 0)
        return 0;
    text[size] = '\0';
    const char *found = strstr(text, "\nAnonymous:");
    return found == NULL ? 0 : strtoull(found + strlen("\nAnonymous:"), NULL, 10);
}

void zygote_grew(int counts)
{
    uint64_t now_kb = anonymous_kb();
    if (counts && grown.count < MAX_SUMS) {
        uint64_t before_kb = grown.count > 0 ? grown.sums_kb[grown.count - 1] : 0;
        grown.sums_kb[grown.count++] = before_kb + (now_kb > grown.last_kb ? now_kb - grown.last_kb : 0);
    }
    grown.last_kb = now_kb;
}

static long faults_so_far(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

void zygote_serve(const char *name, const char *filter, struct zygote_child *child)
{
    static struct zygote zygote;
    parent_start(&zygote.parent, name, filter);
    for (uint32_t i = 0; i < grown.count; i++) {
        struct report sum = {.kind = REPORT_GREW, .slot = i, .max_rss_kb = grown.sums_kb[i]};
        send_report(&zygote.parent, &sum, -1);
    }
    struct report report = {.kind = REPORT_WARM, .pid = getpid()};
    send_report(&zygote.parent, &report, -1);
    while (serve_once(&zygote, child) != 0)
        ;
    jail_enter(&child->jail);
    child->ending = ending;
}

void zygote_await(struct zygote_child *child)
{
    jail_ready(&child->jail);
    receive_program(&child->jail, &child->program);
    child->faults_before = faults_so_far();
}

void zygote_started(struct zygote_child *child)
{
    jail_started(&child->jail);
    close(child->jail.control);
    munmap(child->program.block, child->program.block_bytes);
    memset(&child->program, 0, sizeof child->program);
}

/*
 * The agent waits for the pipes' end, which comes after the kernel has taken the memory apart if it is left to exit. Where a daemon
 * holds them open, or the program had closed them, the wait status tells, a little later.
 */
_Noreturn void zygote_end(struct zygote_child *child, int exit_code)
{
    child->ending->exit_code = (uint32_t)exit_code & 0xff;
    child->ending->minor_faults = (uint64_t)(faults_so_far() - child->faults_before);
    __atomic_store_n(&child->ending->done, ENDING_DONE, __ATOMIC_RELEASE);
    close(1);
    close(2);
    _exit(exit_code);
}
