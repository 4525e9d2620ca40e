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

enum { ROUNDS = 200 };

static double cpu_ms_of_children(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* With a network namespace made for each jail, or one for all. */
static void measure(uint32_t untouched)
{
    static double made[ROUNDS], entered[ROUNDS], ended[ROUNDS];
    static struct execution execution;
    struct jailer jailer = start_jailer(filter, STDERR_FILENO);
    struct request request = request_for(REQUEST_PREPARE, 0);
    request.network_untouched = untouched;
    request.watch_sockets = untouched;
    send_packet(&jailer, &request, sizeof request, NULL, 0);
    execution.init = receive_kind(&jailer, REPORT_PREPARED, &execution.init_pidfd).pid;
    fork_into(&jailer, &execution, 0);
    end(&jailer, &execution);
    int descriptors = open_descriptors(jailer.pid);
    double before = cpu_ms_of_children();
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        send_packet(&jailer, &request, sizeof request, NULL, 0);
        execution.init = receive_kind(&jailer, REPORT_PREPARED, &execution.init_pidfd).pid;
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
    double cpu_ms = cpu_ms_of_children() - before;
    qsort(made, ROUNDS, sizeof *made, by_size);
    qsort(entered, ROUNDS, sizeof *entered, by_size);
    qsort(ended, ROUNDS, sizeof *ended, by_size);
    printf("      %s network: median and 95th percentile of %d jails: PREPARE %.2f %.2f ms, FORK to READY %.2f %.2f ms, kill to gone %.2f %.2f ms;"
           " CPU %.2f ms a jail\n", untouched ? "kept" : "new ", ROUNDS, made[ROUNDS / 2], made[ROUNDS * 95 / 100], entered[ROUNDS / 2],
           entered[ROUNDS * 95 / 100], ended[ROUNDS / 2], ended[ROUNDS * 95 / 100], cpu_ms / ROUNDS);
}

void measure_cost(void)
{
    measure(0);
    measure(1);
}
