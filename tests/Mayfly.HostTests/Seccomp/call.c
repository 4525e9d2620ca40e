/*
 * Makes system calls behind a filter and says what came of them. One child for each call, so that one that never
 * returns, kills or exits is an answer like any other.
 *
 *   call FILTER NUMBER [ARGUMENT...]     one call; FILTER "-" for none
 *   call FILTER census FIRST LAST        all numbers, arguments 0
 *   call FILTER int80 | x32              getpid by another ABI (x86-64)
 *
 * A line of output for each: NUMBER and "returned", "errno N", "blocked", "signal N" or "exited".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 200 };

static struct sock_filter instructions[4096];
static struct sock_fprog filter = {.filter = instructions};
static volatile long *result; /* shared with the child */
enum { NOT_RETURNED = 1 };    /* what a call answers is stored as 0 or -errno */

/* Inline, so that a call that returns twice on one stack (vfork) has no return address to lose. */
static inline long make(long number, const long *a)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "+a"(number) : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return number;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = a[0], x1 __asm__("x1") = a[1], x2 __asm__("x2") = a[2],
                  x3 __asm__("x3") = a[3], x4 __asm__("x4") = a[4], x5 __asm__("x5") = a[5];
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "no such architecture in the policy"
#endif
}

static void in_child(long number, const long *arguments, int int80)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        _exit(90);
    if (filter.len > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0)
        _exit(91);
    long answer;
#if defined(__x86_64__)
    if (int80)
        __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20L) : "memory"); /* i386's getpid */
    else
#endif
        answer = make(number, arguments);
    (void)int80;
    *result = answer < 0 ? answer : 0;
    _exit(0);
}

static void report(long number, const long *arguments, int int80)
{
    *result = NOT_RETURNED;
    pid_t child = fork();
    if (child == 0)
        in_child(number, arguments, int80);

    int status = 0, waited = 0;
    for (; waitpid(child, &status, WNOHANG) == 0; waited++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        if (waited == PATIENCE_MS)
            kill(child, SIGKILL);
    }
    printf("%ld ", number);
    if (*result < 0)
        printf("errno %ld\n", -*result);
    else if (*result == 0)
        printf("returned\n");
    else if (waited >= PATIENCE_MS)
        printf("blocked\n");
    else if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else if (WEXITSTATUS(status) >= 90)
        printf("no filter\n");
    else
        printf("exited\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "-") != 0) {
        int file = open(argv[1], O_RDONLY | O_CLOEXEC);
        ssize_t size = file < 0 ? -1 : read(file, instructions, sizeof instructions);
        if (size <= 0)
            return perror(argv[1]), 2;
        close(file);
        filter.len = (unsigned short)((size_t)size / sizeof *instructions);
    }
    /* Calls with null arguments work on descriptor 0 and, like dup2, on the one it replaces: nothing of value there. Not
     * even /dev/null: fchmod(0, 0) by root would close it for the whole machine. */
    int output = fcntl(1, F_DUPFD_CLOEXEC, 100), nothing = memfd_create("nothing", MFD_CLOEXEC);
    dup2(nothing, 0);
    dup2(output, 1);
    result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    long arguments[6] = {0};
    if (strcmp(argv[2], "census") == 0 && argc == 5) {
        for (long number = atol(argv[3]); number <= atol(argv[4]); number++)
            report(number, arguments, 0);
        return 0;
    }
    if (strcmp(argv[2], "int80") == 0)
        return report(20, arguments, 1), 0;
    if (strcmp(argv[2], "x32") == 0)
        return report(0x40000000L + SYS_getpid, arguments, 0), 0;
    for (int i = 3; i < argc && i < 9; i++)
        arguments[i - 3] = (long)strtoull(argv[i], NULL, 0);
    return report(atol(argv[2]), arguments, 0), 0;
}
