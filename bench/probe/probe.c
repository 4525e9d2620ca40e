/*
 * What this machine charges for the things that an execution is made of. Prints one number.
 *
 *     probe fork SECONDS [CPU]   fork, _exit and wait, over and over: how many a second
 *     probe pipe ROUNDS          one byte there and back between two processes: microseconds each
 *     probe fault PAGES          the first write to a page: microseconds each
 *
 * In C and static: a process of a few pages is the least that can be forked, and a managed runtime cannot fork at all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        die("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        die("sched_setaffinity");
}

static double forks_a_second(double seconds)
{
    double begin = now(), end;
    long count = 0;
    do {
        pid_t pid = fork();
        if (pid < 0)
            die("fork");
        if (pid == 0)
            _exit(0);
        if (waitpid(pid, NULL, 0) != pid)
            die("waitpid");
        count++;
    } while ((end = now()) - begin < seconds);
    return (double)count / (end - begin);
}

static double pipe_round_trip(long rounds)
{
    int there[2], back[2];
    char byte = 0;
    if (pipe(there) != 0 || pipe(back) != 0)
        die("pipe");
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            if (write(back[1], &byte, 1) != 1)
                _exit(1);
        _exit(0);
    }
    double begin = now();
    for (long round = 0; round < rounds; round++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            die("pipe");
    double elapsed = now() - begin;
    close(there[1]);
    if (waitpid(pid, NULL, 0) != pid)
        die("waitpid");
    return elapsed * 1e6 / (double)rounds;
}

static double first_write(size_t pages)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = pages * page;
    volatile char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    /* One fault for each page, as in a child that copies what it writes. */
    if (madvise((void *)memory, bytes, MADV_NOHUGEPAGE) != 0 && errno != EINVAL)
        die("madvise");
    double begin = now();
    for (size_t at = 0; at < bytes; at += page)
        memory[at] = 1;
    return (now() - begin) * 1e6 / (double)pages;
}

int main(int count, char **arguments)
{
    double argument = count > 2 ? atof(arguments[2]) : 0;
    if (argument <= 0) {
        fprintf(stderr, "usage: probe fork SECONDS [CPU] | pipe ROUNDS | fault PAGES\n");
        return 2;
    }
    if (count > 3)
        pin(atoi(arguments[3]));
    if (strcmp(arguments[1], "fork") == 0)
        printf("%.3f\n", forks_a_second(argument));
    else if (strcmp(arguments[1], "pipe") == 0)
        printf("%.3f\n", pipe_round_trip((long)argument));
    else if (strcmp(arguments[1], "fault") == 0)
        printf("%.3f\n", first_write((size_t)argument));
    else {
        fprintf(stderr, "probe: there is no probe %s\n", arguments[1]);
        return 2;
    }
    return 0;
}
