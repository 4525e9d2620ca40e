/* What a jail costs, and that making many costs nothing that stays. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

static int open_descriptors(pid_t pid)
{
    char path[64];
    int count = 0;
    for (int fd = 0; fd < 256; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
        count += faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    }
    return count;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void measure_cost(void)
{
    enum { ROUNDS = 200 };
    static double made[ROUNDS], entered[ROUNDS], ended[ROUNDS];
    static struct execution execution;
    struct jailer jailer = start_jailer(filter, STDERR_FILENO);
    struct rusage before, after;
    prepare(&jailer, &execution, 0);
    end(&jailer, &execution);
    int descriptors = open_descriptors(jailer.pid);
    getrusage(RUSAGE_CHILDREN, &before);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        prepare(&jailer, &execution, 0);
        made[i] = now_ms() - start;
        fork_into(&jailer, &execution, 0);
        entered[i] = now_ms() - start - made[i];
        start = now_ms();
        must(syscall(SYS_pidfd_send_signal, execution.init_pidfd, SIGKILL, NULL, 0));
        receive_kind(&jailer, REPORT_CHILD_EXITED, NULL);
        receive_kind(&jailer, REPORT_INIT_EXITED, NULL);
        ended[i] = now_ms() - start;
        close(execution.init_pidfd), close(execution.control), close(execution.output), close(execution.errors);
    }
    check(open_descriptors(jailer.pid) == descriptors, "the jailer's descriptors do not grow", "%d, then %d", descriptors,
          open_descriptors(jailer.pid));
    close(jailer.socket);
    exit_code_of(&jailer);
    getrusage(RUSAGE_CHILDREN, &after);
    double cpu_ms = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e3 +
                    (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1e3;
    qsort(made, ROUNDS, sizeof *made, by_size);
    qsort(entered, ROUNDS, sizeof *entered, by_size);
    qsort(ended, ROUNDS, sizeof *ended, by_size);
    printf("      median and 95th percentile of %d jails: PREPARE %.2f %.2f ms, FORK to READY %.2f %.2f ms, kill to gone %.2f %.2f ms;"
           " CPU %.2f ms a jail\n", ROUNDS, made[ROUNDS / 2], made[ROUNDS * 95 / 100], entered[ROUNDS / 2],
           entered[ROUNDS * 95 / 100], ended[ROUNDS / 2], ended[ROUNDS * 95 / 100], cpu_ms / ROUNDS);
}
