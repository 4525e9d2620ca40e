/* What the parts of the zygote's tests share. */
#ifndef MAYFLY_JAVASCRIPT_TEST_H
#define MAYFLY_JAVASCRIPT_TEST_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "../../jail/protocol.h"

enum {
    CELL_UID = 0x70000000, /* what the cell's uid 0 is outside */
    SLOT_UID = 10000,
    PATIENCE_MS = 60000,
    MAX_OUTPUT = 1 << 18,
    MAX_FILES = 8,
};

_Noreturn void stop(const char *what);
#define must(call)                                                                                             \
    do {                                                                                                       \
        if ((call) < 0)                                                                                        \
            stop(#call);                                                                                       \
    } while (0)

/* cell.c */
extern int cgroup_fds[JAIL_MAX_CGROUP_FDS];
extern size_t cgroup_count;

/* agent.c: the agent's part. A parent is the jailer or the zygote. */
struct parent {
    pid_t pid;
    int socket;
};

struct program {
    char name[256];
    struct {
        char path[256];
        char *content;
        size_t size;
    } files[MAX_FILES];
    size_t file_count;
    int stays_in_the_past;
};

struct result {
    char output[MAX_OUTPUT], errors[MAX_OUTPUT];
    size_t output_size, errors_size;
    int wait_status;
    int said;             /* the exit code in the ending page; -1: nothing there   */
    struct report exit;
    double ready_cpu_ms;  /* of the child's main thread, until READY               */
    long ready_faults;
    long ready_private_kb;
};

struct parent start_jailer(void);
struct parent start_zygote(const char *configuration);
/* One whose clock is that many seconds behind, until a program is handed over that does not stay in the past: to a child that is ready by then. */
struct parent start_old_zygote(const char *configuration, int64_t age_s);
void execute(const struct parent *jailer, const struct parent *parent, const struct program *program, struct result *result);
double cpu_ms(pid_t pid);

/* compare.c, cost.c */
int compare_programs(const struct parent *jailer, const struct parent *zygote, const char *only);
int compare_old(const struct parent *jailer, const struct parent *old);
void measure_cost(const struct parent *jailer, const struct parent *zygote);

#endif
