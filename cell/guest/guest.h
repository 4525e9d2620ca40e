/* What the micro-VM launcher and the guest agree on (src/Mayfly.Cells/Launching/MicroVm/Guest.cs). */
#ifndef GUEST_H
#define GUEST_H

/* isa-debug-exit: QEMU's exit code is twice what is written here, plus one. */
#define GUEST_EXIT_PORT 0xf4

#define GUEST_DONE 0         /* the agent exited with 0 */
#define GUEST_AGENT_FAILED 1 /* it ended otherwise */
#define GUEST_BROKEN 2       /* the guest could not be made, or is not whole */

#endif
