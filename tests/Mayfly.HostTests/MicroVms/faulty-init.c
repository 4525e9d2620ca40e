/*
 * The guest's PID 1, all of it, and one thing more: a program in a jail can ask it, by the name of its process, to do
 * what only a hole in the guest's kernel or agent could. Compiled by tests, in the place of guest-init.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t wait_and_obey(pid_t who, int *status, int options);

#define waitpid wait_and_obey
#include "init.c"
#undef waitpid

/* Of a process whose name begins so: its id, and the rest of its name. 0: there is none, in whatever namespace. */
static pid_t named(const char *begin, char rest[32])
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    pid_t found = 0;
    while (found == 0 && (entry = readdir(processes)) != NULL) {
        char path[300], comm[32] = "";
        pid_t process = atoi(entry->d_name);
        if (process <= 0)
            continue;
        snprintf(path, sizeof path, "/proc/%d/comm", process);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            continue;
        if (read(file, comm, sizeof comm - 1) > 0 && strncmp(comm, begin, strlen(begin)) == 0) {
            comm[strcspn(comm, "\n")] = 0;
            strcpy(rest, comm + strlen(begin));
            found = process;
        }
        close(file);
    }
    closedir(processes);
    return found;
}

/* What every later program of this guest can read: what the asking one chose, or what this boot of the kernel is called by. */
static void plant(const char *identity)
{
    char boot[64] = "";
    if (strcmp(identity, "boot-id") == 0) {
        int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
        if (file < 0 || read(file, boot, sizeof boot - 1) <= 0)
            fail("the boot's id");
        close(file);
        identity = boot;
    }
    write_file("/proc/sys/kernel/core_pattern", identity);
}

/* Without end, and without regard to what the other side reads: what is no message, as fast as the port takes it. */
static void flood_port(pid_t agent)
{
    static char block[65536];
    int process = (int)syscall(SYS_pidfd_open, agent, 0);
    int port = (int)syscall(SYS_pidfd_getfd, process, 3, 0); /* the agent's stream: it opens only once */
    if (port < 0)
        fail("the agent's stream");
    memset(block, 0xff, sizeof block);
    while (write(port, block, sizeof block) > 0)
        ;
}

static void obey(void)
{
    char fault[32], identity[32], rest[32];
    pid_t agent = named("mayfly-agent", rest);
    if (agent == 0)
        return;
    if (named("plant-", identity) != 0)
        plant(identity);
    if (named("guest-", fault) == 0)
        return;
    if (strcmp(fault, "panics") == 0)
        write_file("/proc/sysrq-trigger", "c");
    if (strcmp(fault, "ends") == 0)
        reboot(RB_POWER_OFF);
    if (strcmp(fault, "is-deaf") == 0)
        kill(agent, SIGSTOP);
    if (strcmp(fault, "floods") == 0)
        flood_port(agent);
}

static pid_t wait_and_obey(pid_t who, int *status, int options)
{
    struct timespec pause = {.tv_nsec = 300000000};
    for (;;) {
        pid_t ended = waitpid(who, status, options | WNOHANG);
        if (ended != 0)
            return ended;
        obey();
        nanosleep(&pause, NULL);
    }
}
