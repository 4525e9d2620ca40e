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

/* The process of that name, in whatever namespace; 0 if there is none. */
static pid_t named(const char *name)
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
        if (read(file, comm, sizeof comm - 1) > 0 && strcspn(comm, "\n") == strlen(name) && strncmp(comm, name, strlen(name)) == 0)
            found = process;
        close(file);
    }
    closedir(processes);
    return found;
}

static void obey(void)
{
    pid_t agent = named("mayfly-agent");
    if (agent == 0)
        return;
    if (named("guest-panics") != 0)
        write_file("/proc/sysrq-trigger", "c");
    if (named("guest-ends") != 0)
        reboot(RB_POWER_OFF);
    if (named("guest-is-deaf") != 0)
        kill(agent, SIGSTOP);
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
