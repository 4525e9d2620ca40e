/*
 * The jailer: makes jails and starts fresh interpreters in them (the cold path).
 *
 * Theory of operation
 *
 * Actors. The agent is PID 1 of the cell and the jailer's only peer; the jailer is root of the cell's user namespace
 * with SYS_ADMIN, SYS_CHROOT (joining a mount namespace takes it), SETUID, SETGID, SETPCAP, CHOWN, DAC_OVERRIDE,
 * NET_ADMIN, KILL and SYS_RESOURCE. Its root is what all jails have in common (template.c). Each jail has an init
 * (init.c), which the jailer clones, and a child, which it forks into the jail's pid namespace. Both are the jailer's
 * children, so it sees both die.
 *
 * Pipes. Descriptor 3 is a SOCK_SEQPACKET to the agent: requests in, reports out, one struct a packet. An init
 * tells through a pipe that its jail is made. A child has a stream of its own to the agent, which the jailer passes
 * on and never reads: user code's start does not go through here.
 *
 * A slot. PREPARE clones an init, which answers on its pipe: PREPARED or PREPARE_FAILED. FORK makes the child:
 * FORKED or FORK_FAILED; the rest is between agent and child, until CHILD_EXITED. The agent ends a jail by killing
 * its init; the kernel kills the rest and lets the init go only when the child is reaped, so INIT_EXITED comes last
 * and means that nothing is left. The slot is then free for the next PREPARE, or for FORGET.
 *
 * Who waits. Nobody waits for the jailer to finish one request before the next: it never blocks but in poll, and in
 * sending, for which the agent has ten seconds (parent.c). An init that is not ready in time is killed.
 *
 * Deaths. Agent: the whole cell goes with it. Jailer: every init has asked for SIGKILL on its parent's death, so
 * all jails end; a request that makes no sense, or a socket at its end, is therefore answered by exiting. Init: its
 * jail ends. Child: a report, nothing more.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"
#include "parent.h"

enum { PREPARE_LIMIT_MS = 10000 }; /* a thousand times what it takes */

struct slot {
    pid_t init;            /* 0: none */
    int init_pidfd;        /* -1 once the agent has it */
    int readiness;         /* -1 unless preparing */
    int64_t deadline_ms;
    struct notice outcome; /* of preparing, as the init told it */
    int keeps_network;
    struct kept kept; /* from the jail before, or of this one for the next */
    pid_t child;           /* 0: none */
};

struct jailer {
    struct parent parent;
    struct notice template; /* READY, or why there can be no jail: said to who asks for one */
    struct slot slots[JAIL_MAX_SLOTS];
    int signals; /* signalfd */
    int told_of_ipc; /* that no IPC namespace is kept */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* clone(2) as a fork: no stack, no thread-local storage. The first three arguments are alike on all architectures. */
static pid_t clone_process(unsigned long flags, int *pidfd)
{
    return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, pidfd, NULL, NULL);
}

/* What a slot keeps ---------------------------------------------------------------------------------------- */

static void let_go(int *kept)
{
    if (*kept >= 0)
        close(*kept);
    *kept = -1;
}

/* Of an init that is not yet waited for. If it cannot be opened, the next one is new. */
static void keep(int *kept, pid_t init, const char *name)
{
    char path[sizeof "/proc/4294967295/ns/net"];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", init, name);
    let_go(kept);
    *kept = open(path, O_RDONLY | O_CLOEXEC);
}

/* From what the init has told; nothing if it has come to nothing. */
static void keep_for_next(struct jailer *jailer, struct slot *slot, const struct readiness *told)
{
    int is_ready = told->notice.kind == NOTICE_READY;
    if (!is_ready || !slot->keeps_network)
        let_go(&slot->kept.network);
    else if (!told->has_kept_network)
        keep(&slot->kept.network, slot->init, "net");
    if (is_ready && told->ipc_error != 0 && !jailer->told_of_ipc) {
        jailer->told_of_ipc = 1;
        fprintf(stderr, "jailer: no IPC namespace is kept, since its limits cannot be set: %s; each jail gets a new one, which costs CPU time\n",
                strerrorname_np(told->ipc_error));
    }
    if (!is_ready || told->ipc_error != 0)
        let_go(&slot->kept.ipc);
    else if (slot->kept.ipc < 0)
        keep(&slot->kept.ipc, slot->init, "ipc");
}

/* PREPARE -------------------------------------------------------------------------------------------------- */

