/*
 * The jail's tests: this program plays mayfly-cells and the agent. As root it makes a cell as runc would (user
 * namespace, own root, only the capabilities that the launcher gives), becomes its PID 1, starts the real jailer and
 * runs probe.c in real jails. One line a check; exit code 1 if one failed, 77 without root.
 *
 *   jail-test <jailer> <jail-probe>
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../protocol.h"

enum {
    CELL_UID = 0x70000000, /* what the cell's uid 0 is outside */
    SLOT_UID = 10000,
    WRITABLE = 4 << 20,
    INODES = 200,
    FILE_BYTES = 2 << 20,
    SHM_KB = 16 << 10, /* mounts.c */
    REFUSED = 55,      /* errno that the test's filter gives to acct(2) */
    PATIENCE_MS = 5000,
};

static int passed, failed;

static void __attribute__((format(printf, 3, 4))) check(int ok, const char *claim, const char *detail, ...)
{
    va_list arguments;
    va_start(arguments, detail);
    printf(ok ? "ok    %s" : "FAIL  %s: ", claim);
    if (!ok)
        vprintf(detail, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
    *(ok ? &passed : &failed) += 1;
}

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "jail-test: %s: %s\n", what, strerrorname_np(errno));
    exit(2);
}
#define must(call)                                                                                             \
    do {                                                                                                       \
        if ((call) < 0)                                                                                        \
            stop(#call);                                                                                       \
    } while (0)

/* The jailer as the agent sees it ------------------------------------------------------------------------- */

struct jailer {
    pid_t pid;
    int socket;
};

static struct jailer start_jailer(const char *filter)
{
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
    pid_t pid = fork();
    if (pid == 0) {
        if (strcmp(filter, "/filter.bpf") != 0)
            must(dup2(open("/dev/null", O_WRONLY), 2)); /* it will complain, rightly */
        signal(SIGPIPE, SIG_IGN);                        /* as .NET leaves it */
        must(dup2(pair[1], 3));
        execl("/jailer", "jailer", filter, (char *)NULL);
        _exit(126);
    }
    close(pair[1]);
    return (struct jailer){pid, pair[0]};
}

static int exit_code_of(struct jailer *jailer)
{
    int status = 0;
    for (int waited = 0; waitpid(jailer->pid, &status, WNOHANG) != jailer->pid; waited++) {
        if (waited > PATIENCE_MS)
            return -1;
        usleep(1000);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void send_packet(const struct jailer *jailer, const void *bytes, size_t size, const int *fds, size_t fd_count)
{
    struct iovec packet = {(void *)bytes, size};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(16 * sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1};
    if (fd_count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof *fds);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){CMSG_LEN(fd_count * sizeof *fds), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(header), fds, fd_count * sizeof *fds);
    }
    must(sendmsg(jailer->socket, &message, MSG_NOSIGNAL));
}

/* kind 0: nothing came */
static struct report receive_report(const struct jailer *jailer, int *fd)
{
    struct report report = {0};
    struct iovec packet = {&report, sizeof report};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct pollfd polled = {jailer->socket, POLLIN, 0};
    if (poll(&polled, 1, PATIENCE_MS) != 1 || recvmsg(jailer->socket, &message, MSG_CMSG_CLOEXEC) <= 0)
        return (struct report){0};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && fd != NULL)
        memcpy(fd, CMSG_DATA(header), sizeof *fd);
    return report;
}

static struct report receive_kind(const struct jailer *jailer, uint32_t kind, int *fd)
{
    struct report report = receive_report(jailer, fd);
    if (report.kind != kind)
        fprintf(stderr, "jail-test: expected report %u, got %u, step %d, %s\n", kind, report.kind, report.step,
                strerrorname_np(report.error));
    return report;
}

/* One execution ------------------------------------------------------------------------------------------- */

struct execution {
    pid_t init, child;
    int init_pidfd, control, output, errors;
    char text[1 << 17]; /* what came on stdout */
    struct report exit;
};

static struct request request_for(uint32_t kind, uint32_t slot)
{
    return (struct request){.kind = kind, .slot = slot, .uid = SLOT_UID + slot, .gid = SLOT_UID + slot,
                            .writable_bytes = WRITABLE, .writable_inodes = INODES, .processes = 64,
                            .file_bytes = FILE_BYTES};
}

static int cgroup_fds[JAIL_MAX_CGROUP_FDS];
static size_t cgroup_count;

static int prepare(const struct jailer *jailer, struct execution *execution, uint32_t slot)
{
    struct request request = request_for(REQUEST_PREPARE, slot);
    send_packet(jailer, &request, sizeof request, NULL, 0);
    struct report report = receive_kind(jailer, REPORT_PREPARED, &execution->init_pidfd);
    execution->init = report.pid;
    return report.kind == REPORT_PREPARED;
}

static void send_fork(const struct jailer *jailer, struct execution *execution, const struct request *request)
{
    int control[2], output[2], errors[2], fds[4 + JAIL_MAX_CGROUP_FDS];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control));
    must(pipe2(output, O_CLOEXEC));
    must(pipe2(errors, O_CLOEXEC));
    fds[0] = execution->init_pidfd, fds[1] = control[1], fds[2] = output[1], fds[3] = errors[1];
    memcpy(fds + 4, cgroup_fds, sizeof cgroup_fds);
    send_packet(jailer, request, sizeof *request, fds, 4 + cgroup_count);
    close(control[1]), close(output[1]), close(errors[1]);
    execution->control = control[0], execution->output = output[0], execution->errors = errors[0];
}

/* kind 0: end of stream, or nothing came */
static struct notice receive_notice(const struct execution *execution)
{
    struct notice notice = {0};
    struct pollfd polled = {execution->control, POLLIN, 0};
    if (poll(&polled, 1, PATIENCE_MS) != 1 || read(execution->control, &notice, sizeof notice) != sizeof notice)
        return (struct notice){0};
    return notice;
}

static struct notice fork_into(const struct jailer *jailer, struct execution *execution, uint32_t slot)
{
    struct request request = request_for(REQUEST_FORK, slot);
    send_fork(jailer, execution, &request);
    execution->child = receive_kind(jailer, REPORT_FORKED, NULL).pid;
    return receive_notice(execution);
}

/* START blocks are built here, and spoilt by the tests that send bad ones. */
struct block {
    struct start start;
    char bytes[1 << 16];
    size_t size;
};

