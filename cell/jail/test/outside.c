/*
 * What the cell's root sees of a jail, and what it can put into one: a spare that is parked, its init, and things
 * that only Landlock keeps the program from.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char text[1 << 14];

static const char *status_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    text[size] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

static int descriptors_of(pid_t pid)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return -1;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void check_processes(const struct jailer *jailer)
{
    static struct execution execution;
    prepare(jailer, &execution, 0);
    fork_into(jailer, &execution, 0);

    check(descriptors_of(execution.child) == 4, "a spare holds 0, 1, 2 and its stream", "%d descriptors",
          descriptors_of(execution.child));
    check(descriptors_of(execution.init) == 0, "init holds no descriptor", "%d", descriptors_of(execution.init));

    const char *status = status_of(execution.init);
    expect(status, "init is uid 0 of the cell", "Uid:\t", "0\t0\t0\t0");
    expect(status, "init cannot gain privileges", "NoNewPrivs:\t", "1");
    const char *const sets[] = {"CapInh:\t", "CapPrm:\t", "CapEff:\t", "CapBnd:\t", "CapAmb:\t"};
    int empty = 0;
    for (size_t i = 0; i < 5; i++)
        empty += strcmp(value_of(status, sets[i]), "0000000000000000") == 0;
    check(empty == 5, "init has no capability", "CapEff %s, CapBnd %s", value_of(status, "CapEff:\t"),
          value_of(status, "CapBnd:\t"));
    end(jailer, &execution);
}

/* Runs in a child: makes /etc of the jail writable for everybody, as a careless mount would. */
static void mount_over_etc(const struct execution *execution)
{
    must(setns(execution->init_pidfd, CLONE_NEWNS));
    must(mount("tmpfs", "/etc", "tmpfs", 0, "mode=0777"));
    _exit(0);
}

/* Runs in a child of a child: a process of the slot's uid in the jail's pid namespace that never entered the jail. */
static void be_a_stranger(int ready)
{
    must(prctl(PR_SET_PDEATHSIG, SIGKILL));
    must((int)syscall(SYS_setresgid, SLOT_UID, SLOT_UID, SLOT_UID));
    must((int)syscall(SYS_setresuid, SLOT_UID, SLOT_UID, SLOT_UID));
    must(prctl(PR_SET_DUMPABLE, 1));
    must((int)write(ready, &(pid_t){getpid()}, sizeof(pid_t))); /* as the jail numbers it */
    for (;;)
        pause();
}

static void run_in(const struct jailer *jailer, struct execution *execution, const char *const *command)
{
    struct block block = {0};
    fork_into(jailer, execution, 0);
    add_command(&block, command);
    send_block(execution, &block);
    receive_notice(execution);
    collect(jailer, execution);
}

static void check_landlock(const struct jailer *jailer)
{
    static struct execution execution;
    int ready[2];
    prepare(jailer, &execution, 0);

    pid_t helper = fork();
    if (helper == 0)
        mount_over_etc(&execution);
    must(waitpid(helper, NULL, 0));
    run_in(jailer, &execution, PROBE("touch", "/etc/made"));
    expect(execution.text, "Landlock: no writing where a mount would let", "touch=", "EACCES");
    close(execution.control), close(execution.output), close(execution.errors);

    must(pipe(ready));
    helper = fork();
    if (helper == 0) {
        must(setns(execution.init_pidfd, CLONE_NEWPID));
        pid_t stranger = fork();
        if (stranger == 0)
            be_a_stranger(ready[1]);
        waitpid(stranger, NULL, 0);
        _exit(0);
    }
    pid_t stranger = 0;
    char number[16];
    must((int)read(ready[0], &stranger, sizeof stranger));
    close(ready[0]), close(ready[1]);
    snprintf(number, sizeof number, "%d", stranger);

    run_in(jailer, &execution, PROBE("trace", number));
    expect(execution.text, "Landlock: no tracing of a process that is not jailed", "trace=", "EPERM");
    close(execution.control), close(execution.output), close(execution.errors);
    run_in(jailer, &execution, PROBE("kill", number));
    expect(execution.text, "Landlock: no signal to a process that is not jailed", "kill=", "EPERM");
    end(jailer, &execution);
    waitpid(helper, NULL, 0);
}

void check_outside(const struct jailer *jailer)
{
    static struct execution execution;
    check_processes(jailer);

    prepare(jailer, &execution, 0);
    uint32_t abi = fork_into(jailer, &execution, 0).landlock_abi;
    end(jailer, &execution);
    if (abi >= 6)
        check_landlock(jailer);
    else
        printf("SKIPPED  Landlock: needs ABI 6, the kernel has %u\n", abi);
}
