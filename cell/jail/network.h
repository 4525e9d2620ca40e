/* The network namespaces of jails, one a slot. */
#ifndef MAYFLY_JAIL_NETWORK_H
#define MAYFLY_JAIL_NETWORK_H

#include <sys/types.h>

#include "protocol.h"

struct network {
    int kept; /* of the slot's jail, or its last one; -1: none */
};

/*
 * For a jail's init: enters the one that was kept, if there is one (not -1) and the kernel counts no socket there, or makes
 * a new one. STEP_NONE, or the step that failed, with errno.
 */
enum jail_step network_enter(int kept);

/* For the jailer: keeps the one that `init`, which is its child and not yet waited for, is in. */
void network_keep(struct network *network, pid_t init);
void network_forget(struct network *network);

#endif
