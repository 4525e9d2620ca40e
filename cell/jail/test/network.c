/* Which network namespace a slot's next jail gets. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* A process in the jail's network namespace that has two sockets there, until it is killed. Tells the number that the kernel gives to a
   namespace and to no other after it. */
static pid_t hold_sockets(const struct execution *execution, uint64_t *cookie)
{
    int told[2], pair[2];
    must(pipe2(told, O_CLOEXEC));
    pid_t holder = fork();
    must(holder);
    if (holder == 0) {
        socklen_t size = sizeof *cookie;
        must(setns(execution->init_pidfd, CLONE_NEWNET));
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
        must(getsockopt(pair[0], SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size));
        must(write(told[1], cookie, sizeof *cookie));
        pause();
        _exit(0);
    }
    close(told[1]);
    if (read(told[0], cookie, sizeof *cookie) != (ssize_t)sizeof *cookie)
        stop("no cookie came");
    close(told[0]);
    return holder;
}

static void let_go(pid_t holder)
{
    must(kill(holder, SIGKILL));
    must(waitpid(holder, NULL, 0));
}

/* Makes a jail in slot 0, with `untouched` as the agent's word on the one before, and ends it. */
static uint64_t network_of_next(const struct jailer *jailer, uint32_t untouched, pid_t *holder)
{
    static struct execution execution;
    struct request request = request_for(REQUEST_PREPARE, 0);
    uint64_t cookie = 0;
    request.network_untouched = untouched;
    request.watch_sockets = 1;
    send_packet(jailer, &request, sizeof request, NULL, 0);
    execution.init = receive_kind(jailer, REPORT_PREPARED, &execution.init_pidfd).pid;
    pid_t holds = hold_sockets(&execution, &cookie);
    if (holder != NULL)
        *holder = holds;
    else
        let_go(holds);
    must(syscall(SYS_pidfd_send_signal, execution.init_pidfd, SIGKILL, NULL, 0));
    receive_kind(jailer, REPORT_INIT_EXITED, NULL);
    close(execution.init_pidfd);
    return cookie;
}

void check_network(const struct jailer *jailer)
{
    pid_t holder;
    uint64_t first = network_of_next(jailer, 0, NULL);
    uint64_t second = network_of_next(jailer, 1, NULL);
    check(first != 0 && second == first, "an untouched network namespace is kept", "%lu, then %lu", first, second);
    uint64_t third = network_of_next(jailer, 0, NULL);
    check(third != second, "one that nobody vouches for is not", "%lu", third);
    uint64_t fourth = network_of_next(jailer, 2, NULL);
    check(fourth != third, "nor one with a word that is not yes", "%lu", fourth);

    struct request forget = request_for(REQUEST_FORGET, 0);
    send_packet(jailer, &forget, sizeof forget, NULL, 0);
    uint64_t after = network_of_next(jailer, 1, NULL);
    check(after != fourth, "nor one that the agent has had forgotten", "%lu", after);

    uint64_t fifth = network_of_next(jailer, 0, &holder);
    uint64_t sixth = network_of_next(jailer, 1, NULL);
    let_go(holder);
    check(sixth != fifth, "one in which a socket is left is not kept, whatever the agent says", "%lu", sixth);
}
