/*
 * PID 1 of a micro-VM, out of its initramfs. It makes of the bare guest what a container runtime makes of a machine, so that the
 * agent finds the same cell in both: a user namespace, ten capabilities, a filter, a read-only root, no network.
 *
 *   /dev/vda       the image's root, erofs, read-only, of the length that the launcher says
 *   /mayfly        agent, jailer and drivers, from the initramfs: of the same build as the launcher
 *   vport0p1       virtio-serial: the cell stream, the agent's descriptor 3
 *   ttyS0          the console: the agent's standard error, and this program's last words
 *
 * It stays to reap, and ends the machine when the agent has ended; QEMU's exit code says how. Whatever goes wrong
 * here ends the machine, too, with a line on the console: a guest that is not whole must not say Hello.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <sys/io.h>
#endif

#include "guest.h"

#define IMAGE "/image"
#define DEVICES "/devices"
#define GROUPS "/groups"
#define CELL GROUPS "/cell"
#define PORT "/dev/vport0p1"
#define DISK "/dev/vda"

/* As a container cell's (src/Mayfly.Cells/Launching/Container/CellConfig.cs): its root, and a block of users. */
#define FIRST_UID "1879048192"
#define UIDS "65536"
#define FIRST_UID_NUMBER 1879048192U
#define MAX_OPEN_FILES 4096

/* Devices are found while modules are loaded; emulated, on a machine out of breath, that takes its time. */
#define DEVICE_WAIT_MS 30000

static int console = -1;
static int is_agent;

static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if ((size_t)length > sizeof line - 2)
        length = sizeof line - 2;
    line[length] = '\n';
    if (console >= 0 && write(console, line, (size_t)length + 1) < 0)
        return;
}

/* Ends the machine. QEMU's exit code is 2 * code + 1 (isa-debug-exit); elsewhere it is switched off. */
static _Noreturn void end(int code)
{
    if (console >= 0)
        fsync(console);
#if defined(__x86_64__)
    if (ioperm(GUEST_EXIT_PORT, 1, 1) == 0)
        outb((unsigned char)code, GUEST_EXIT_PORT);
#else
    (void)code;
#endif
    reboot(RB_POWER_OFF);
    reboot(RB_AUTOBOOT);
    for (;;)
        pause();
}

/* In the agent's process it is that process which ends; the machine follows. */
static _Noreturn void fail(const char *what)
{
    say("mayfly guest: %s: %s", what, strerrorname_np(errno));
    if (is_agent)
        _exit(GUEST_BROKEN);
    end(GUEST_BROKEN);
}

static void wait_a_little(void)
{
    struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
}

static void write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        fail(path);
    close(file);
}

static void make_directory(const char *path, mode_t mode)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST)
        fail(path);
}

static void mount_at(const char *type, const char *path, unsigned long flags, const char *options)
{
    if (mount(type, path, type, flags, options) != 0)
        fail(path);
}

/* ---- The bare guest. */

static void mount_kernel(void)
{
    make_directory("/dev", 0755);
    make_directory("/proc", 0555);
    mount_at("devtmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=0755");
    console = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
    mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* In the order in which the image's builder listed them; nothing is loaded after them. */
static void load_modules(void)
{
    char name[128];
    FILE *list = fopen("/modules/list", "re");
    if (list == NULL)
        fail("/modules/list");
    while (fgets(name, sizeof name, list) != NULL) {
        char path[160];
        name[strcspn(name, "\n")] = 0;
        snprintf(path, sizeof path, "/modules/%s", name);
        int module = open(path, O_RDONLY | O_CLOEXEC);
        if (module < 0 || (syscall(SYS_finit_module, module, "", 0) != 0 && errno != EEXIST))
            fail(path);
        close(module);
    }
    fclose(list);
    write_file("/proc/sys/kernel/modules_disabled", "1");
}

/* What the kernel would tell or do for root of a cell, who has no business with it. */
static void close_kernel(void)
{
    write_file("/proc/sys/kernel/dmesg_restrict", "1");
    write_file("/proc/sys/kernel/kptr_restrict", "2");
    write_file("/proc/sys/kernel/kexec_load_disabled", "1");
    write_file("/proc/sys/kernel/sysrq", "0");
}

static int open_when_there(const char *path, int flags)
{
    for (int waited = 0;; waited += 5) {
        int device = open(path, flags | O_CLOEXEC);
        if (device >= 0)
            return device;
        if ((errno != ENOENT && errno != ENXIO && errno != ENODEV) || waited >= DEVICE_WAIT_MS)
            fail(path);
        wait_a_little();
    }
}

/* mayfly.NAME=NUMBER of the kernel's command line. */
static unsigned long long parameter(const char *name)
{
    char line[2048], *found;
    int file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, line, sizeof line - 1);
    if (length < 0)
        fail("/proc/cmdline");
    close(file);
    line[length] = 0;
    found = strstr(line, name);
    if (found == NULL) {
        errno = ENOENT;
        fail(name);
    }
    return strtoull(found + strlen(name), NULL, 10);
}

