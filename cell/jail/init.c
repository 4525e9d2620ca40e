/*
 * A jail's init. It makes what the child will join, then gives everything up: uid 0 of the cell without a single
 * capability, no descriptor, nothing to do but to be the parent of orphans. User code has another uid, does not see
 * it (hidepid) and cannot signal it. Its death is the jail's end: the kernel kills all that is left in the pid
 * namespace, and it dies with the jailer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"
#include "ipc.h"
#include "jail.h"
#include "network.h"

static int name_host(struct notice *failure)
{
    static const char host[] = "sandbox", domain[] = "(none)";
    if (sethostname(host, sizeof host - 1) != 0 || setdomainname(domain, sizeof domain - 1) != 0)
        return fail(failure, STEP_HOSTNAME);
    return 0;
}

/*
 * It stays dumpable: joining its namespaces by its pidfd takes the right to look at it, which its uid gives to root
 * processes of the cell as long as it has no more capabilities than they.
 */
static int give_everything_up(struct notice *failure)
{
    if (empty_bounding_set() != 0 || clear_capabilities() != 0)
        return fail(failure, STEP_CAPABILITIES);
    if (forbid_new_privileges() != 0)
        return fail(failure, STEP_NO_NEW_PRIVS);
    /* Ignored, a child's death needs no waiting for: the kernel reaps the orphans. */
    if (signal(SIGCHLD, SIG_IGN) == SIG_ERR)
        return fail(failure, STEP_SESSION);
    return 0;
}

/*
 * It stays in the jailer's session: the child makes its own, in which nobody can name another. A session of the init's
 * would be a scheduling group, which the kernel makes for each, and which weighs nothing beside a control group.
 */
static int set_up(const struct request *request, const struct kept *kept, struct readiness *readiness)
{
    struct notice *failure = &readiness->notice;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_NAME, "jail-init", 0, 0, 0) != 0)
        return fail(failure, STEP_SESSION);
    /* Both need the cell's /proc. */
    enum jail_step step = network_enter(kept->network, &readiness->has_kept_network);
    if (step == STEP_NONE)
        step = ipc_enter(kept->ipc, &readiness->ipc_error);
    if (step != STEP_NONE)
        return fail(failure, step);
    if (make_root(request, failure) != 0 || name_host(failure) != 0)
        return -1;
    return give_everything_up(failure);
}

_Noreturn void run_init(const struct request *request, const struct kept *kept, int pipe)
{
    struct readiness readiness = {.notice.kind = NOTICE_READY};
    if (set_up(request, kept, &readiness) != 0)
        readiness.notice.kind = NOTICE_FAILED;

    /* A jailer that died before PR_SET_PDEATHSIG has closed the other end: EPIPE. */
    if (write(pipe, &readiness, sizeof readiness) != (ssize_t)sizeof readiness || readiness.notice.kind != NOTICE_READY)
        _exit(1);

    /* The jailer waits for the pipe's end, so that a jail that is reported shares no descriptor. */
    unsigned last = (unsigned)pipe;
    if (syscall(SYS_close_range, 0u, last - 1, 0u) != 0 || syscall(SYS_close_range, last + 1, ~0u, 0u) != 0 ||
        close(pipe) != 0)
        _exit(1);
    for (;;)
        pause();
}
