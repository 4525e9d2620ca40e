/*
 * The IPC namespaces of jails: empty, and bound to stay so.
 *
 * The kernel is long about making one and taking it apart, for tables that no program may use: seccomp.json refuses every call
 * that makes a System V object or a message queue. A namespace whose own limits allow none is the same after an
 * execution as before it, whatever the filter does; so a slot keeps it. Where a limit cannot be set, each jail gets a new one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "ipc.h"

/*
 * Of the namespace that the writer is in. Raising one takes the cell's root, and a writable /proc: programs have neither. Root's
 * right to more queues than the limit (CAP_SYS_RESOURCE) is the host's only.
 */
static const struct {
    const char *path, *none;
} limits[] = {
    {"/proc/sys/kernel/shmmni", "0"},
    {"/proc/sys/kernel/sem", "0 0 0 0"},
    {"/proc/sys/kernel/msgmni", "0"},
    {"/proc/sys/fs/mqueue/queues_max", "0"},
};

static int allow_nothing(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int file = open(limits[i].path, O_WRONLY | O_CLOEXEC);
        if (file < 0)
            return -1;
        /* A limit is taken whole or refused. */
        int error = write(file, limits[i].none, strlen(limits[i].none)) < 0 ? errno : 0;
        close(file);
        errno = error;
        if (error != 0)
            return -1;
    }
    return 0;
}

enum jail_step ipc_enter(int kept, int *error)
{
    *error = 0;
    if (kept >= 0 && setns(kept, CLONE_NEWIPC) == 0)
        return STEP_NONE;
    if (unshare(CLONE_NEWIPC) != 0)
        return STEP_CLONE;
    if (allow_nothing() != 0)
        *error = errno;
    return STEP_NONE;
}
