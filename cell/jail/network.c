/*
 * The network namespaces of jails: a loopback that is up, and nothing else.
 *
 * One is dearer to make and to take apart than all else that a jail has. So a slot keeps the one of its last jail for the
 * next, if nothing in it can differ from a new one: the agent vouches that no program in it was given a socket but of
 * the family AF_UNIX (watch.c), and here the kernel must say that of those none is left. Whatever is in doubt is made new.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"

/*
 * Sockets outlive the processes of a jail when they were on their way from one to another: the kernel finds those later.
 * Its count is of all families, of the network namespace that the reader is in.
 */
static int has_no_socket(void)
{
    static const char none[] = "sockets: used 0\n";
    char text[sizeof none];
    int file = open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    return size == (ssize_t)sizeof text - 1 && memcmp(text, none, sizeof text - 1) == 0;
}

/* Programs may talk to themselves and to nobody else. */
static int raise_loopback(void)
{
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0)
        return -1;
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int result = ioctl(any, SIOCSIFFLAGS, &loopback);
    int error = errno;
    close(any);
    errno = error;
    return result;
}

enum jail_step network_enter(int kept, int *is_kept)
{
    *is_kept = kept >= 0 && setns(kept, CLONE_NEWNET) == 0 && has_no_socket();
    if (*is_kept)
        return STEP_NONE;
    if (unshare(CLONE_NEWNET) != 0)
        return STEP_CLONE;
    return raise_loopback() == 0 ? STEP_NONE : STEP_LOOPBACK;
}
