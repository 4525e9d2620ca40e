/* Which IPC namespace a slot's next jail gets, and that there is nothing to be had in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* With more rights than a jail's child has. Its exit code has a bit for each kind that it could make, or that was refused for another reason. */
static int made_in(int init_pidfd)
{
    pid_t maker = fork();
    must(maker);
    if (maker == 0) {
        must(setns(init_pidfd, CLONE_NEWIPC));
        int refused = (shmget(IPC_PRIVATE, 1, 0600) < 0 && errno == ENOSPC) | (semget(IPC_PRIVATE, 1, 0600) < 0 && errno == EINVAL /* a set is too large */) << 1 |
                      (msgget(IPC_PRIVATE, 0600) < 0 && errno == ENOSPC) << 2 |
                      (syscall(SYS_mq_open, "queue", O_RDWR | O_CREAT | O_EXCL, 0600, NULL) < 0 && errno == ENOSPC) << 3;
        _exit(refused ^ 15);
    }
    int status;
    must(waitpid(maker, &status, 0));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Makes a jail, asks what can be made in it, and ends it. The namespace, held open, so that no later one is taken for it. */
static int ipc_of_next(const struct jailer *jailer, uint32_t slot, int *made)
{
    static struct execution execution;
    struct request request = request_for(REQUEST_PREPARE, slot);
    char path[64];
    send_packet(jailer, &request, sizeof request, NULL, 0);
    execution.init = receive_kind(jailer, REPORT_PREPARED, &execution.init_pidfd).pid;
    snprintf(path, sizeof path, "/proc/%d/ns/ipc", execution.init);
    int held = open(path, O_RDONLY | O_CLOEXEC);
    must(held);
    *made = made_in(execution.init_pidfd);
    must(syscall(SYS_pidfd_send_signal, execution.init_pidfd, SIGKILL, NULL, 0));
    receive_kind(jailer, REPORT_INIT_EXITED, NULL);
    close(execution.init_pidfd);
    return held;
}

static ino_t number_of(int namespace)
{
    struct stat stat;
    must(fstat(namespace, &stat));
    return stat.st_ino;
}

void check_ipc(const struct jailer *jailer)
{
    int made[3];
    int first = ipc_of_next(jailer, 0, &made[0]), second = ipc_of_next(jailer, 0, &made[1]), other = ipc_of_next(jailer, 1, &made[2]);
    int own = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
    must(own);
    check(number_of(second) == number_of(first), "a slot keeps its IPC namespace", "%lu, then %lu", number_of(first), number_of(second));
    check(number_of(other) != number_of(first) && number_of(first) != number_of(own), "which is neither another slot's nor the cell's", "%lu and %lu",
          number_of(other), number_of(own));
    check(made[0] == 0 && made[1] == 0 && made[2] == 0, "and in which no System V object and no queue can be made", "%d %d %d", made[0], made[1], made[2]);
    close(first), close(second), close(other), close(own);
}
