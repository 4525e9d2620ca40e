/* Resource limits of one process. Memory, CPU and the number of processes are the cgroup's business. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/resource.h>

#include "jail.h"

static const struct {
    int resource;
    rlim_t value;
} limits[] = {
    /* Python and Node stay under 60 with worker threads and pipes to children; a descriptor pins kernel memory. */
    {RLIMIT_NOFILE, 256},
    /* No core file. (A pipe in the host's core_pattern is not stopped by it.) */
    {RLIMIT_CORE, 0},
    /* The kernel's old default: enough for a key, too little to hold memory against reclaim. */
    {RLIMIT_MEMLOCK, 64 * 1024},
    /* POSIX queues and pending signals are kernel memory that outlives a careless owner's attention. */
    {RLIMIT_MSGQUEUE, 0},
    {RLIMIT_SIGPENDING, 256},
    /* No real-time class and no negative nice, whatever right to them might leak in. */
    {RLIMIT_RTPRIO, 0},
    {RLIMIT_NICE, 0},
    /* The usual default; a hard limit too, since an unlimited stack turns the random memory layout off. */
    {RLIMIT_STACK, 8 * 1024 * 1024},
    /* RLIMIT_AS is left alone: V8 reserves far more than it uses. RLIMIT_NPROC too: it counts per user for
       the whole cell, and pids.max counts per execution. */
};

/* Never above what the cell itself was given: raising that needs a right on the host. */
static void set_limit(const struct jail *jail, int resource, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        jail_fail(jail, STEP_LIMITS, errno);
    if (value < limit.rlim_max)
        limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(resource, &limit) != 0)
        jail_fail(jail, STEP_LIMITS, errno);
}

void set_limits(const struct jail *jail)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        set_limit(jail, limits[i].resource, limits[i].value);
    set_limit(jail, RLIMIT_FSIZE, jail->file_bytes);
}
