/*
 * The jail's tests: this program plays mayfly-cells and the agent. As root it makes a cell as runc would (user
 * namespace, own root), becomes its PID 1, starts the real jailer with only the capabilities that the launcher gives
 * and runs probe.c in real jails. Exit code 1 if a check failed, 77 without root.
 *
 *   jail-test <jailer> <jail-probe> [<seccomp filter>]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

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
static void make_image(const char *jailer, const char *probe, const char *real_filter)
{
    static const char *const directories[] = {"bin", "dev", "etc", "mayfly", "proc", "run", "sandbox", "sys", "tmp"};
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
    const struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOANO),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    make_file("filter.bpf", instructions, sizeof instructions, 0644);
    make_file("wrong.bpf", instructions, sizeof instructions[0] * 2, 0644); /* does not end in a return */
    make_file("odd.bpf", instructions, sizeof instructions[0] + 1, 0644);
    make_file("empty.bpf", instructions, 0, 0644);
    if (real_filter != NULL)
        copy_file(real_filter, "real.bpf", 0644);
}

/* Delegated cgroups, as mayfly-cells makes them: the path outside of each controller's directory. */
static char delegated[JAIL_MAX_CGROUP_FDS][128];
static const char *v2; /* the one of them that is of version 2 */

static void delegate(const char *hierarchy)
{
    char path[192];
    char *directory = delegated[cgroup_count++];
    snprintf(directory, sizeof delegated[0], "%s/mayfly-jail-test-%d", hierarchy, getpid());
    must(mkdir(directory, 0755));
    must(chown(directory, CELL_UID, CELL_UID));
    snprintf(path, sizeof path, "%s/cgroup.procs", directory);
    must(chown(path, CELL_UID, CELL_UID));
}

/* Two v1 controllers, where there is v1, and the v2 tree, which may be the only one or stand beside them. */
static void delegate_cgroups(void)
{
    static const char *const hierarchies[] = {"", "/memory", "/pids", "/unified"};
    for (size_t i = 0; i < sizeof hierarchies / sizeof hierarchies[0]; i++) {
        char hierarchy[64], procs[96], controllers[96];
        snprintf(hierarchy, sizeof hierarchy, "/sys/fs/cgroup%s", hierarchies[i]);
        snprintf(procs, sizeof procs, "%s/cgroup.procs", hierarchy);
        snprintf(controllers, sizeof controllers, "%s/cgroup.controllers", hierarchy);
        if (access(procs, F_OK) != 0)
            continue;
        delegate(hierarchy);
        if (access(controllers, F_OK) == 0)
            v2 = delegated[cgroup_count - 1];
    }
    if (cgroup_count == 0)
        stop("find cgroups in /sys/fs/cgroup");
}

/* On v2 a process can be moved only within the delegated part: the cell itself must be in it. */
static void move_cell(pid_t cell)
{
    char path[192], text[16];
    if (v2 == NULL)
        return;
    snprintf(path, sizeof path, "%s/agent", v2);
    must(mkdir(path, 0755));
    snprintf(path, sizeof path, "%s/agent/cgroup.procs", v2);
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

/* In the cell's namespaces, not yet mapped: what runc does between clone and exec. */
static void enter_cell(const char *image, const int *go)
{
    char byte;
    if (read(go[0], &byte, 1) != 1)
        exit(2); /* mayfly-cells' part failed */
    must(setresgid(0, 0, 0));
    must(setresuid(0, 0, 0));
    must(setgroups(1, &(gid_t){5})); /* one that a jail must not keep */
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
    must(prctl(PR_SET_PDEATHSIG, SIGKILL)); /* after the change of uid, which clears it */
    filter = "/filter.bpf";
    open_cgroups();
    listen_on_abstract_name();
    struct jailer jailer = start_jailer(filter, STDERR_FILENO);
    check_inside(&jailer);
    check_space(&jailer);
    check_outside(&jailer);
    check_bad_starts(&jailer);
    check_failing_layers(&jailer);
    check_side_by_side(&jailer);
    check_network(&jailer);
    check_ipc(&jailer);
    close(jailer.socket);
    check(exit_code_of(&jailer) == 0, "the jailer ends with the agent's socket", "it does not");
    check_bad_filters();
    check_templates();
    check_bad_requests();
    check_deaths();
    measure_cost();
    if (access("/real.bpf", F_OK) == 0) {
        filter = "/real.bpf";
        check_real_filter();
    }
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
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: jail-test <jailer> <jail-probe> [<seccomp filter>]\n");
        return 2;
    }
    if (geteuid() != 0) {
        printf("SKIPPED: the jail's tests make namespaces and cgroups and need root\n");
        return 77;
    }
    char image[] = "/tmp/mayfly-jail-test.XXXXXX";
    char jailer[PATH_MAX], probe[PATH_MAX], real_filter[PATH_MAX];
    if (realpath(argv[1], jailer) == NULL || realpath(argv[2], probe) == NULL ||
        (argc == 4 && realpath(argv[3], real_filter) == NULL) || mkdtemp(image) == NULL)
        stop("find the binaries");
    must(chmod(image, 0755));
    must(chdir(image));
    umask(0);
    make_image(jailer, probe, argc == 4 ? real_filter : NULL);
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