static void prepare(struct jailer *jailer, const struct request *request)
{
    struct slot *slot = &jailer->slots[request->slot];
    if (request->network_untouched != 1)
        let_go(&slot->kept.network);
    if (slot->init != 0 || slot->child != 0)
        return report_failure(&jailer->parent, REPORT_PREPARE_FAILED, request->slot, STEP_RECEIVE, EBUSY);
    /* 0 would mean root, and no limit at all. */
    if (request->uid == 0 || request->gid == 0 || request->writable_bytes == 0 || request->writable_inodes == 0)
        return report_failure(&jailer->parent, REPORT_PREPARE_FAILED, request->slot, STEP_RECEIVE, EINVAL);
    if (jailer->template.kind != NOTICE_READY)
        return report_failure(&jailer->parent, REPORT_PREPARE_FAILED, request->slot, jailer->template.step, jailer->template.error);

    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return report_failure(&jailer->parent, REPORT_PREPARE_FAILED, request->slot, STEP_CLONE, errno);

    int pidfd = -1;
    pid_t init = clone_process(JAIL_NAMESPACES | CLONE_PIDFD, &pidfd);
    if (init == 0)
        run_init(request, &slot->kept, pipe_fds[1]);
    int error = errno;
    close(pipe_fds[1]);
    if (init < 0) {
        close(pipe_fds[0]);
        return report_failure(&jailer->parent, REPORT_PREPARE_FAILED, request->slot, STEP_CLONE, error);
    }
    slot->init = init;
    slot->init_pidfd = pidfd;
    slot->readiness = pipe_fds[0];
    slot->deadline_ms = now_ms() + PREPARE_LIMIT_MS;
    slot->outcome = (struct notice){0};
    slot->keeps_network = request->watch_sockets == 1;
}

/* The pipe is complete. A jail that failed is reported when its init is reaped: nothing is left then. */
static void prepare_answered(struct jailer *jailer, struct slot *slot, uint32_t number)
{
    struct readiness told;
    if (read(slot->readiness, &told, sizeof told) != (ssize_t)sizeof told)
        told = (struct readiness){.notice = {.kind = NOTICE_FAILED, .step = STEP_CLONE, .error = ECHILD}};
    slot->outcome = told.notice;
    close(slot->readiness);
    slot->readiness = -1;

    keep_for_next(jailer, slot, &told);
    if (slot->outcome.kind == NOTICE_READY) {
        struct report report = {.kind = REPORT_PREPARED, .slot = number, .pid = slot->init};
        send_report(&jailer->parent, &report, slot->init_pidfd);
    }
    close(slot->init_pidfd);
    slot->init_pidfd = -1;
}

static void prepare_timed_out(struct slot *slot)
{
    slot->outcome = (struct notice){.kind = NOTICE_FAILED, .step = STEP_CLONE, .error = ETIMEDOUT};
    let_go(&slot->kept.network);
    let_go(&slot->kept.ipc);
    syscall(SYS_pidfd_send_signal, slot->init_pidfd, SIGKILL, NULL, 0);
    close(slot->readiness);
    close(slot->init_pidfd);
    slot->readiness = slot->init_pidfd = -1;
}

/* FORK ----------------------------------------------------------------------------------------------------- */

static _Noreturn void run_child(struct jail *jail)
{
    struct program program;
    jail_enter(jail);
    jail_ready(jail);
    receive_program(jail, &program);
    execute_program(jail, &program);
}

static void fork_child(struct jailer *jailer, const struct received *received)
{
    const struct request *request = &received->request;
    const struct parent *parent = &jailer->parent;
    struct slot *slot = &jailer->slots[request->slot];
    if (slot->init == 0 || slot->outcome.kind != NOTICE_READY || slot->child != 0)
        return report_failure(parent, REPORT_FORK_FAILED, request->slot, STEP_RECEIVE, EBUSY);
    if (request->uid == 0 || request->gid == 0 || request->file_bytes == 0)
        return report_failure(parent, REPORT_FORK_FAILED, request->slot, STEP_RECEIVE, EINVAL);

    struct jail jail = jail_of(parent, received);
    if (setns(jail.init, CLONE_NEWPID) != 0)
        return report_failure(parent, REPORT_FORK_FAILED, request->slot, STEP_SETNS, errno);
    pid_t child = clone_process(0, NULL);
    if (child == 0)
        run_child(&jail);
    int error = errno;
    /* Back at once: the next PREPARE may not make a pid namespace while children would be born in another one. */
    if (setns(parent->self, CLONE_NEWPID) != 0)
        parent_die(parent, "return to the cell's pid namespace");
    if (child < 0)
        return report_failure(parent, REPORT_FORK_FAILED, request->slot, STEP_FORK, error);

    slot->child = child;
    struct report report = {.kind = REPORT_FORKED, .slot = request->slot, .pid = child};
    send_report(parent, &report, -1);
}

static void handle_request(struct jailer *jailer)
{
    struct received received;
    if (receive_request(&jailer->parent, &received) == 0)
        return;
    if (received.request.kind == REQUEST_PREPARE && received.fd_count == 0)
        prepare(jailer, &received.request);
    else if (received.request.kind == REQUEST_FORK)
        fork_child(jailer, &received);
    else if (received.request.kind == REQUEST_FORGET && received.fd_count == 0)
        let_go(&jailer->slots[received.request.slot].kept.network);
    else
        parent_die_of_protocol(&jailer->parent, "a request of unknown kind or with the wrong descriptors");
    close_received(&received);
}

