/* filters TID: prints the newest seccomp filter of a thread as the kernel holds it, byte for byte. */
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

int main(int count, char **words)
{
    static struct sock_filter newest[4096], filter[4096];
    int length = 0;

    if (count != 2)
        return 2;
    pid_t thread = atoi(words[1]);
    if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0)
        return fail("PTRACE_SEIZE");
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 || waitpid(thread, NULL, __WALL) != thread)
        return fail("PTRACE_INTERRUPT");
    /* The kernel counts from the oldest. */
    for (long n = 0;; n++) {
        long instructions = ptrace(PTRACE_SECCOMP_GET_FILTER, thread, n, filter);
        if (instructions < 0) {
            if (errno != ENOENT)
                return fail("PTRACE_SECCOMP_GET_FILTER");
            break;
        }
        length = (int)instructions;
        memcpy(newest, filter, sizeof filter);
    }
    fwrite(newest, sizeof newest[0], (size_t)length, stdout);
    return ptrace(PTRACE_DETACH, thread, 0, 0) == 0 ? 0 : fail("PTRACE_DETACH");
}
