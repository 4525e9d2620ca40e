/*
 * The zygote's tests: this program plays mayfly-cells and the agent. As root it makes a cell of the image (user namespace, own root),
 * becomes its PID 1, starts the real jailer and the real zygote and runs each program of test/programs both ways.
 *
 *   zygote-test <image's root> <directory of the jailer, the filter and javascript/> <programs> [<only what has this in its name> | cost]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

int cgroup_fds[JAIL_MAX_CGROUP_FDS];
size_t cgroup_count;
static char delegated[JAIL_MAX_CGROUP_FDS][128];

_Noreturn void stop(const char *what)
{
    fprintf(stderr, "zygote-test: %s: %s\n", what, strerrorname_np(errno));
    exit(2);
}

static void write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        stop(path);
    close(file);
}

/* One cgroup for the jail, opened outside and kept open: of version 2, or version 1's for pids. */
static void delegate_cgroup(pid_t cell)
{
    char path[192], text[16];
    int v2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
    snprintf(delegated[0], sizeof delegated[0], "%s/mayfly-zygote-test-%d", v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids", getpid());
    must(mkdir(delegated[0], 0755));
    must(chown(delegated[0], CELL_UID, CELL_UID));
    snprintf(path, sizeof path, "%s/cgroup.procs", delegated[0]);
    must(chown(path, CELL_UID, CELL_UID));
    if (v2) {
        /* A process can be moved only within the delegated part: the cell itself must be in it. */
        snprintf(path, sizeof path, "%s/agent", delegated[0]);
        must(mkdir(path, 0755));
        snprintf(path, sizeof path, "%s/agent/cgroup.procs", delegated[0]);
        snprintf(text, sizeof text, "%d", cell);
        write_text(path, text);
    }
}

static void remove_cgroup(void)
{
    static const char *const parts[] = {"/slot", "/agent", ""};
    for (size_t part = 0; part < 3; part++) {
        char path[192];
        snprintf(path, sizeof path, "%s%s", delegated[0], parts[part]);
        for (int tries = 0; rmdir(path) != 0 && errno == EBUSY && tries < 1000; tries++)
            usleep(1000);
    }
}

static void make_devices(void)
{
    static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};
    must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k"));
    for (size_t i = 0; i < 5; i++) {
        char from[32], to[32];
        snprintf(from, sizeof from, "/dev/%s", devices[i]);
        snprintf(to, sizeof to, "dev/%s", devices[i]);
        close(open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
        must(mount(from, to, NULL, MS_BIND, NULL));
        must(mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NOEXEC, NULL));
    }
}

/* In the cell's namespaces, not yet mapped: what runc does between clone and exec. The cgroup is found below /run. */
static void enter_cell(const char *image, const char *mayfly, const int *go)
{
    char byte;
    if (read(go[0], &byte, 1) != 1)
        exit(2); /* mayfly-cells' part failed */
    must(setresgid(0, 0, 0));
    must(setresuid(0, 0, 0));
    must(setgroups(0, NULL));
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    must(mount(image, image, NULL, MS_BIND, NULL));
    must(chdir(image));
    must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
    make_devices();
    must(mount("tmpfs", "run", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=1m"));
    must(mkdir("run/cgroup", 0755));
    must(mount(delegated[0], "run/cgroup", NULL, MS_BIND, NULL));
    must(mount(mayfly, "mayfly", NULL, MS_BIND, NULL));
    must(mount(NULL, "mayfly", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    must(mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    must((int)syscall(SYS_pivot_root, ".", "."));
    must(umount2(".", MNT_DETACH));
    must(chdir("/"));
    must(mkdir("/run/cgroup/slot", 0755));
    cgroup_fds[cgroup_count++] = open("/run/cgroup/slot/cgroup.procs", O_WRONLY | O_CLOEXEC);
    must(cgroup_fds[0]);
}

static int in_cell(char **argv, int programs, const int *go)
{
    close(go[1]);
    enter_cell(argv[1], argv[2], go);
    must(prctl(PR_SET_PDEATHSIG, SIGKILL)); /* after the change of uid, which clears it */
    must(fchdir(programs));
    struct parent jailer = start_jailer();
    struct parent zygote = start_zygote("{\"modules\": [\"lodash\", \"dayjs\", \"mathjs\"]}");
    int only_cost = argv[4] != NULL && strcmp(argv[4], "cost") == 0;
    int failed = only_cost ? 0 : compare_programs(&jailer, &zygote, argv[4]);
    if (argv[4] == NULL) {
        /* Another tier: nothing is loaded ahead, everything can be required. */
        struct parent bare = start_zygote("{\"modules\": []}");
        failed += compare_programs(&jailer, &bare, "module");
        failed += compare_programs(&jailer, &bare, "mathjs.js");
    }
    if (argv[4] == NULL || strstr("clock.js", argv[4]) != NULL) {
        struct parent old = start_old_zygote("{\"modules\": [\"lodash\", \"dayjs\", \"mathjs\"]}", 400 * 24 * 3600);
        failed += compare_old(&jailer, &old);
    }
    if (argv[4] == NULL || only_cost)
        measure_cost(&jailer, &zygote);
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
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: zygote-test <image's root> <directory of jailer, seccomp.bpf, javascript/> <programs> [<part of a name> | cost]\n");
        return 2;
    }
    if (geteuid() != 0) {
        printf("SKIPPED: the zygote's tests make namespaces and cgroups and need root\n");
        return 77;
    }
    char image[PATH_MAX], mayfly[PATH_MAX];
    int programs = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC), go[2];
    if (programs < 0 || realpath(argv[1], image) == NULL || realpath(argv[2], mayfly) == NULL)
        stop("find the image, the binaries and the programs");
    argv[1] = image, argv[2] = mayfly;
    must(pipe2(go, O_CLOEXEC));
    umask(0);
    snprintf(delegated[0], sizeof delegated[0], "?");
    int named[2];
    must(pipe2(named, O_CLOEXEC));
    pid_t cell = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
                                CLONE_NEWUTS | CLONE_NEWCGROUP | SIGCHLD, NULL, NULL, NULL, NULL);
    must(cell);
    if (cell == 0) {
        if (read(named[0], delegated[0], sizeof delegated[0]) <= 0)
            exit(2);
        exit(in_cell(argv, programs, go));
    }
    delegate_cgroup(cell);
    map_ids(cell);
    must(write(named[1], delegated[0], sizeof delegated[0]));
    must((int)write(go[1], "", 1));
    int status = 0;
    must(waitpid(cell, &status, 0));
    remove_cgroup();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