static void add(struct block *block, const void *bytes, size_t size)
{
    memcpy(block->bytes + block->size, bytes, size);
    block->size += size;
}

static void add_file(struct block *block, const char *path, const char *content, uint32_t mode)
{
    struct start_file header = {(uint32_t)strlen(path) + 1, (uint32_t)strlen(content), mode};
    add(block, &header, sizeof header);
    add(block, path, header.path_bytes);
    add(block, content, header.content_bytes);
    block->start.filec++;
}

static void add_command(struct block *block, const char *const *command)
{
    for (; *command != NULL; command++, block->start.argc++)
        add(block, *command, strlen(*command) + 1);
    add(block, "COLOUR=green", 13);
    block->start.envc = 1;
}

static void send_block(const struct execution *execution, struct block *block)
{
    block->start.magic = block->start.magic ? block->start.magic : START_MAGIC;
    block->start.total_bytes = block->start.total_bytes ? block->start.total_bytes : (uint32_t)block->size;
    (void)!send(execution->control, &block->start, sizeof block->start, MSG_NOSIGNAL);
    (void)!send(execution->control, block->bytes, block->size, MSG_NOSIGNAL);
}

/* Reads stdout until its end, or the child's; then the child's exit. */
static void collect(const struct jailer *jailer, struct execution *execution)
{
    size_t size = 0;
    ssize_t got;
    execution->exit = receive_kind(jailer, REPORT_CHILD_EXITED, NULL);
    fcntl(execution->output, F_SETFL, O_NONBLOCK);
    while ((got = read(execution->output, execution->text + size, sizeof execution->text - 1 - size)) > 0)
        size += (size_t)got;
    execution->text[size] = '\0';
}

static struct report end(const struct jailer *jailer, struct execution *execution)
{
    must(syscall(SYS_pidfd_send_signal, execution->init_pidfd, SIGKILL, NULL, 0));
    struct report report = receive_kind(jailer, REPORT_INIT_EXITED, NULL);
    close(execution->init_pidfd), close(execution->control), close(execution->output), close(execution->errors);
    return report;
}

/* A whole execution of the probe; its output in execution->text. */
static void run(const struct jailer *jailer, struct execution *execution, const char *const *command)
{
    struct block block = {0};
    execution->text[0] = '\0';
    if (!prepare(jailer, execution, 0))
        return;
    if (fork_into(jailer, execution, 0).kind != NOTICE_READY)
        stop("the child did not get ready");
    add_command(&block, command);
    add_file(&block, "main.py", "first\n", 0644);
    add_file(&block, "package/deep/module.py", "second\n", 0755);
    send_block(execution, &block);
    if (receive_notice(execution).kind != NOTICE_STARTED)
        stop("the program did not start");
    collect(jailer, execution);
    end(jailer, execution);
}
#define PROBE(...) ((const char *const[]){"/bin/probe", __VA_ARGS__, NULL})

/* Looking at output --------------------------------------------------------------------------------------- */

static int has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *found = text; (found = strstr(found, line)) != NULL; found += length)
        if ((found == text || found[-1] == '\n') && (found[length] == '\n' || found[length] == '\0'))
            return 1;
    return 0;
}

/* The first line that begins so, without its beginning. */
static const char *value_of(const char *text, const char *beginning)
{
    static char value[512];
    size_t length = strlen(beginning);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, beginning, length) == 0) {
            snprintf(value, sizeof value, "%.*s", (int)strcspn(line + length, "\n"), line + length);
            return value;
        }
        if (*line == '\0')
            break;
    }
    return "(absent)";
}

static void expect(const char *text, const char *claim, const char *name, const char *wanted)
{
    char line[512];
    snprintf(line, sizeof line, "%s%s", name, wanted);
    check(has_line(text, line), claim, "%s is \"%s\", not \"%s\"", name, value_of(text, name), wanted);
}

/* What the program finds ---------------------------------------------------------------------------------- */

static void check_identity(const char *text)
{
    expect(text, "descriptors are exactly 0, 1, 2", "fds=", "0 1 2 ");
    expect(text, "uid is the slot's, three times", "uids=", "10000 10000 10000");
    expect(text, "gid is the slot's, three times", "gids=", "10000 10000 10000");
    expect(text, "no supplementary groups", "groups=", "0");
    const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
    for (size_t i = 0; i < 5; i++) {
        char claim[64], name[64];
        snprintf(claim, sizeof claim, "capability set %s is empty", sets[i]);
        snprintf(name, sizeof name, "status:%s:\t", sets[i]);
        expect(text, claim, name, "0000000000000000");
    }
    expect(text, "no_new_privs is set", "status:NoNewPrivs:\t", "1");
    expect(text, "seccomp is in filter mode", "status:Seccomp:\t", "2");
    expect(text, "user code is not PID 1", "pid1=", "no");
    expect(text, "own session and process group", "session=", "own");
    expect(text, "no controlling terminal", "terminal=", "ENOENT");
    expect(text, "no signal blocked", "status:SigBlk:\t", "0000000000000000");
    expect(text, "no signal ignored", "status:SigIgn:\t", "0000000000000000");
    expect(text, "umask is 022", "umask=", "022");
    expect(text, "nice is 0", "nice=", "0");
    expect(text, "first to die when memory is short", "oom_score_adj:", "1000");
    expect(text, "arguments come from START", "argument=", "/bin/probe");
    expect(text, "environment comes from START", "environment=", "COLOUR=green");
    expect(text, "starts in /sandbox", "cwd=", "/sandbox");
    expect(text, "host is called sandbox", "host=", "sandbox");
    check(strncmp(value_of(text, "limit:Max open files"), "            256                  256", 36) == 0,
          "NOFILE is 256, hard too", "%s", value_of(text, "limit:Max open files"));
    check(strncmp(value_of(text, "limit:Max core file size"), "         0                    0", 31) == 0,
          "CORE is 0, hard too", "%s", value_of(text, "limit:Max core file size"));
}