/* Deaths --------------------------------------------------------------------------------------------------- */

static void init_exited(struct jailer *jailer, struct slot *slot, uint32_t number, int status, const struct rusage *usage)
{
    if (slot->readiness >= 0)
        prepare_answered(jailer, slot, number); /* it may have told why, or even have been ready */
    pid_t init = slot->init;
    slot->init = 0;
    if (slot->outcome.kind == NOTICE_READY)
        report_exit(&jailer->parent, REPORT_INIT_EXITED, number, init, status, usage);
    else
        report_failure(&jailer->parent, REPORT_PREPARE_FAILED, number, slot->outcome.step, slot->outcome.error);
}

static void reap(struct jailer *jailer)
{
    /* Several deaths may hide behind one signal, of which one waits at most: wait says which. If it cannot be read, it comes again. */
    struct signalfd_siginfo ignored;
    (void)!read(jailer->signals, &ignored, sizeof ignored);

    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        for (uint32_t i = 0; i < JAIL_MAX_SLOTS; i++) {
            struct slot *slot = &jailer->slots[i];
            if (slot->child == pid) {
                slot->child = 0;
                report_exit(&jailer->parent, REPORT_CHILD_EXITED, i, pid, status, &usage);
            } else if (slot->init == pid) {
                init_exited(jailer, slot, i, status, &usage);
            }
        }
    }
}

/* Start ---------------------------------------------------------------------------------------------------- */

/* Children must start with default dispositions, and whoever started the jailer may have ignored some. */
static void reset_signals(struct jailer *jailer)
{
    /* The raw call: libc keeps 32 and 33 to itself, and they too can be inherited as ignored. All zero is SIG_DFL
       without flags; SIGKILL and SIGSTOP cannot be changed and need not be. */
    static const char defaults[64];
    for (int number = 1; number < NSIG; number++)
        if (syscall(SYS_rt_sigaction, number, defaults, NULL, NSIG / 8) != 0 && number != SIGKILL && number != SIGSTOP)
            parent_die(&jailer->parent, "reset signals");

    sigset_t deaths;
    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    if (sigprocmask(SIG_SETMASK, &deaths, NULL) != 0)
        parent_die(&jailer->parent, "block SIGCHLD");
    jailer->signals = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
    if (jailer->signals < 0)
        parent_die(&jailer->parent, "signalfd");
}

static void start(struct jailer *jailer, const char *filter)
{
    parent_start(&jailer->parent, "jailer", filter);
    if (syscall(SYS_close_range, (unsigned)jailer->parent.self + 1, ~0u, 0u) != 0)
        parent_die(&jailer->parent, "close inherited descriptors");
    jailer->template.kind = make_template(&jailer->template) == 0 ? NOTICE_READY : NOTICE_FAILED;
    for (size_t i = 0; i < JAIL_MAX_SLOTS; i++)
        jailer->slots[i] = (struct slot){.init_pidfd = -1, .readiness = -1, .kept = {-1, -1}};
    reset_signals(jailer);
}

static void serve_once(struct jailer *jailer)
{
    struct pollfd polled[2 + JAIL_MAX_SLOTS] = {{AGENT, POLLIN, 0}, {jailer->signals, POLLIN, 0}};
    uint32_t preparing[2 + JAIL_MAX_SLOTS];
    nfds_t count = 2;
    int64_t next_deadline = INT64_MAX;
    for (uint32_t i = 0; i < JAIL_MAX_SLOTS; i++) {
        const struct slot *slot = &jailer->slots[i];
        if (slot->readiness < 0)
            continue;
        /* No event but the pipe's end: the init closes it last. */
        polled[count] = (struct pollfd){slot->readiness, 0, 0};
        preparing[count++] = i;
        if (slot->deadline_ms < next_deadline)
            next_deadline = slot->deadline_ms;
    }
    int wait = -1; /* for ever */
    if (next_deadline != INT64_MAX) {
        int64_t left = next_deadline - now_ms();
        wait = left > 0 ? (int)left : 0;
    }
    if (poll(polled, count, wait) < 0 && errno != EINTR)
        parent_die(&jailer->parent, "poll");

    /* Deaths last: an init that answered and died is both. */
    for (nfds_t i = 2; i < count; i++) {
        struct slot *slot = &jailer->slots[preparing[i]];
        if (polled[i].revents != 0)
            prepare_answered(jailer, slot, preparing[i]);
        else if (now_ms() >= slot->deadline_ms)
            prepare_timed_out(slot);
    }
    if (polled[1].revents != 0)
        reap(jailer);
    if (polled[0].revents != 0)
        handle_request(jailer);
}

int main(int argc, char **argv)
{
    static struct jailer jailer;
    if (argc != 2) {
        fprintf(stderr, "usage: jailer <seccomp filter>, with the agent's socket as descriptor 3\n");
        return EXIT_FAILURE;
    }
    start(&jailer, argv[1]);
    for (;;)
        serve_once(&jailer);
}
