/* The system call filter: compiled elsewhere from seccomp.json, loaded once by the parent, installed in each child. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"

/* A raw array of struct sock_filter, nothing before or after it. Answers with the number of instructions. */
int load_filter(const char *path, struct sock_filter *instructions, size_t capacity)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return -1;

    /* One more byte than fits, to tell a file that is too long. */
    char *into = (char *)instructions;
    size_t size = 0, room = capacity * sizeof *instructions;
    ssize_t got;
    while ((got = read(file, into + size, room - size)) > 0)
        size += (size_t)got;
    char more;
    if (got == 0 && read(file, &more, 1) != 0)
        got = -1, errno = EFBIG;
    int error = errno;
    close(file);

    if (got < 0)
        return errno = error, -1;
    if (size == 0 || size % sizeof *instructions != 0)
        return errno = ENOEXEC, -1;
    return (int)(size / sizeof *instructions);
}

/* No TSYNC: the child has one thread. No SPEC_ALLOW: speculative store bypass stays mitigated. */
void filter_syscalls(const struct jail *jail)
{
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &jail->filter) != 0)
        jail_fail(jail, STEP_SECCOMP, errno);
}