static void check_namespaces(const char *text)
{
    const char *const kinds[] = {"pid", "mnt", "net", "ipc", "uts", "cgroup"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char path[64], claim[64], beginning[64], outside[64] = "";
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        must(readlink(path, outside, sizeof outside - 1));
        snprintf(claim, sizeof claim, "own %s namespace", kinds[i]);
        snprintf(beginning, sizeof beginning, "ns=%s:", kinds[i]);
        const char *inside = value_of(text, beginning);
        check(inside[0] == '[' && strcmp(inside, outside + strlen(kinds[i]) + 1) != 0, claim, "%s", inside);
    }
    int own = 1;
    for (const char *line = text; (line = strstr(line, "\ncgroup:")) != NULL; line++)
        own &= strncmp(strchr(strchr(line + 8, ':') + 1, ':'), ":/\n", 3) == 0;
    check(own && strstr(text, "\ncgroup:") != NULL, "cgroups are seen as /", "%s", value_of(text, "cgroup:"));
    check(strstr(text, "net:    lo:") != NULL && strstr(text, "eth") == NULL, "only a loopback interface", "see above");
    check(strstr(text, "processes=2 \n") != NULL, "sees no process but its own", "%s", value_of(text, "processes="));
}

static void check_files(const char *text)
{
    /* Every mount, with what must stand in its options. */
    static const struct {
        const char *place, *options;
    } wanted[] = {
        {"/", " ro,nosuid,nodev"},         {"/sandbox", " rw,nosuid,nodev"},
        {"/tmp", " rw,nosuid,nodev"},      {"/dev", " ro,nosuid,noexec"},
        {"/dev/null", " ro,nosuid,noexec"}, {"/dev/zero", " ro,nosuid,noexec"},
        {"/dev/full", " ro,nosuid,noexec"}, {"/dev/random", " ro,nosuid,noexec"},
        {"/dev/urandom", " ro,nosuid,noexec"}, {"/dev/shm", " rw,nosuid,nodev,noexec"},
        {"/proc", " ro,nosuid,nodev,noexec"},
    };
    size_t others = 0, found = 0;
    for (const char *line = text; (line = strstr(line, "\nmount:")) != NULL; line++) {
        char place[256] = "", options[256] = "", type[64];
        sscanf(line + 7, "%*s %255s %63s %255s", place, type, options + 1);
        options[0] = ' ';
        int known = strncmp(place, "/proc/", 6) == 0 && strncmp(options, " ro,", 4) == 0;
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
            if (strcmp(place, wanted[i].place) == 0)
                known = strncmp(options, wanted[i].options, strlen(wanted[i].options)) == 0, found += (size_t)known;
        if (!known)
            others++, printf("      unexpected mount: %s%s\n", place, options);
    }
    check(found == sizeof wanted / sizeof wanted[0] && others == 0, "mounts are exactly the listed ones, each with its flags",
          "%zu of %zu, %zu others", found, sizeof wanted / sizeof wanted[0], others);
    check(strstr(text, "hidepid=invisible") != NULL || strstr(text, "hidepid=2") != NULL, "/proc hides other users", "no hidepid");
    expect(text, "/dev has five devices, four links and shm", "entries of /dev=",
           "fd full null random shm stderr stdin stdout urandom zero ");
    expect(text, "the cell's /run is not there", "entries of /run=", "");
    expect(text, "the cell's /mayfly is not there", "entries of /mayfly=", "");
    expect(text, "no /sys", "entries of /sys=", "");
    expect(text, "/proc/bus is empty", "entries of /proc/bus=", "");
    expect(text, "/proc/fs is empty", "entries of /proc/fs=", "");
    expect(text, "/proc/acpi is empty", "entries of /proc/acpi=", "");
    check(strstr(text, "cpu:cpu0") != NULL, "/proc/stat tells the processors", "absent");
    check(strstr(text, "memory:MemTotal:") != NULL, "/proc/meminfo works", "absent");
}

static void check_doors(const char *text, int landlock_abi)
{
    static const struct {
        const char *claim, *name, *wanted;
    } doors[] = {
        {"root is read-only", "create in /=", "EROFS"},
        {"/dev is read-only", "create in /dev=", "EROFS"},
        {"/etc is read-only", "create in /etc=", "EROFS"},
        {"a device's mode cannot be changed", "chmod /dev/null=", "EROFS"},
        {"a device's times cannot be set", "touch /dev/null=", "EROFS"},
        {"own program cannot be overwritten", "overwrite own program=", "EACCES"},
        {"/dev/null can be written", "write /dev/null=", "done"},
        {"/dev/urandom can be read", "read /dev/urandom=", "done"},
        {"/dev/stdout can be opened", "reopen stdout=", "done"},
        {"oom_score_adj cannot be written", "lower oom_score_adj=", "EBADF"},
        {"sysctls cannot be written", "write core_pattern=", "EROFS"},
        {"setuid(0) is refused", "setuid 0=", "EPERM"},
        {"setgid(0) is refused", "setgid 0=", "EPERM"},
        {"setgroups is refused", "setgroups=", "EPERM"},
        {"device nodes cannot be made", "mknod=", "EPERM"},
        {"mount is refused", "mount=", "EPERM"},
        {"remount is refused", "remount /=", "EPERM"},
        {"chroot is refused", "chroot=", "EPERM"},
        {"init cannot be traced", "ptrace init=", "EPERM"},
        {"init cannot be killed", "kill init=", "EPERM"},
        {"init cannot be seen", "see init=", "ENOENT"},
        {"init's namespaces cannot be opened", "join init's net=", "EBADF"},
        {"hard limits cannot be raised", "raise NOFILE=", "EPERM"},
        {"nice cannot be lowered", "raise nice=", "EACCES"},
        {"no real-time scheduling", "real-time=", "EPERM"},
        {"the filter is the given one", "filtered call=", "ENOANO"},
        {"no IPv4 beyond loopback", "ipv4=", "ENETUNREACH"},
        {"no IPv6 beyond loopback", "ipv6=", "ENETUNREACH"},
        {"own loopback works", "loopback=", "done"},
        {"abstract sockets of the cell are out of reach", "abstract socket outside=", "ECONNREFUSED"},
        {"files can be renamed between directories", "rename between directories=", "done"},
    };
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
        const char *wanted = doors[i].wanted;
        /* Where Landlock answers first, it answers EACCES. */
        if (landlock_abi > 0 && strcmp(wanted, "EROFS") == 0 && strncmp(doors[i].name, "create", 6) == 0 &&
            strncmp(value_of(text, doors[i].name), "EACCES", 6) == 0)
            wanted = "EACCES";
        if (landlock_abi > 0 && strcmp(value_of(text, doors[i].name), "EACCES") == 0 && strcmp(wanted, "EPERM") == 0 &&
            strcmp(doors[i].name, "mknod=") == 0)
            wanted = "EACCES";
        expect(text, doors[i].claim, doors[i].name, wanted);
    }
    int leaking = 0;
    for (const char *line = text; (line = strstr(line, "bytes of ")) != NULL; line++)
        if (atoi(strchr(line, '=') + 1) > 0)
            leaking++, printf("      readable: %.*s\n", (int)strcspn(line, "\n"), line);
    check(leaking == 0 && strstr(text, "bytes of ") != NULL, "masked files of /proc are empty", "%d are not", leaking);
}