static void check_disk(void)
{
    unsigned long long bytes = 0, expected = parameter("mayfly.root_bytes=");
    int disk = open_when_there(DISK, O_RDONLY);
    if (ioctl(disk, BLKGETSIZE64, &bytes) != 0)
        fail(DISK);
    close(disk);
    if (bytes != expected) {
        say("mayfly guest: " DISK " has %llu bytes, and the image's root %llu: it was cut short or exchanged", bytes, expected);
        end(GUEST_BROKEN);
    }
}

/* ---- What the cell is made of: a namespace with its own users can mount neither a disk nor devices. */

static void make_devices(void)
{
    static const struct {
        const char *path;
        unsigned minor;
    } devices[] = {
        {DEVICES "/null", 3}, {DEVICES "/zero", 5}, {DEVICES "/full", 7}, {DEVICES "/random", 8}, {DEVICES "/urandom", 9},
    };
    make_directory(DEVICES, 0755);
    mount_at("tmpfs", DEVICES, MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k,nr_inodes=16");
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (mknod(devices[i].path, S_IFCHR | 0666, makedev(1, devices[i].minor)) != 0 || chmod(devices[i].path, 0666) != 0)
            fail(devices[i].path);
    if (mount(NULL, DEVICES, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) != 0)
        fail(DEVICES);
}

static void mount_image(void)
{
    make_directory(IMAGE, 0755);
    if (mount(DISK, IMAGE, "erofs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0)
        fail("mount of the image's root, which is no erofs or damaged");
}

static void make_group(void)
{
    static const char *const delegated[] = {
        CELL, CELL "/cgroup.procs", CELL "/cgroup.subtree_control", CELL "/cgroup.threads",
    };
    make_directory(GROUPS, 0755);
    mount_at("cgroup2", GROUPS, MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    write_file(GROUPS "/cgroup.subtree_control", "+memory +cpu +pids");
    make_directory(CELL, 0755);
    for (size_t i = 0; i < sizeof delegated / sizeof delegated[0]; i++)
        if (chown(delegated[i], FIRST_UID_NUMBER, FIRST_UID_NUMBER) != 0)
            fail(delegated[i]);
}

/* ---- The agent's process. */

/*
 * Mounts that come from outside of a user namespace are locked together, and a jail could not bind the root alone: so it is bound
 * anew inside, with everything on it. Then it becomes the root for good; what is below is reachable for nobody.
 */
static void bind(const char *source, const char *target, unsigned long flags)
{
    if (mount(source, target, NULL, MS_BIND, NULL) != 0 || mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL) != 0)
        fail(target);
}

static void enter_root(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("private mounts");
    bind(IMAGE, IMAGE, MS_NOSUID | MS_NODEV);
    bind(DEVICES, IMAGE "/dev", MS_NOSUID | MS_NOEXEC);
    bind("/mayfly", IMAGE "/mayfly", MS_NOSUID | MS_NODEV);
    mount_at("proc", IMAGE "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("tmpfs", IMAGE "/run", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=1m,nr_inodes=256");
    make_directory(IMAGE "/run/cgroup", 0755);
    make_directory(IMAGE "/run/cgroup/unified", 0755);
    mount_at("cgroup2", IMAGE "/run/cgroup/unified", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    if (chdir(IMAGE) != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0)
        fail("move of the root");
}

static void drop_capabilities(void)
{
    static const unsigned kept[] = {
        CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP,
        CAP_NET_ADMIN, CAP_SYS_CHROOT, CAP_SYS_ADMIN, CAP_SYS_RESOURCE,
    };
    for (unsigned capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        int keep = 0;
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            keep |= kept[i] == capability;
        if (!keep && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            fail("bounding set");
    }
}

static void install_filter(const struct sock_fprog *filter)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) != 0)
        fail("the cell's seccomp filter");
}

static _Noreturn void be_agent(int go, int port, const struct sock_fprog *filter)
{
    static char *const arguments[] = {"/mayfly/mayfly-agent", NULL};
    char patience[48];
    char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC", patience, NULL};
    struct rlimit files = {MAX_OPEN_FILES, MAX_OPEN_FILES}, cores = {0, 0};
    char byte;

    is_agent = 1;
    snprintf(patience, sizeof patience, "MAYFLY_PATIENCE=%llu", parameter("mayfly.patience="));
    /* Until it has its users and its group. */
    if (read(go, &byte, 1) != 1)
        fail("waiting for the user namespace");
    if (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
        fail("root of the cell");
    if (unshare(CLONE_NEWCGROUP) != 0)
        fail("cgroup namespace");
    enter_root();
    if (sethostname("cell", 4) != 0 || setrlimit(RLIMIT_NOFILE, &files) != 0 || setrlimit(RLIMIT_CORE, &cores) != 0)
        fail("limits");
    setsid();

    /* 0, 1: nothing; 2: the console; 3: the stream; no other. */
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0)
        fail("/dev/null");
    /* First out of the way of one another. */
    int words = fcntl(console, F_DUPFD_CLOEXEC, 10), stream = fcntl(port, F_DUPFD_CLOEXEC, 10);
    if (words < 0 || stream < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || dup2(words, 2) < 0 || dup2(stream, 3) < 0)
        fail("descriptors");
    console = 2;
    if (close_range(4, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        fail("closing descriptors");

    drop_capabilities();
    install_filter(filter);
    execve(arguments[0], arguments, environment);
    fail(arguments[0]);
}

static void read_filter(struct sock_fprog *filter)
{
    static struct sock_filter instructions[BPF_MAXINSNS];
    int file = open("/cell-seccomp.bpf", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, instructions, sizeof instructions);
    if (length <= 0 || length % (ssize_t)sizeof instructions[0] != 0) {
        errno = length < 0 ? errno : EINVAL;
        fail("/cell-seccomp.bpf");
    }
    close(file);
    filter->len = (unsigned short)((size_t)length / sizeof instructions[0]);
    filter->filter = instructions;
}

static pid_t start_agent(int port)
{
    static struct sock_fprog filter;
    char path[64], number[16];
    int go[2];
    struct clone_args arguments = {
        .flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS,
        .exit_signal = SIGCHLD,
    };

    read_filter(&filter);
    if (pipe2(go, O_CLOEXEC) != 0)
        fail("pipe2");
    pid_t agent = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (agent < 0)
        fail("the cell's namespaces");
    if (agent == 0) {
        close(go[1]);
        be_agent(go[0], port, &filter);
    }

    snprintf(path, sizeof path, "/proc/%d/uid_map", agent);
    write_file(path, "0 " FIRST_UID " " UIDS);
    snprintf(path, sizeof path, "/proc/%d/gid_map", agent);
    write_file(path, "0 " FIRST_UID " " UIDS);
    snprintf(number, sizeof number, "%d", agent);
    write_file(CELL "/cgroup.procs", number);
    close(go[0]);
    if (write(go[1], "", 1) != 1)
        fail("letting the agent go");
    close(go[1]);
    return agent;
}

/* The host's end is connected from the start, and says so once the port is announced. */
static int open_stream(void)
{
    int port = open_when_there(PORT, O_RDWR);
    for (int waited = 0; waited < DEVICE_WAIT_MS; waited += 5) {
        struct pollfd state = {.fd = port, .events = POLLIN};
        if (poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0)
            return port;
        wait_a_little();
    }
    errno = ETIMEDOUT;
    fail("the stream's other end");
}

int main(void)
{
    mount_kernel();
    load_modules();
    close_kernel();
    check_disk();
    mount_image();
    make_devices();
    make_group();
    int port = open_stream();
    pid_t agent = start_agent(port);
    close(port); /* the agent's now: its end is the stream's */

    for (;;) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR)
            fail("waiting for the agent");
        if (ended != agent)
            continue;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            end(GUEST_DONE);
        say("mayfly guest: the agent ended with %s %d", WIFEXITED(status) ? "exit code" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        end(GUEST_AGENT_FAILED);
    }
}
