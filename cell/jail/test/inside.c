/* What a program finds in its jail. */
#define _GNU_SOURCE
#include <signal.h>
#include <unistd.h>

#include "test.h"

static int has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *found = text; (found = strstr(found, line)) != NULL; found += length)
        if ((found == text || found[-1] == '\n') && (found[length] == '\n' || found[length] == '\0'))
            return 1;
    return 0;
}

const char *value_of(const char *text, const char *beginning)
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

void expect(const char *text, const char *claim, const char *name, const char *wanted)
{
    char line[512];
    snprintf(line, sizeof line, "%s%s", name, wanted);
    check(has_line(text, line), claim, "%s is \"%s\", not \"%s\"", name, value_of(text, name), wanted);
}

static void check_limit(const char *text, const char *name, long wanted)
{
    char line[64], claim[96];
    long soft = -1, hard = -1;
    snprintf(line, sizeof line, "limit:%s", name);
    snprintf(claim, sizeof claim, "%s is %ld, soft and hard", name, wanted);
    sscanf(value_of(text, line), "%ld %ld", &soft, &hard);
    check(soft == wanted && hard == wanted, claim, "%ld, %ld", soft, hard);
}

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
    check_limit(text, "Max open files", 256);
    check_limit(text, "Max core file size", 0);
    check_limit(text, "Max file size", FILE_BYTES);
    check_limit(text, "Max locked memory", 64 << 10);
    check_limit(text, "Max stack size", 8 << 20);
    check_limit(text, "Max pending signals", 256);
    check_limit(text, "Max msgqueue size", 0);
    check_limit(text, "Max nice priority", 0);
    check_limit(text, "Max realtime priority", 0);
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

void check_inside(const struct jailer *jailer)
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

    run(jailer, &execution, PROBE("orphans"));
    expect(execution.text, "orphans are reaped", "processes=", "2 ");

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
void check_space(const struct jailer *jailer)
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

/* The other checks use a filter that allows nearly all; this one, that a child's own calls pass the product's. */
void check_real_filter(void)
{
    static struct execution execution;
    struct jailer jailer = start_jailer(filter, STDERR_FILENO);
    struct block block = {0};
    prepare(&jailer, &execution, 0);
    struct notice notice = fork_into(&jailer, &execution, 0);
    check(notice.kind == NOTICE_READY, "a child gets ready behind the product's filter", "notice %u, step %d, %s", notice.kind,
          notice.step, strerrorname_np(notice.error));
    add_command(&block, PROBE("cat", "/dev/stdin"));
    add_file(&block, "package/deep/module.py", "second\n", 0755);
    block.start.stdin_bytes = 8;
    add(&block, "typed in", 8);
    send_block(&execution, &block);
    notice = receive_notice(&execution);
    collect(&jailer, &execution);
    end(&jailer, &execution);
    check(notice.kind == NOTICE_STARTED && strcmp(execution.text, "content:typed in") == 0,
          "a program starts behind the product's filter, with files and stdin", "notice %u, step %d, %s; %s", notice.kind,
          notice.step, strerrorname_np(notice.error), execution.text);
    close(jailer.socket);
    exit_code_of(&jailer);
}