static void programs(const struct jailer *jailer)
{
    static struct execution execution;
    struct block block = {0};

    check(prepare(jailer, &execution, 0), "PREPARE makes a jail", "see above");
    struct notice ready = fork_into(jailer, &execution, 0);
    check(ready.kind == NOTICE_READY, "a child gets ready", "notice %u, step %d, %s", ready.kind, ready.step,
          strerrorname_np(ready.error));
    if (ready.kind != NOTICE_READY)
        exit(1);
    printf("      Landlock ABI %u\n", ready.landlock_abi);
    add_command(&block, PROBE("facts"));
    send_block(&execution, &block);
    check(receive_notice(&execution).kind == NOTICE_STARTED, "the child says when user code starts", "it did not");
    check(receive_notice(&execution).kind == 0, "the control stream is gone after exec", "it is open");
    collect(jailer, &execution);
    check_identity(execution.text);
    check_namespaces(execution.text);
    check_files(execution.text);
    end(jailer, &execution);

    run(jailer, &execution, PROBE("doors"));
    check_doors(execution.text, (int)ready.landlock_abi);

    run(jailer, &execution, PROBE("exec", "/bin/setuid-probe", "whoami"));
    expect(execution.text, "a set-uid program gains nothing", "euid=", "10000");
    run(jailer, &execution, PROBE("cat", "/sandbox/main.py"));
    expect(execution.text, "START writes files", "content:", "first");
    run(jailer, &execution, PROBE("cat", "package/deep/module.py"));
    expect(execution.text, "START makes directories", "content:", "second");
    run(jailer, &execution, PROBE("cat", "/dev/stdin"));
    check(execution.text[0] == '\0', "stdin is at its end without content", "%s", execution.text);

    run(jailer, &execution, PROBE("fill", "/tmp/large"));
    check(has_line(execution.text, "fill=EFBIG 2048"), "a file ends at FSIZE", "%s", execution.text);
    run(jailer, &execution, PROBE("inodes"));
    int inodes = atoi(value_of(execution.text, "inodes=ENOSPC "));
    check(inodes > INODES - 20 && inodes < INODES, "files end at the inode limit", "%s", execution.text);

    run(jailer, &execution, PROBE("exit", "42"));
    check(execution.exit.wait_status == 42 << 8, "the exit code is reported", "status %x", execution.exit.wait_status);
    check(execution.exit.pid == execution.child && execution.exit.slot == 0, "the report names child and slot", "pid %d",
          execution.exit.pid);
    check(execution.exit.max_rss_kb > 0 && execution.exit.minor_faults > 0, "usage is reported", "none");
    run(jailer, &execution, PROBE("signal", "9"));
    check(execution.exit.wait_status == SIGKILL, "a program may kill itself", "status %x", execution.exit.wait_status);
    run(jailer, &execution, PROBE("signal", "13"));
    check(execution.exit.wait_status == SIGPIPE, "SIGPIPE kills, whatever the agent ignores", "status %x",
          execution.exit.wait_status);
}

/* Limits that take other numbers than the rest. */
static void space(const struct jailer *jailer)
{
    static struct execution execution;
    const char *const places[] = {"/sandbox/large", "/dev/shm/large"};
    const long kilobytes[] = {WRITABLE / 1024, SHM_KB};
    for (size_t i = 0; i < 2; i++) {
        struct block block = {0};
        char claim[64];
        prepare(jailer, &execution, 0);
        struct request request = request_for(REQUEST_FORK, 0);
        request.file_bytes = 1 << 30;
        send_fork(jailer, &execution, &request);
        receive_kind(jailer, REPORT_FORKED, NULL);
        receive_notice(&execution);
        add_command(&block, PROBE("fill", places[i]));
        send_block(&execution, &block);
        collect(jailer, &execution);
        end(jailer, &execution);
        long written = atol(value_of(execution.text, "fill=ENOSPC "));
        snprintf(claim, sizeof claim, "%s ends at its size", places[i]);
        check(written <= kilobytes[i] && written >= kilobytes[i] - 128, claim, "%s", execution.text);
    }

    struct block block = {0};
    prepare(jailer, &execution, 0);
    fork_into(jailer, &execution, 0);
    add_command(&block, PROBE("cat", "/dev/stdin"));
    block.start.stdin_bytes = 8;
    add(&block, "typed in", 8);
    send_block(&execution, &block);
    receive_notice(&execution);
    collect(jailer, &execution);
    end(jailer, &execution);
    check(strcmp(execution.text, "content:typed in") == 0, "stdin has START's content", "%s", execution.text);
}

/* Bad STARTs ---------------------------------------------------------------------------------------------- */

