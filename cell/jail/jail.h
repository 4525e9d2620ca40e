/*
 * Entering a jail: everything between fork and user code.
 *
 * The files behind this header (enter.c, limits.c, credentials.c, landlock.c, watch.c, seccomp.c, start.c) run in a freshly
 * forked child of the jailer, and of any other parent that hands over such a child: a warm interpreter. They
 * therefore have no global state, take all they need in struct jail, and never allocate, lock or use stdio: the
 * heap and the locks they would find belong to a parent whose other half is missing.
 *
 * A step that fails ends the child: it says which step and why on the control stream (NOTICE_FAILED) and exits.
 * There is no way on without it.
 */
#ifndef MAYFLY_JAIL_H
#define MAYFLY_JAIL_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

/* Exit code of a child that never ran a program; the agent goes by the notice, a reader of logs by this. */
#define JAIL_EXIT_FAILED 125

struct jail {
    int init;                         /* pidfd of the jail's PID 1, whose namespaces the child joins         */
    int control;                      /* stream to the agent; close-on-exec                                  */
    int output, errors;               /* become descriptors 1 and 2                                          */
    int ending;                       /* memory file of struct ending; mapped by a zygote's child            */
    int cgroups[JAIL_MAX_CGROUP_FDS]; /* cgroup.procs files of the execution, open for writing               */
    size_t cgroup_count;
    uint32_t uid, gid;                /* of the slot                                                         */
    uint64_t file_bytes;              /* RLIMIT_FSIZE                                                        */
    uint32_t landlock_abi;            /* of landlock_abi(), asked once by the parent; 0: the kernel has none */
    struct sock_fprog filter;         /* the parent's; copied by the kernel                                  */
    int watches;                      /* whether the agent wants to know of sockets                          */
    int listener;                     /* where it will; -1: nowhere. READY gives it away, and until then no
                                         socket of a family other than AF_UNIX may be asked for: nobody answers */
    int watch_error;                  /* errno, if it is nowhere and should be somewhere                     */
    int (*map_memory)(const struct jail *); /* of a zygote's child, charged to the execution; 0, or -1 with errno */
};

/* What a program is started with; the strings point into the START block. */
struct program {
    char *arguments[JAIL_MAX_ARGUMENTS + 1];
    char *environment[JAIL_MAX_VARIABLES + 1];
    void *block;                      /* what they point into: pages of its own                              */
    size_t block_bytes;
};

/* enter.c: all layers, in order. On return the child is jailed and holds descriptors 0, 1, 2 and control. */
void jail_enter(struct jail *jail);
void jail_ready(struct jail *jail);
void jail_started(const struct jail *jail);
_Noreturn void jail_fail(const struct jail *jail, enum jail_step step, int error);

/* start.c: waits for START, writes its files and stdin, fills in what to run. */
void receive_program(const struct jail *jail, struct program *program);
_Noreturn void execute_program(const struct jail *jail, const struct program *program);

/* The steps of jail_enter, each in the file named after its subject. */
void set_limits(const struct jail *jail);
void drop_credentials(const struct jail *jail);
void restrict_files(const struct jail *jail);
void watch_sockets(struct jail *jail);
void filter_syscalls(const struct jail *jail);

/* For the parent, before any fork. Both return -1 with errno set. */
int landlock_abi(void);
int load_filter(const char *path, struct sock_filter *instructions, size_t capacity);

/* credentials.c: shared with the jail's init, which stays uid 0 but needs no right after its mounts. */
int empty_bounding_set(void);
int clear_capabilities(void);
int forbid_new_privileges(void);

#endif
