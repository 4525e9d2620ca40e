/* The jail's PID 1: made and set up ahead, by the jailer only. */
#ifndef MAYFLY_JAIL_INIT_H
#define MAYFLY_JAIL_INIT_H

#include <errno.h>

#include "protocol.h"

/*
 * The namespaces that an init is cloned with. The cgroup namespace is the child's (enter.c). Those of network and IPC may be the
 * slot's last ones (network.c, ipc.c): until it has entered them the init is in the cell's, so it makes no socket before that.
 */
#define JAIL_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS)

/* What a slot keeps from one jail to the next, each a descriptor of a namespace or -1: none. */
struct kept {
    int network, ipc;
};

/* What an init tells the jailer when its jail is made, or is not. */
struct readiness {
    struct notice notice;  /* READY or FAILED                          */
    int has_kept_network;  /* the one that was kept, and not a new one */
    int ipc_error;         /* 0: its IPC namespace can be kept (ipc.h) */
};

/*
 * Runs in the process just cloned with JAIL_NAMESPACES: sets the jail up, in what was kept if it can, writes one struct
 * readiness to the pipe, closes it last of all and, if all went well, stays until it is killed.
 */
_Noreturn void run_init(const struct request *request, const struct kept *kept, int pipe);

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
