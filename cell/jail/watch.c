/*
 * The watch for sockets: a second, small filter that lets the agent know when a program asks for a socket that could
 * leave anything in its network namespace, before it gets one. It takes nothing from a program and gives it nothing:
 * seccomp.c's filter says what is allowed, and of two answers the kernel takes the stricter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV /* headers before Linux 5.19 */
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* The low half of the first argument: a family is an int. */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the offset of an argument's low half is that of little-endian machines"
#endif

/*
 * Other architectures' calls, which may have the same number for something else, are none here: seccomp.c kills who makes
 * them. Sockets of AF_UNIX need no watch: they are gone with the last process that could hold one, or counted (network.c).
 * socketpair(2) makes only such, because seccomp.json allows no other.
 */
static const struct sock_filter instructions[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
};

/*
 * Before seccomp.c's filter, which refuses seccomp(2). A caller that the agent has seen waits for its answer whatever signals
 * come (WAIT_KILLABLE_RECV, Linux 5.19): socket(2) is not interrupted otherwise, and programs do not expect it. Without a
 * listener, for whatever reason, nobody vouches for the namespace, and it is used once.
 */
void watch_sockets(struct jail *jail)
{
    jail->listener = -1;
    jail->watch_error = 0;
    if (!jail->watches)
        return;
    const struct sock_fprog filter = {sizeof instructions / sizeof instructions[0], (struct sock_filter *)instructions};
    jail->listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                  SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &filter);
    if (jail->listener < 0)
        jail->watch_error = errno;
}
