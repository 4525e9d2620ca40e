/*
 * A zygote that grows old: loaded before an interpreter (LD_PRELOAD), this tells it, and what it forks, a time that is as many seconds behind as
 * the file says that LONG_AGO names. The test lets a year pass by writing there: after a zygote has started, or a child of it is ready.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Shared with the test; still mapped in a child that cannot see the file. */
static const volatile int64_t *behind_s;

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("LONG_AGO");
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = mmap(NULL, sizeof *behind_s, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED)
        abort();
    close(file);
    behind_s = page;
    /* Both variables stay: a zygote may execute itself again. A program has an environment of its own. */
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && behind_s != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec -= *behind_s;
    return result;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
    return result;
}

__attribute__((visibility("default"))) time_t time(time_t *into)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    if (into != NULL)
        *into = now.tv_sec;
    return now.tv_sec;
}
