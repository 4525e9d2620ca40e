/* What the parts of the jail's tests share. */
#ifndef MAYFLY_JAIL_TEST_H
#define MAYFLY_JAIL_TEST_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "../protocol.h"

enum {
    CELL_UID = 0x70000000, /* what the cell's uid 0 is outside */
    SLOT_UID = 10000,
    UNMAPPED_UID = 70000,  /* the cell has 65536 */
    WRITABLE = 4 << 20,
    INODES = 200,
    FILE_BYTES = 2 << 20,
    SHM_KB = 16 << 10,     /* mounts.c */
    PATIENCE_MS = 5000,
};

/* check.c */
extern int passed, failed;
void __attribute__((format(printf, 3, 4))) check(int ok, const char *claim, const char *detail, ...);
_Noreturn void stop(const char *what);
#define must(call)                                                                                             \
    do {                                                                                                       \
        if ((call) < 0)                                                                                        \
            stop(#call);                                                                                       \
    } while (0)

/* agent.c: the agent's part towards jailer and children. */
struct jailer {
    pid_t pid;
    int socket;
};

struct execution {
    pid_t init, child;
    int init_pidfd, control, output, errors;
    char text[1 << 17]; /* what came on stdout */
    struct report exit;
};

/* START blocks are built here, and spoilt by the tests that send bad ones. */
struct block {
    struct start start;
    char bytes[1 << 16];
    size_t size;
};

#define PROBE(...) ((const char *const[]){"/bin/probe", __VA_ARGS__, NULL})

extern int cgroup_fds[JAIL_MAX_CGROUP_FDS];
extern size_t cgroup_count;
extern const char *filter; /* a path in the cell */

struct jailer start_jailer(const char *its_filter, int errors);
struct jailer start_jailer_after(void (*spoil)(void), int errors);
int exit_code_of(struct jailer *jailer);
void send_packet(const struct jailer *jailer, const void *bytes, size_t size, const int *fds, size_t fd_count);
struct report receive_report(const struct jailer *jailer, int *fd);
struct report receive_kind(const struct jailer *jailer, uint32_t kind, int *fd);
struct request request_for(uint32_t kind, uint32_t slot);
int prepare(const struct jailer *jailer, struct execution *execution, uint32_t slot);
void send_fork(const struct jailer *jailer, struct execution *execution, const struct request *request);
struct notice receive_notice(const struct execution *execution);
struct notice fork_into(const struct jailer *jailer, struct execution *execution, uint32_t slot);
void add(struct block *block, const void *bytes, size_t size);
void add_file(struct block *block, const char *path, const char *content, uint32_t mode);
void add_command(struct block *block, const char *const *command);
void send_block(const struct execution *execution, struct block *block);
void start_program(const struct jailer *jailer, struct execution *execution, const char *const *command);
void collect(const struct jailer *jailer, struct execution *execution);
struct report end(const struct jailer *jailer, struct execution *execution);
void run(const struct jailer *jailer, struct execution *execution, const char *const *command);

/* Looking at output: the first line that begins so, without its beginning. */
const char *value_of(const char *text, const char *beginning);
void expect(const char *text, const char *claim, const char *name, const char *wanted);

/* inside.c, outside.c, refusals.c, deaths.c, network.c, ipc.c, cost.c: the checks. */
void check_inside(const struct jailer *jailer);
void check_space(const struct jailer *jailer);
void check_outside(const struct jailer *jailer);
void check_real_filter(void);
void check_bad_starts(const struct jailer *jailer);
void check_failing_layers(const struct jailer *jailer);
void check_bad_filters(void);
void check_templates(void);
void check_bad_requests(void);
void check_side_by_side(const struct jailer *jailer);
void check_network(const struct jailer *jailer);
void check_ipc(const struct jailer *jailer);
void check_deaths(void);
int gone(pid_t pid);
void measure_cost(void);

#endif
