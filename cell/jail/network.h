/* The network namespaces of jails, one a slot. */
#ifndef MAYFLY_JAIL_NETWORK_H
#define MAYFLY_JAIL_NETWORK_H

#include "protocol.h"

/*
 * For a jail's init: enters the one that was kept, if there is one (not -1) and the kernel counts no socket there, or makes
 * a new one, and tells which. STEP_NONE, or the step that failed, with errno.
 */
enum jail_step network_enter(int kept, int *is_kept);

#endif
