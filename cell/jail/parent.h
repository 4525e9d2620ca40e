/*
 * What every parent of jailed children does, whether its children execute a fresh interpreter (the jailer) or are the
 * warm interpreter itself (a zygote): it takes requests from the agent, forks into jails, and reports.
 *
 * A parent whose agent is gone, or makes no sense, exits; what depends on it dies with it (jailer.c, zygote.c).
 */
#ifndef MAYFLY_JAIL_PARENT_H
#define MAYFLY_JAIL_PARENT_H

#include <sys/resource.h>
#include <sys/types.h>

#include "jail.h"

enum {
    AGENT = 3, /* the SOCK_SEQPACKET to the agent */
    /* of a FORK: init's pidfd, control, output, errors, ending; then the cgroups */
    FORK_FIXED_FDS = 5,
    FORK_MAX_FDS = FORK_FIXED_FDS + JAIL_MAX_CGROUP_FDS,
};

struct parent {
    const char *name;      /* in messages                                          */
    int self;              /* own pidfd: the way back to the own pid namespace     */
    uint32_t landlock_abi;
    struct sock_filter instructions[BPF_MAXINSNS];
    struct sock_fprog filter;
};

/* A request with its descriptors, which are the receiver's. */
struct received {
    struct request request;
    int fds[FORK_MAX_FDS];
    size_t fd_count;
};

/* Checks descriptor 3, loads and tries the filter, asks for Landlock; exits with a message if something is amiss. */
void parent_start(struct parent *parent, const char *name, const char *filter);

/* 1: a request came; 0: none waits. Exits if the agent is gone or does not speak this protocol. */
int receive_request(const struct parent *parent, struct received *received);
void close_received(const struct received *received);

/* The jail that a FORK describes. */
struct jail jail_of(const struct parent *parent, const struct received *received);

void send_report(const struct parent *parent, const struct report *report, int fd);
void report_failure(const struct parent *parent, enum report_kind kind, uint32_t slot, int step, int error);
void report_exit(const struct parent *parent, enum report_kind kind, uint32_t slot, pid_t pid, int status, const struct rusage *usage);

_Noreturn void parent_die(const struct parent *parent, const char *what);
_Noreturn void parent_die_of_protocol(const struct parent *parent, const char *what);

#endif
