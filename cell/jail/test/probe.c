/*
 * A stand-in for an interpreter: run inside a jail by jail_test.c, it does one thing (argv[1]) and prints what it
 * found, one "name=value" a line. It judges nothing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_result(const char *name, long result)
{
    printf("%s=%s\n", name, result >= 0 ? "done" : strerrorname_np(errno));
}

static void print_file(const char *prefix, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("%s=%s\n", prefix, strerrorname_np(errno));
        return;
    }
    char line[1024];
    while (fgets(line, sizeof line, file) != NULL)
        printf("%s:%s", prefix, line);
    fclose(file);
}

static void print_descriptors(void)
{
    printf("fds=");
    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("%d ", fd);
    printf("\n");
}

static void print_processes(void)
{
    printf("processes=");
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc != NULL && (entry = readdir(proc)) != NULL;)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            printf("%s ", entry->d_name);
    printf("\n");
}

static void print_directory(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    printf("entries of %s=", path);
    for (int i = 0; i < count; i++)
        if (entries[i]->d_name[0] != '.')
            printf("%s ", entries[i]->d_name);
    printf("\n");
}

static void print_namespaces(void)
{
    const char *const kinds[] = {"pid", "mnt", "net", "ipc", "uts", "cgroup", "user"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char path[64], name[64] = "";
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        if (readlink(path, name, sizeof name - 1) < 0)
            snprintf(name, sizeof name, "%s", strerrorname_np(errno));
        printf("ns=%s\n", name);
    }
}

static void facts(int argc, char **argv, char **environment)
{
    char text[256];
    uid_t uids[3];
    gid_t gids[3];
    print_descriptors(); /* first: what follows opens some */
    for (int i = 0; i < argc; i++)
        printf("argument=%s\n", argv[i]);
    for (char **entry = environment; *entry != NULL; entry++)
        printf("environment=%s\n", *entry);
    getresuid(&uids[0], &uids[1], &uids[2]);
    getresgid(&gids[0], &gids[1], &gids[2]);
    printf("uids=%u %u %u\ngids=%u %u %u\ngroups=%d\n", uids[0], uids[1], uids[2], gids[0], gids[1], gids[2],
           getgroups(0, NULL));
    printf("pid1=%s\n", getpid() == 1 ? "yes" : "no");
    printf("session=%s\n", getsid(0) == getpid() && getpgrp() == getpid() ? "own" : "shared");
    printf("nice=%d\n", getpriority(PRIO_PROCESS, 0));
    mode_t mask = umask(022);
    printf("umask=%03o\n", (unsigned)mask);
    print_result("terminal", open("/dev/tty", O_RDWR));
    printf("cwd=%s\n", getcwd(text, sizeof text));
    gethostname(text, sizeof text);
    printf("host=%s\n", text);
    print_file("status", "/proc/self/status");
    print_file("mount", "/proc/self/mounts");
    print_file("cgroup", "/proc/self/cgroup");
    print_file("limit", "/proc/self/limits");
    print_file("oom_score_adj", "/proc/self/oom_score_adj");
    print_file("net", "/proc/net/dev");
    print_file("cpu", "/proc/stat");
    print_file("memory", "/proc/meminfo");
    print_namespaces();
    print_processes();
    print_directory("/");
    print_directory("/dev");
    print_directory("/run");
    print_directory("/mayfly");
    print_directory("/sys");
    print_directory("/proc/bus");
    print_directory("/proc/fs");
    print_directory("/proc/acpi");
}

static int size_of(const char *path)
{
    char byte[16];
    int file = open(path, O_RDONLY | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT ? 0 : -1;
    int got = (int)read(file, byte, sizeof byte);
    close(file);
    return got;
}

static long network(const char *address_family)
{
    if (strcmp(address_family, "ipv4") == 0) {
        struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(0x08080808)};
        return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&far, sizeof far);
    }
    struct sockaddr_in6 far = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
    far.sin6_addr.s6_addr[0] = 0x20;
    far.sin6_addr.s6_addr[1] = 0x01;
    return connect(socket(AF_INET6, SOCK_STREAM, 0), (struct sockaddr *)&far, sizeof far);
}

static long own_loopback(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(8080), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr *)&here, sizeof here) != 0 || listen(server, 1) != 0)
        return -1;
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&here, sizeof here);
}

/* The test binds this abstract name outside the jail. */
static long abstract_socket(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0mayfly-jail-test"};
    return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof name);
}

