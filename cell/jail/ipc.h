/* The IPC namespaces of jails, one a slot, in which nothing can ever be. */
#ifndef MAYFLY_JAIL_IPC_H
#define MAYFLY_JAIL_IPC_H

#include "protocol.h"

/*
 * For a jail's init: enters the one that was kept, or makes a new one if there is none (-1) or it cannot. STEP_NONE, or the
 * step that failed, with errno. `error` is 0 if nothing can be made in it, so that the slot's next jail may have it, too;
 * else errno says why a limit was not set.
 */
enum jail_step ipc_enter(int kept, int *error);

#endif
