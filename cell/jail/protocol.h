/*
 * What agent, jailer and jailed child say to each other. All integers are little-endian on the machines we
 * run on and never leave the machine; src/Mayfly.Agent/Jails/JailerProtocol.cs mirrors these structs byte for byte,
 * and a test compares sizes and offsets.
 *
 * Three parties:
 *   agent    PID 1 of the cell (C#). Never forks.
 *   parent   forks children into jails and reports their deaths: the jailer (this folder; children exec a fresh
 *            interpreter: the cold path), or a zygote (children are the warm interpreter itself).
 *   child    enters the jail, says READY, waits for its one program, says STARTED, runs it.
 *
 * agent <-> parent: SOCK_SEQPACKET, one struct a packet, descriptors by SCM_RIGHTS.
 * agent <-> child:  SOCK_STREAM ("control"), closed before user code runs.
 */
#ifndef MAYFLY_JAIL_PROTOCOL_H
#define MAYFLY_JAIL_PROTOCOL_H

#include <stdint.h>

enum {
    JAIL_MAX_CGROUP_FDS = 4,          /* v1: memory, cpu, cpuacct, pids; v2: one */
    JAIL_MAX_START_BYTES = 4u << 20,  /* a START block: code, arguments, environment, files, stdin */
    JAIL_MAX_SLOTS = 64,              /* slots are numbered from 0                                 */
    JAIL_MAX_ARGUMENTS = 256,         /* of a START, argv[0] included                              */
    JAIL_MAX_VARIABLES = 256,
    JAIL_MAX_FILES = 256,
};

/* agent -> parent ------------------------------------------------------------------------------------------ */
enum request_kind {
    REQUEST_PREPARE = 1,  /* jailer only: make namespaces and mounts for one execution; no descriptor.          */
    REQUEST_FORK = 2,     /* fork a child into a prepared jail; descriptors: jail init's pidfd, control, stdout,
                             stderr, ending, then 1..JAIL_MAX_CGROUP_FDS cgroup.procs files open for writing.    */
    REQUEST_FORGET = 3,   /* jailer only: nobody vouches for the network namespace of the slot's last jail; no
                             descriptor, no answer.                                                              */
};

struct request {
    uint32_t kind;
    uint32_t slot;              /* echoed in every report                                     */
    uint32_t uid, gid;          /* of the slot, in the cell's user namespace; never 0         */
    uint64_t writable_bytes;    /* PREPARE: one tmpfs serves /sandbox and /tmp                */
    uint32_t writable_inodes;
    uint32_t processes;         /* RLIMIT_NPROC is not used (pids.max is); kept for posture   */
    uint64_t file_bytes;        /* FORK: RLIMIT_FSIZE                                         */
    uint32_t network_untouched; /* PREPARE: the network namespace of the slot's last jail is as good as new: nobody
                                   in it was given a socket that READY's descriptor tells of. 1, or 0 for a new one */
    uint32_t watch_sockets;     /* PREPARE: the network namespace may be of use to the slot's next jail, and is kept until
                                   then or FORGET. FORK: READY comes with a descriptor that tells of sockets. 1 or 0 */
};

/* parent -> agent ------------------------------------------------------------------------------------------ */
enum report_kind {
    REPORT_PREPARED = 1,     /* pid: the jail's init; one descriptor: its pidfd                               */
    REPORT_PREPARE_FAILED,   /* step, error                                                                   */
    REPORT_FORKED,           /* pid: the child                                                                */
    REPORT_FORK_FAILED,      /* step, error                                                                   */
    REPORT_CHILD_EXITED,     /* pid, wait_status, rusage                                                      */
    REPORT_INIT_EXITED,      /* pid, wait_status: the jail's pid namespace is empty and gone                  */
    REPORT_WARM,             /* zygote only, once, after any GREW: FORK may come                              */
    REPORT_GREW,             /* zygote only. slot: how many of its modules are imported; max_rss_kb: what a fresh
                                interpreter with these imports has of its own (anonymous memory)               */
};