static void spoil_magic(struct block *block) { block->start.magic = 1; }
static void spoil_total(struct block *block) { block->start.total_bytes = JAIL_MAX_START_BYTES + 1; }
static void spoil_argc(struct block *block) { block->start.argc = JAIL_MAX_ARGUMENTS + 1; }
static void spoil_nothing_to_run(struct block *block) { block->start.argc = 0; }
static void spoil_envc(struct block *block) { block->start.envc = JAIL_MAX_VARIABLES + 1; }
static void spoil_filec(struct block *block) { block->start.filec = JAIL_MAX_FILES + 1; }
static void spoil_missing_argument(struct block *block) { block->start.argc += 5; }
static void spoil_missing_file(struct block *block) { block->start.filec++; }
static void spoil_stdin(struct block *block) { block->start.stdin_bytes = ~0u; }
static void spoil_rest(struct block *block) { add(block, "rest", 4); }
static void spoil_variable(struct block *block) { memset(memmem(block->bytes, block->size, "COLOUR=", 7), '_', 12); }
static void spoil_parent(struct block *block) { add_file(block, "../escape", "x", 0644); }
static void spoil_inner_parent(struct block *block) { add_file(block, "a/../../escape", "x", 0644); }
static void spoil_absolute(struct block *block) { add_file(block, "/tmp/escape", "x", 0644); }
static void spoil_dot(struct block *block) { add_file(block, "./x", "x", 0644); }
static void spoil_empty_part(struct block *block) { add_file(block, "a//x", "x", 0644); }
static void spoil_empty(struct block *block) { add_file(block, "", "x", 0644); }
static void spoil_slash(struct block *block) { add_file(block, "a/", "x", 0644); }
static void spoil_setuid(struct block *block) { add_file(block, "x", "x", 04755); }
static void spoil_twice(struct block *block) { add_file(block, "x", "x", 0644), add_file(block, "x", "y", 0644); }
static void spoil_content(struct block *block)
{
    struct start_file header = {2, 1000, 0644};
    add(block, &header, sizeof header), add(block, "x", 2), add(block, "short", 5), block->start.filec++;
}
static void spoil_unended_path(struct block *block)
{
    struct start_file header = {3, 0, 0644};
    add(block, &header, sizeof header), add(block, "xyz", 3), block->start.filec++;
}
static void spoil_path_with_nul(struct block *block)
{
    struct start_file header = {4, 0, 0644};
    add(block, &header, sizeof header), add(block, "x\0y", 4), block->start.filec++;
}

static void bad_starts(const struct jailer *jailer)
{
    static const struct {
        const char *what;
        void (*spoil)(struct block *);
        int step, error;
    } cases[] = {
        {"a wrong magic number", spoil_magic, STEP_RECEIVE, EPROTO},
        {"more bytes than the limit", spoil_total, STEP_RECEIVE, EMSGSIZE},
        {"too many arguments", spoil_argc, STEP_RECEIVE, E2BIG},
        {"nothing to run", spoil_nothing_to_run, STEP_RECEIVE, E2BIG},
        {"too many variables", spoil_envc, STEP_RECEIVE, E2BIG},
        {"too many files", spoil_filec, STEP_RECEIVE, E2BIG},
        {"arguments beyond the end", spoil_missing_argument, STEP_RECEIVE, EPROTO},
        {"files beyond the end", spoil_missing_file, STEP_RECEIVE, EPROTO},
        {"stdin beyond the end", spoil_stdin, STEP_RECEIVE, EPROTO},
        {"bytes after the end", spoil_rest, STEP_RECEIVE, EPROTO},
        {"a variable without =", spoil_variable, STEP_RECEIVE, EINVAL},
        {"a path to the parent", spoil_parent, STEP_FILES, EINVAL},
        {"a path through the parent", spoil_inner_parent, STEP_FILES, EINVAL},
        {"an absolute path", spoil_absolute, STEP_FILES, EINVAL},
        {"a path with .", spoil_dot, STEP_FILES, EINVAL},
        {"a path with an empty part", spoil_empty_part, STEP_FILES, EINVAL},
        {"an empty path", spoil_empty, STEP_FILES, EINVAL},
        {"a path that ends in /", spoil_slash, STEP_FILES, EINVAL},
        {"a set-uid mode", spoil_setuid, STEP_FILES, EINVAL},
        {"a file that exists", spoil_twice, STEP_FILES, EEXIST},
        {"content beyond the end", spoil_content, STEP_RECEIVE, EPROTO},
        {"a path without NUL", spoil_unended_path, STEP_FILES, EINVAL},
        {"a path with a NUL inside", spoil_path_with_nul, STEP_FILES, EINVAL},
    };
    static struct execution execution;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = {0};
        char claim[96];
        prepare(jailer, &execution, 0);
        fork_into(jailer, &execution, 0);
        add_command(&block, PROBE("exit", "0"));
        cases[i].spoil(&block);
        send_block(&execution, &block);
        struct notice notice = receive_notice(&execution);
        collect(jailer, &execution);
        end(jailer, &execution);
        snprintf(claim, sizeof claim, "START with %s is refused", cases[i].what);
        check(notice.kind == NOTICE_FAILED && notice.step == cases[i].step && notice.error == cases[i].error &&
                  WEXITSTATUS(execution.exit.wait_status) == 125,
              claim, "notice %u, step %d, %s", notice.kind, notice.step, strerrorname_np(notice.error));
    }

    static const char *const commands[][2] = {{"bin/probe", "a relative interpreter"}, {"/bin/none", "no such interpreter"}};
    const int errors[] = {EINVAL, ENOENT};
    for (size_t i = 0; i < 2; i++) {
        struct block block = {0};
        char claim[96];
        prepare(jailer, &execution, 0);
        fork_into(jailer, &execution, 0);
        add_command(&block, (const char *const[]){commands[i][0], NULL});
        send_block(&execution, &block);
        struct notice notice = receive_notice(&execution);
        if (notice.kind == NOTICE_STARTED)
            notice = receive_notice(&execution);
        collect(jailer, &execution);
        end(jailer, &execution);
        snprintf(claim, sizeof claim, "START with %s fails at exec", commands[i][1]);
        check(notice.kind == NOTICE_FAILED && notice.step == STEP_EXEC && notice.error == errors[i], claim,
              "notice %u, step %d, %s", notice.kind, notice.step, strerrorname_np(notice.error));
    }

    prepare(jailer, &execution, 0);
    fork_into(jailer, &execution, 0);
    close(execution.control);
    execution.control = dup(0);
    collect(jailer, &execution);
    end(jailer, &execution);
    check(WEXITSTATUS(execution.exit.wait_status) == 125, "a spare that is not needed goes when its stream ends", "status %x",
          execution.exit.wait_status);
}

/* Layers that fail, requests that make no sense ------------------------------------------------------------- */

