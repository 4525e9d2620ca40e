/* The jail's PID 1: made and set up ahead, by the jailer only. */
#ifndef MAYFLY_JAIL_INIT_H
#define MAYFLY_JAIL_INIT_H

#include <errno.h>

#include "protocol.h"

/*
 * The namespaces that an init is cloned with. The cgroup namespace is the child's (enter.c). The network namespace may be the
 * slot's last one (network.c): until network_enter() the init is in the cell's, so it makes no socket before that.
 */
#define JAIL_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)

/*
 * Runs in the process just cloned with JAIL_NAMESPACES: sets the jail up, in `network` if it can (-1: a new one; see
 * network.h), writes one struct notice to `readiness` (READY or FAILED), closes it last of all and, if all went well, stays
 * until it is killed.
 */
_Noreturn void run_init(const struct request *request, int network, int readiness);

/* Notes which step of setting a jail up failed, and errno. */
static inline int fail(struct notice *failure, enum jail_step step)
{
    failure->step = step;
    failure->error = errno;
    return -1;
}

/*
 * Both fill in step and error and return -1 if one of their steps fails. The jailer calls the first once (template.c),
 * which changes its own mount namespace; each init, whose namespace is a copy of that, the second (mounts.c).
 */
int make_template(struct notice *failure);
int make_root(const struct request *request, struct notice *failure);

#endif
