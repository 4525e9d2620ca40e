/*
 * Prints the rate of this machine's time stamp counter in kHz, or nothing where there is none. An emulated guest reads the same
 * counter, but has nothing reliable to measure it against: it is told. Runs on the host, once for each start of the launcher.
 */
#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>

/* A counter that is read between two readings of the clock: the closest of some tries. */
struct moment {
    double ns, ticks;
};

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static struct moment sample(void)
{
    struct moment best = {0, 0};
    double narrowest = 1e18;
    for (int i = 0; i < 50; i++) {
        double before = now_ns();
        double ticks = (double)__rdtsc();
        double after = now_ns();
        if (after - before < narrowest) {
            narrowest = after - before;
            best = (struct moment){(before + after) / 2, ticks};
        }
    }
    return best;
}

int main(void)
{
    struct timespec pause = {.tv_nsec = 200000000};
    struct moment first = sample();
    nanosleep(&pause, NULL);
    struct moment last = sample();
    printf("%.0f\n", (last.ticks - first.ticks) / (last.ns - first.ns) * 1e6);
    return 0;
}
#else
int main(void)
{
    return 0;
}
#endif
