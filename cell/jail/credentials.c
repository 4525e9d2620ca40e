/* Who the child is, and that it can never become anybody else. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"

/*
 * Needs CAP_SETPCAP. The set survives every change of uid: what is left in it, a root program could regain. Looked at
 * before it is changed, since each change copies the credentials: who is forked of a parent that has emptied its own
 * finds nothing to do, and relies on nobody.
 */
int empty_bounding_set(void)
{
    int has;
    for (unsigned long capability = 0; (has = prctl(PR_CAPBSET_READ, capability, 0, 0, 0)) >= 0; capability++)
        if (has != 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return -1;
    return errno == EINVAL ? 0 : -1; /* EINVAL: the number is past the kernel's last capability */
}

int clear_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_capset, &header, none);
}

int forbid_new_privileges(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void drop_credentials(const struct jail *jail)
{
    if (empty_bounding_set() != 0)
        jail_fail(jail, STEP_CAPABILITIES, errno);

    /* Raw system calls: libc's wrappers would look for the other threads of the parent. uid 0 is refused by the
       parents of this child; refused here too, because everything else leans on it. */
    if (jail->uid == 0 || jail->gid == 0)
        jail_fail(jail, STEP_CREDENTIALS, EINVAL);
    if (syscall(SYS_setgroups, 0, NULL) != 0 ||
        syscall(SYS_setresgid, jail->gid, jail->gid, jail->gid) != 0 ||
        syscall(SYS_setresuid, jail->uid, jail->uid, jail->uid) != 0)
        jail_fail(jail, STEP_CREDENTIALS, errno);

    if (clear_capabilities() != 0)
        jail_fail(jail, STEP_CAPABILITIES, errno);
    if (forbid_new_privileges() != 0)
        jail_fail(jail, STEP_NO_NEW_PRIVS, errno);

    /* After the change of uid, which clears both. Without the first, a child that does not exec could not read its
       own /proc/self; only its own uid gains by it. The second survives exec, but not the program's will: what the
       program cannot prevent is that the jail's init dies with the jailer and takes the namespace along. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        jail_fail(jail, STEP_CREDENTIALS, errno);
}