static void failing_layers(const struct jailer *jailer)
{
    static struct execution execution;
    struct request request = request_for(REQUEST_PREPARE, 0);
    request.uid = 0;
    send_packet(jailer, &request, sizeof request, NULL, 0);
    struct report report = receive_report(jailer, NULL);
    check(report.kind == REPORT_PREPARE_FAILED && report.error == EINVAL, "PREPARE for uid 0 is refused", "report %u", report.kind);

    request = request_for(REQUEST_PREPARE, 0);
    request.uid = 70000; /* not mapped into the cell */
    send_packet(jailer, &request, sizeof request, NULL, 0);
    report = receive_report(jailer, NULL);
    check(report.kind == REPORT_PREPARE_FAILED && report.step == STEP_TMPFS && report.error == EINVAL,
          "a mount step that fails fails PREPARE, with step and errno", "report %u, step %d, %s", report.kind, report.step,
          strerrorname_np(report.error));

    prepare(jailer, &execution, 0);
    request = request_for(REQUEST_PREPARE, 0);
    send_packet(jailer, &request, sizeof request, NULL, 0);
    report = receive_report(jailer, NULL);
    check(report.kind == REPORT_PREPARE_FAILED && report.error == EBUSY, "a second PREPARE of a slot is refused", "report %u",
          report.kind);

    request = request_for(REQUEST_FORK, 1);
    send_fork(jailer, &execution, &request);
    report = receive_report(jailer, NULL);
    check(report.kind == REPORT_FORK_FAILED && report.error == EBUSY, "FORK without PREPARE is refused", "report %u", report.kind);

    int kept = cgroup_fds[0];
    cgroup_fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    request = request_for(REQUEST_FORK, 0);
    send_fork(jailer, &execution, &request);
    receive_kind(jailer, REPORT_FORKED, NULL);
    struct notice notice = receive_notice(&execution);
    close(cgroup_fds[0]);
    cgroup_fds[0] = kept;
    collect(jailer, &execution);
    check(notice.kind == NOTICE_FAILED && notice.step == STEP_CGROUP && notice.error == EBADF,
          "a cgroup that cannot be entered fails the child", "notice %u, step %d, %s", notice.kind, notice.step,
          strerrorname_np(notice.error));

    request = request_for(REQUEST_FORK, 0);
    request.uid = 70000;
    send_fork(jailer, &execution, &request);
    receive_kind(jailer, REPORT_FORKED, NULL);
    notice = receive_notice(&execution);
    collect(jailer, &execution);
    check(notice.kind == NOTICE_FAILED && notice.error == EINVAL, "an unmapped uid fails the child", "notice %u, step %d, %s",
          notice.kind, notice.step, strerrorname_np(notice.error));
    end(jailer, &execution);
}

static void bad_filters(void)
{
    static const char *const filters[][2] = {
        {"/nothing.bpf", "no filter"}, {"/empty.bpf", "an empty filter"}, {"/odd.bpf", "half an instruction"},
        {"/wrong.bpf", "a filter that the kernel rejects"}};
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        char claim[96];
        struct jailer jailer = start_jailer(filters[i][0]);
        snprintf(claim, sizeof claim, "the jailer does not start with %s", filters[i][1]);
        int code = exit_code_of(&jailer);
        check(code == 1, claim, "exit code %d", code);
        close(jailer.socket);
    }
}

static int gone(pid_t pid)
{
    for (int waited = 0; waited < PATIENCE_MS; waited++, usleep(1000)) {
        while (waitpid(-1, NULL, WNOHANG) > 0) /* orphans are ours: we are PID 1 */
            ;
        if (kill(pid, 0) != 0)
            return 1;
    }
    return 0;
}

static void bad_requests(void)
{
    struct request request = request_for(REQUEST_PREPARE, 0), no_slot = request, no_kind = request,
                   bare_fork = request_for(REQUEST_FORK, 0);
    no_slot.slot = JAIL_MAX_SLOTS;
    no_kind.kind = 99;
    int many[12];
    for (size_t i = 0; i < 12; i++)
        many[i] = 0;
    const struct {
        const char *what;
        const void *bytes;
        size_t size, fds;
    } cases[] = {
        {"a short packet", "abc", 3, 0},
        {"a long packet", (char[200]){0}, 200, 0},
        {"a slot that does not exist", &no_slot, sizeof no_slot, 0},
        {"an unknown kind", &no_kind, sizeof no_kind, 0},
        {"FORK without descriptors", &bare_fork, sizeof bare_fork, 0},
        {"FORK with too many descriptors", &bare_fork, sizeof bare_fork, 12},
        {"PREPARE with a descriptor", &request, sizeof request, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct execution execution;
        char claim[96];
        struct jailer jailer = start_jailer("/filter.bpf");
        (void)!dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 9);
        prepare(&jailer, &execution, 7);
        send_packet(&jailer, cases[i].bytes, cases[i].size, many, cases[i].fds);
        int code = exit_code_of(&jailer);
        snprintf(claim, sizeof claim, "%s ends the jailer and its jails", cases[i].what);
        check(code == 1 && gone(execution.init), claim, "exit code %d", code);
        close(jailer.socket);
        close(execution.init_pidfd);
    }
}

/* Deaths -------------------------------------------------------------------------------------------------- */