struct report {
    uint32_t kind;
    uint32_t slot;
    int32_t pid;                /* in the cell's pid namespace                                */
    int32_t wait_status;        /* as of waitpid(2)                                           */
    int32_t step;               /* enum jail_step                                             */
    int32_t error;              /* errno                                                      */
    uint64_t user_us, system_us;
    uint64_t minor_faults, major_faults;
    uint64_t max_rss_kb;
};

/* child -> agent, on the control stream --------------------------------------------------------------------- */
enum notice_kind {
    NOTICE_READY = 1,   /* every layer is in force; waiting for START. If sockets are watched, one descriptor: asked
                           (seccomp_unotify(2)) before user code gets one of a family other than AF_UNIX. error: why
                           there is none, as where somebody around the cell has one already                    */
    NOTICE_STARTED,     /* user code runs next (cold: exec is the next call)                  */
    NOTICE_FAILED,      /* step, error; the child exits                                       */
};

struct notice {
    uint32_t kind;
    int32_t step;
    int32_t error;
    uint32_t landlock_abi;      /* READY: 0 if the kernel has none                            */
};

/*
 * agent -> child, on the control stream: START, once. The header is followed by `argc` arguments and `envc`
 * environment entries ("NAME=value"), each NUL-terminated, then `filec` times
 * (struct start_file, path NUL-terminated, content), then stdin_bytes bytes. total_bytes counts everything after
 * the header. argv[0] is the interpreter's absolute path: what the cold path executes.
 */
struct start {
    uint32_t magic;             /* START_MAGIC                                                */
    uint32_t total_bytes;       /* <= JAIL_MAX_START_BYTES                                    */
    uint32_t argc, envc, filec;
    uint32_t stdin_bytes;
};

struct start_file {
    uint32_t path_bytes;        /* with the NUL; relative to /sandbox                         */
    uint32_t content_bytes;
    uint32_t mode;              /* 0644 or 0755                                               */
};

#define START_MAGIC 0x594c464du /* "MFLY" */

/*
 * The ending: a memory file of one page for each child of a zygote, which maps it shared. A program that has ended says so
 * here and closes its descriptors, so that the agent, which sees the pipes' end, need not wait until the kernel has
 * taken its memory apart. It is the child's own word: user code can write here, too, and so choose its exit code and
 * stop being served, which it may anyway.
 */
struct ending {
    uint32_t done;              /* ENDING_DONE, written last                                  */
    uint32_t exit_code;         /* 0..255                                                     */
    uint64_t minor_faults;      /* since START; for benches                                   */
};

#define ENDING_DONE 0x454e4f44u /* "DONE" */

/* Where preparing or entering a jail failed; names in JailerProtocol.cs. */
enum jail_step {
    STEP_NONE = 0,
    STEP_RECEIVE,        /* reading a request or START                                        */
    STEP_CLONE,          /* namespaces                                                        */
    STEP_PRIVATE,        /* mount propagation                                                 */
    STEP_ROOT,           /* bind of the image, read-only                                      */
    STEP_TMPFS,          /* /sandbox, /tmp, /dev/shm                                          */
    STEP_DEV,
    STEP_PROC,
    STEP_MASK,
    STEP_PIVOT,
    STEP_LOOPBACK,
    STEP_HOSTNAME,
    STEP_CGROUP,         /* entering the execution's cgroups                                  */
    STEP_MEMORY,         /* copying ahead what every child of a zygote writes to               */
    STEP_SETNS,
    STEP_FORK,
    STEP_SESSION,
    STEP_STDIO,
    STEP_LIMITS,
    STEP_CLOSE_FDS,
    STEP_CREDENTIALS,
    STEP_CAPABILITIES,
    STEP_NO_NEW_PRIVS,
    STEP_LANDLOCK,
    STEP_SECCOMP,
    STEP_FILES,          /* writing the program                                               */
    STEP_EXEC,
};

#endif