static void doors(void)
{
    print_result("create in /", open("/made", O_CREAT | O_WRONLY, 0600));
    print_result("create in /dev", open("/dev/made", O_CREAT | O_WRONLY, 0600));
    print_result("create in /etc", open("/etc/made", O_CREAT | O_WRONLY, 0600));
    print_result("chmod /dev/null", chmod("/dev/null", 0600));
    print_result("touch /dev/null", utimensat(AT_FDCWD, "/dev/null", NULL, 0));
    print_result("overwrite own program", open("/proc/self/exe", O_WRONLY));
    print_result("write /dev/null", write(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600), "x", 1));
    print_result("read /dev/urandom", read(open("/dev/urandom", O_RDONLY), (char[1]){0}, 1));
    print_result("reopen stdout", open("/dev/stdout", O_WRONLY));
    print_result("lower oom_score_adj", write(open("/proc/self/oom_score_adj", O_WRONLY), "-1000", 5));
    print_result("write core_pattern", open("/proc/sys/kernel/core_pattern", O_WRONLY));
    print_result("setuid 0", setuid(0));
    print_result("setgid 0", setgid(0));
    print_result("setgroups", setgroups(0, NULL));
    print_result("mknod", mknod("/tmp/zero", S_IFCHR | 0666, makedev(1, 5)));
    print_result("mount", mount("tmpfs", "/tmp", "tmpfs", 0, NULL));
    print_result("remount /", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
    print_result("chroot", chroot("/tmp"));
    print_result("ptrace init", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
    print_result("kill init", kill(1, SIGKILL));
    print_result("see init", access("/proc/1", F_OK));
    print_result("join init's net", setns(open("/proc/1/ns/net", O_RDONLY), 0));
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    print_result("raise NOFILE", setrlimit(RLIMIT_NOFILE, &more));
    print_result("raise nice", setpriority(PRIO_PROCESS, 0, -5));
    print_result("real-time", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1}));
    print_result("filtered call", acct(NULL));
    print_result("ipv4", network("ipv4"));
    print_result("ipv6", network("ipv6"));
    print_result("loopback", own_loopback());
    print_result("abstract socket outside", abstract_socket());
    print_result("rename between directories",
                 mkdir("a", 0700) | mkdir("b", 0700) | close(creat("a/x", 0600)) | rename("a/x", "b/x"));

    const char *const masked[] = {"kcore", "keys", "timer_list", "sched_debug", "kallsyms", "kmsg", "config.gz",
                                  "cmdline", "interrupts", "diskstats", "sys/kernel/random/boot_id"};
    for (size_t i = 0; i < sizeof masked / sizeof masked[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%s", masked[i]);
        printf("bytes of %s=%d\n", path, size_of(path));
    }
}

/* Writes until it fails; says how many KiB fitted and why no more did. */
static void fill(const char *path)
{
    static char block[65536];
    long kilobytes = 0;
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    ssize_t done;
    signal(SIGXFSZ, SIG_IGN);
    while ((done = write(file, block, sizeof block)) > 0)
        kilobytes += done / 1024;
    printf("fill=%s %ld\n", strerrorname_np(errno), kilobytes);
}

static void fill_inodes(void)
{
    for (int count = 0;; count++) {
        char path[32];
        snprintf(path, sizeof path, "/tmp/%d", count);
        int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (file < 0) {
            printf("inodes=%s %d\n", strerrorname_np(errno), count);
            return;
        }
        close(file);
    }
}

static void leave_daemon(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            signal(SIGTERM, SIG_IGN);
            for (;;)
                pause();
        }
        _exit(0);
    }
    wait(NULL);
    printf("daemon=left\n");
}

/* Children of a child that is gone: the jail's init has to reap them. */
static void leave_orphans(void)
{
    if (fork() == 0) {
        for (int i = 0; i < 10; i++)
            if (fork() == 0) {
                usleep(10000);
                _exit(0);
            }
        _exit(0);
    }
    wait(NULL);
    usleep(100000);
    print_processes();
}

int main(int argc, char **argv, char **environment)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "facts") == 0)
        facts(argc, argv, environment);
    else if (strcmp(what, "doors") == 0)
        doors();
    else if (strcmp(what, "fill") == 0)
        fill(argv[2]);
    else if (strcmp(what, "inodes") == 0)
        fill_inodes();
    else if (strcmp(what, "daemon") == 0)
        leave_daemon();
    else if (strcmp(what, "orphans") == 0)
        leave_orphans();
    else if (strcmp(what, "exec") == 0)
        execv(argv[2], argv + 2);
    else if (strcmp(what, "whoami") == 0)
        printf("euid=%u\n", geteuid());
    else if (strcmp(what, "cat") == 0)
        print_file("content", argv[2]);
    else if (strcmp(what, "touch") == 0)
        print_result("touch", open(argv[2], O_CREAT | O_WRONLY, 0600));
    else if (strcmp(what, "kill") == 0)
        print_result("kill", kill(atoi(argv[2]), 0));
    else if (strcmp(what, "trace") == 0)
        print_result("trace", ptrace(PTRACE_SEIZE, atoi(argv[2]), NULL, NULL));
    else if (strcmp(what, "exit") == 0)
        return atoi(argv[2]);
    else if (strcmp(what, "signal") == 0)
        raise(atoi(argv[2]));
    else if (strcmp(what, "sleep") == 0)
        pause();
    return 0;
}