static int processes_in_cgroup(void)
{
    int count = 0;
    FILE *file = fopen("/run/cgroup/0/slot/cgroup.procs", "r");
    char line[32];
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

static void start_program(const struct jailer *jailer, struct execution *execution, const char *const *command)
{
    struct block block = {0};
    prepare(jailer, execution, 0);
    fork_into(jailer, execution, 0);
    add_command(&block, command);
    send_block(execution, &block);
    receive_notice(execution);
}

static void deaths(void)
{
    static struct execution execution;
    struct jailer jailer = start_jailer("/filter.bpf");

    run(&jailer, &execution, PROBE("exit", "0"));
    start_program(&jailer, &execution, PROBE("daemon"));
    collect(&jailer, &execution);
    check(processes_in_cgroup() == 1, "a daemon outlives its parent (control)", "%d in the cgroup", processes_in_cgroup());
    struct report report = end(&jailer, &execution);
    check(report.kind == REPORT_INIT_EXITED && report.wait_status == SIGKILL && processes_in_cgroup() == 0,
          "killing init kills a daemon; INIT_EXITED comes after", "%d left", processes_in_cgroup());

    start_program(&jailer, &execution, PROBE("sleep"));
    must(syscall(SYS_pidfd_send_signal, execution.init_pidfd, SIGKILL, NULL, 0));
    collect(&jailer, &execution);
    report = receive_report(&jailer, NULL);
    check(execution.exit.wait_status == SIGKILL && report.kind == REPORT_INIT_EXITED,
          "killing init kills the child; CHILD_EXITED comes first", "report %u", report.kind);

    start_program(&jailer, &execution, PROBE("sleep"));
    must(kill(jailer.pid, SIGKILL));
    check(gone(execution.child) && gone(execution.init), "a running jail dies with the jailer", "it lives");
    close(jailer.socket);

    jailer = start_jailer("/filter.bpf");
    prepare(&jailer, &execution, 0);
    fork_into(&jailer, &execution, 0);
    close(jailer.socket);
    check(exit_code_of(&jailer) == 0 && gone(execution.child) && gone(execution.init),
          "a spare dies with the jailer, which goes when the agent's socket ends", "it lives");
}

static void sides(const struct jailer *jailer)
{
    static struct execution many[8];
    int ready = 0;
    for (uint32_t slot = 0; slot < 8; slot++) {
        struct request request = request_for(REQUEST_PREPARE, slot);
        send_packet(jailer, &request, sizeof request, NULL, 0);
    }
    for (int i = 0; i < 8; i++) {
        int pidfd = -1;
        struct report report = receive_kind(jailer, REPORT_PREPARED, &pidfd);
        many[report.slot].init_pidfd = pidfd, many[report.slot].init = report.pid;
    }
    for (uint32_t slot = 0; slot < 8; slot++)
        ready += fork_into(jailer, &many[slot], slot).kind == NOTICE_READY;
    check(ready == 8, "eight jails side by side, prepared at once", "%d", ready);
    for (uint32_t slot = 0; slot < 8; slot++) {
        must(syscall(SYS_pidfd_send_signal, many[slot].init_pidfd, SIGKILL, NULL, 0));
        close(many[slot].control), close(many[slot].output), close(many[slot].errors), close(many[slot].init_pidfd);
    }
    for (int i = 0; i < 16; i++)
        receive_report(jailer, NULL);
}

static int open_descriptors(pid_t pid)
{
    char path[64];
    int count = 0;
    for (int fd = 0; fd < 256; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
        count += faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    }
    return count;
}

/* What a jail costs --------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void measure(void)
{
    enum { ROUNDS = 200 };
    static double made[ROUNDS], entered[ROUNDS], ended[ROUNDS];
    static struct execution execution;
    struct jailer jailer = start_jailer("/filter.bpf");
    struct rusage before, after;
    prepare(&jailer, &execution, 0);
    end(&jailer, &execution);
    int descriptors = open_descriptors(jailer.pid);
    getrusage(RUSAGE_CHILDREN, &before);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        prepare(&jailer, &execution, 0);
        made[i] = now_ms() - start;
        fork_into(&jailer, &execution, 0);
        entered[i] = now_ms() - start - made[i];
        start = now_ms();
        must(syscall(SYS_pidfd_send_signal, execution.init_pidfd, SIGKILL, NULL, 0));
        receive_kind(&jailer, REPORT_CHILD_EXITED, NULL);
        receive_kind(&jailer, REPORT_INIT_EXITED, NULL);
        ended[i] = now_ms() - start;
        close(execution.init_pidfd), close(execution.control), close(execution.output), close(execution.errors);
    }
    check(open_descriptors(jailer.pid) == descriptors, "the jailer's descriptors do not grow", "%d, then %d", descriptors,
          open_descriptors(jailer.pid));
    close(jailer.socket);
    exit_code_of(&jailer);
    getrusage(RUSAGE_CHILDREN, &after);
    double cpu_ms = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e3 +
                    (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1e3;
    qsort(made, ROUNDS, sizeof *made, by_size);
    qsort(entered, ROUNDS, sizeof *entered, by_size);
    qsort(ended, ROUNDS, sizeof *ended, by_size);
    printf("      median and 95th percentile of %d jails: PREPARE %.2f %.2f ms, FORK to READY %.2f %.2f ms, kill to gone %.2f %.2f ms;"
           " CPU %.2f ms a jail\n", ROUNDS, made[ROUNDS / 2], made[ROUNDS * 95 / 100], entered[ROUNDS / 2],
           entered[ROUNDS * 95 / 100], ended[ROUNDS / 2], ended[ROUNDS * 95 / 100], cpu_ms / ROUNDS);
}

/* The cell ------------------------------------------------------------------------------------------------ */

static void make_file(const char *path, const void *bytes, size_t size, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    must(file);
    if (write(file, bytes, size) != (ssize_t)size)
        stop(path);
    must(fchmod(file, mode));
    close(file);
}

static void write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        stop(path);
    close(file);
}

static void copy_file(const char *from, const char *to, mode_t mode)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    struct stat state;
    must(source);
    must(fstat(source, &state));
    char *bytes = malloc((size_t)state.st_size);
    if (bytes == NULL || read(source, bytes, (size_t)state.st_size) != state.st_size)
        stop(from);
    make_file(to, bytes, (size_t)state.st_size, mode);
    free(bytes);
    close(source);
}

/* The image: made outside, by root, in the current directory. */
static void make_image(const char *jailer, const char *probe)
{
    static const char *const directories[] = {"bin", "dev", "etc", "mayfly", "mnt", "proc", "run", "sandbox", "sys", "tmp"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        must(mkdir(directories[i], 0755));
        must(chmod(directories[i], 0755));
    }
    copy_file(jailer, "jailer", 0755);
    copy_file(probe, "bin/probe", 0755);
    copy_file(probe, "bin/setuid-probe", 0755);
    must(chown("bin/setuid-probe", CELL_UID, CELL_UID));
    must(chmod("bin/setuid-probe", 04755));

    /* Refuses one harmless call in its own way, so that it can be recognized, and allows the rest. */
    const struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | REFUSED),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    make_file("filter.bpf", filter, sizeof filter, 0644);
    make_file("wrong.bpf", filter, 3 * sizeof filter[0] - sizeof filter[0], 0644); /* does not end in RET */
    make_file("odd.bpf", filter, 9, 0644);
    make_file("empty.bpf", filter, 0, 0644);
}

/* Delegated cgroups, as mayfly-cells makes them: the path outside of each controller's directory. */
static char delegated[JAIL_MAX_CGROUP_FDS][128];

static void delegate_cgroups(void)
{
    static const char *const v1[] = {"memory", "pids"};
    int unified = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
    for (size_t i = 0; i < (unified ? 1 : 2); i++) {
        char path[160];
        snprintf(delegated[i], sizeof delegated[i], "/sys/fs/cgroup/%s/mayfly-jail-test-%d", unified ? "" : v1[i], getpid());
        must(mkdir(delegated[i], 0755));
        must(chown(delegated[i], CELL_UID, CELL_UID));
        snprintf(path, sizeof path, "%s/cgroup.procs", delegated[i]);
        must(chown(path, CELL_UID, CELL_UID));
        cgroup_count++;
    }
}

/* On v2 a process can be moved only within the delegated part: the cell itself must be in it. */
static void move_cell(pid_t cell)
{
    char path[192], text[16];
    if (cgroup_count != 1)
        return;
    snprintf(path, sizeof path, "%s/agent", delegated[0]);
    must(mkdir(path, 0755));
    snprintf(path, sizeof path, "%s/agent/cgroup.procs", delegated[0]);
    snprintf(text, sizeof text, "%d", cell);
    write_text(path, text);
}

static void remove_cgroups(void)
{
    for (size_t i = 0; i < cgroup_count; i++) {
        static const char *const parts[] = {"/slot", "/agent", ""};
        for (size_t part = 0; part < 3; part++) {
            char path[192];
            snprintf(path, sizeof path, "%s%s", delegated[i], parts[part]);
            for (int tries = 0; rmdir(path) != 0 && errno == EBUSY && tries < 1000; tries++)
                usleep(1000);
        }
    }
}

static void keep_capabilities(void)
{
    static const int given[] = {CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SETUID,   CAP_SETGID,       CAP_SETPCAP,
                                CAP_KILL,      CAP_CHOWN,      CAP_NET_ADMIN, CAP_DAC_OVERRIDE, CAP_SYS_RESOURCE};
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    uint64_t kept = 0;
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        kept |= 1ull << given[i];
    for (int capability = 0; capability <= 63; capability++)
        if ((kept & 1ull << capability) == 0)
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    for (int i = 0; i < 2; i++)
        sets[i].effective = sets[i].permitted = (uint32_t)(kept >> (32 * i));
    must((int)syscall(SYS_capset, &header, sets));
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/* In the cell's namespaces, not yet mapped: what runc does between clone and exec. */
static void enter_cell(const char *image, const int *go)
{
    char byte;
    if (read(go[0], &byte, 1) != 1)
        exit(2); /* mayfly-cells' part failed */
    must(setresgid(0, 0, 0));
    must(setresuid(0, 0, 0));
    must((int)syscall(SYS_setgroups, 0, NULL));
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    must(mount(image, image, NULL, MS_BIND, NULL));
    must(chdir(image));
    must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
    must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k"));
    static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};
    for (size_t i = 0; i < 5; i++) {
        char from[32], to[32];
        snprintf(from, sizeof from, "/dev/%s", devices[i]);
        snprintf(to, sizeof to, "dev/%s", devices[i]);
        make_file(to, "", 0, 0666);
        must(mount(from, to, NULL, MS_BIND, NULL));
        must(mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NOEXEC, NULL));
    }
    must(mount("tmpfs", "run", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=1m"));
    must(mkdir("run/cgroup", 0755));
    for (size_t i = 0; i < cgroup_count; i++) {
        char to[32];
        snprintf(to, sizeof to, "run/cgroup/%zu", i);
        must(mkdir(to, 0755));
        must(mount(delegated[i], to, NULL, MS_BIND, NULL));
    }
    must(mount("run", "mayfly", NULL, MS_BIND, NULL)); /* something that a jail must not see */
    must(mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    must((int)syscall(SYS_pivot_root, ".", "."));
    must(umount2(".", MNT_DETACH));
    must(chdir("/"));
    must(sethostname("cell", 4));
    keep_capabilities();
}

static void open_cgroups(void)
{
    for (size_t i = 0; i < cgroup_count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/run/cgroup/%zu/slot", i);
        must(mkdir(path, 0755));
        snprintf(path, sizeof path, "/run/cgroup/%zu/slot/cgroup.procs", i);
        cgroup_fds[i] = open(path, O_WRONLY | O_CLOEXEC);
        must(cgroup_fds[i]);
    }
}

static void listen_on_abstract_name(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0mayfly-jail-test"};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(server, (struct sockaddr *)&name, sizeof name));
    must(listen(server, 1));
}

static int in_cell(const char *image, const int *go)
{
    close(go[1]);
    enter_cell(image, go);
    open_cgroups();
    listen_on_abstract_name();
    struct jailer jailer = start_jailer("/filter.bpf");
    programs(&jailer);
    space(&jailer);
    bad_starts(&jailer);
    failing_layers(&jailer);
    sides(&jailer);
    close(jailer.socket);
    check(exit_code_of(&jailer) == 0, "the jailer ends with the agent's socket", "it does not");
    bad_filters();
    bad_requests();
    deaths();
    measure();
    printf("%d passed, %d failed\n", passed, failed);
    fflush(stdout);
    return failed == 0 ? 0 : 1;
}

static void map_ids(pid_t cell)
{
    static const char map[] = "0 1879048192 65536\n"; /* CELL_UID */
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/uid_map", cell);
    write_text(path, map);
    snprintf(path, sizeof path, "/proc/%d/gid_map", cell);
    write_text(path, map);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: jail-test <jailer> <jail-probe>\n");
        return 2;
    }
    if (geteuid() != 0) {
        printf("SKIPPED: the jail's tests make namespaces and cgroups and need root\n");
        return 77;
    }
    char image[] = "/tmp/mayfly-jail-test.XXXXXX";
    char jailer[4096], probe[4096];
    if (realpath(argv[1], jailer) == NULL || realpath(argv[2], probe) == NULL || mkdtemp(image) == NULL)
        stop("find the binaries");
    must(chmod(image, 0755));
    must(chdir(image));
    umask(0);
    make_image(jailer, probe);
    delegate_cgroups();

    int go[2];
    must(pipe2(go, O_CLOEXEC));
    pid_t cell = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
                                CLONE_NEWUTS | CLONE_NEWCGROUP | SIGCHLD, NULL, NULL, NULL, NULL);
    must(cell);
    if (cell == 0)
        exit(in_cell(image, go));
    move_cell(cell);
    map_ids(cell);
    must((int)write(go[1], "", 1));
    int status = 0;
    must(waitpid(cell, &status, 0));

    remove_cgroups();
    must(chdir("/"));
    if (fork() == 0)
        execlp("rm", "rm", "-rf", "--one-file-system", image, (char *)NULL);
    wait(NULL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
