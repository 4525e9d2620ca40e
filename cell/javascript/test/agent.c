/* The agent's part: what src/Mayfly.Agent does for one execution, cold or warm. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test.h"

/* src/Mayfly.Agent/Executions/Runtimes.cs */
static char *const environment[] = {"NOT_FOR_THE_PROGRAM=1", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/sandbox", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC",
                                    "TMPDIR=/tmp", "PYTHONDONTWRITEBYTECODE=1", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1",
                                    "MKL_NUM_THREADS=1", "NUMEXPR_NUM_THREADS=1", NULL};

/* As in a cell: src/Mayfly.Cells/Launching/Runc/cell-seccomp.json. */
static void deny_io_uring(void)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof instructions / sizeof instructions[0], instructions};
    must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter));
}

static struct parent start(const char *directory, char *const *arguments, char *const *variables)
{
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
    pid_t pid = fork();
    if (pid == 0) {
        deny_io_uring();
        int nothing = open("/dev/null", O_RDONLY);
        must(chdir(directory));
        must(dup2(nothing, 0));
        must(dup2(2, 1));
        must(dup2(pair[1], 3));
        must((int)syscall(SYS_close_range, 4u, ~0u, 0u));
        execve(arguments[0], arguments, variables);
        _exit(126);
    }
    must(pid);
    close(pair[1]);
    return (struct parent){pid, pair[0]};
}

static void send_packet(const struct parent *parent, const void *bytes, size_t size, const int *fds, size_t fd_count)
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
    must(sendmsg(parent->socket, &message, MSG_NOSIGNAL));
}

static struct report receive_report(const struct parent *parent, uint32_t kind, int *fd)
{
    struct report report = {0};
    struct iovec packet = {&report, sizeof report};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct pollfd polled = {parent->socket, POLLIN, 0};
    errno = ETIMEDOUT;
    if (poll(&polled, 1, PATIENCE_MS) != 1 || recvmsg(parent->socket, &message, MSG_CMSG_CLOEXEC) != sizeof report)
        stop("receive a report");
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && fd != NULL)
        memcpy(fd, CMSG_DATA(header), sizeof *fd);
    if (report.kind == REPORT_GREW && kind == REPORT_WARM)
        return receive_report(parent, kind, fd); /* how much memory is shared is no matter here */
    if (report.kind != kind) {
        fprintf(stderr, "zygote-test: expected report %u, got %u, step %d, %s\n", kind, report.kind, report.step,
                strerrorname_np(report.error));
        exit(2);
    }
    return report;
}

struct parent start_jailer(void)
{
    char *const arguments[] = {"/mayfly/jailer", "/mayfly/seccomp.bpf", NULL};
    return start("/", arguments, environment);
}

static struct parent start_node(const char *configuration, char *const *preloaded, size_t preloaded_count)
{
    char *const arguments[] = {"/usr/bin/node", "--single-threaded", "--v8-pool-size=0", "--disable-sigusr1", "--no-memory-reducer",
                               "main.js", NULL};
    char *variables[2 + sizeof environment / sizeof environment[0]];
    memcpy(variables, preloaded, preloaded_count * sizeof *preloaded);
    memcpy(variables + preloaded_count, environment, sizeof environment);
    struct parent zygote = start("/mayfly/javascript", arguments, variables);
    send_packet(&zygote, configuration, strlen(configuration), NULL, 0);
    receive_report(&zygote, REPORT_WARM, NULL);
    return zygote;
}

struct parent start_zygote(const char *configuration)
{
    static char *const preloaded[] = {"LD_PRELOAD=/mayfly/javascript/nearby.so"};
    return start_node(configuration, preloaded, 1);
}

/* Shared with long_ago.c; NULL: nobody's clock is behind. */
static int64_t *behind_s;

struct parent start_old_zygote(const char *configuration, int64_t age_s)
{
    static char *const preloaded[] = {"LD_PRELOAD=/mayfly/javascript/nearby.so:/mayfly/long_ago.so", "LONG_AGO=/run/behind"};
    int file = open("/run/behind", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    must(file);
    must(ftruncate(file, sizeof *behind_s));
    behind_s = mmap(NULL, sizeof *behind_s, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (behind_s == MAP_FAILED)
        stop("map /run/behind");
    close(file);
    *behind_s = age_s;
    return start_node(configuration, preloaded, 2);
}

static void receive_notice(int control, uint32_t kind)
{
    struct notice notice = {0};
    struct pollfd polled = {control, POLLIN, 0};
    if (poll(&polled, 1, PATIENCE_MS) != 1 || read(control, &notice, sizeof notice) != sizeof notice || notice.kind != kind) {
        fprintf(stderr, "zygote-test: expected notice %u, got %u, step %d, %s\n", kind, notice.kind, notice.step,
                strerrorname_np(notice.error));
        exit(2);
    }
}

static void send_program(int control, const struct program *program)
{
    static char block[JAIL_MAX_START_BYTES];
    static const char arguments[] = "/usr/bin/node\0main.js";
    struct start start = {.magic = START_MAGIC, .argc = 2};
    size_t size = sizeof arguments;
    memcpy(block, arguments, sizeof arguments);
    /* Not quite the environment that the zygote was started with. */
    static const char own[] = "OF_THE_PROGRAM=a=b";
    memcpy(block + size, own, sizeof own), size += sizeof own, start.envc++;
    for (size_t i = 1; environment[i] != NULL; i++, start.envc++) {
        strcpy(block + size, environment[i]);
        size += strlen(environment[i]) + 1;
    }
    for (size_t i = 0; i < program->file_count; i++, start.filec++) {
        struct start_file header = {(uint32_t)strlen(program->files[i].path) + 1, (uint32_t)program->files[i].size, 0644};
        memcpy(block + size, &header, sizeof header), size += sizeof header;
        memcpy(block + size, program->files[i].path, header.path_bytes), size += header.path_bytes;
        memcpy(block + size, program->files[i].content, header.content_bytes), size += header.content_bytes;
    }
    start.total_bytes = (uint32_t)size;
    must(send(control, &start, sizeof start, MSG_NOSIGNAL));
    for (size_t sent = 0; sent < size;) {
        ssize_t done = send(control, block + sent, size - sent, MSG_NOSIGNAL);
        must(done);
        sent += (size_t)done;
    }
}

static double read_number(pid_t pid, const char *name, const char *format)
{
    char path[64], text[2048];
    double number = 0;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = '\0';
    sscanf(text, format, &number);
    return number;
}

/* Of the main thread. */
double cpu_ms(pid_t pid)
{
    return read_number(pid, "schedstat", "%lf") / 1e6;
}

static long private_kb(pid_t pid)
{
    char path[64], line[256];
    long total = 0, value;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Private_Clean: %ld", &value) == 1 || sscanf(line, "Private_Dirty: %ld", &value) == 1)
            total += value;
    if (file != NULL)
        fclose(file);
    return total;
}

static void collect(int output, int errors, struct result *result)
{
    result->output_size = result->errors_size = 0;
    struct pollfd polled[2] = {{output, POLLIN, 0}, {errors, POLLIN, 0}};
    while (polled[0].fd >= 0 || polled[1].fd >= 0) {
        if (poll(polled, 2, PATIENCE_MS) <= 0)
            break;
        for (int i = 0; i < 2; i++) {
            if (polled[i].fd < 0 || polled[i].revents == 0)
                continue;
            char *into = i == 0 ? result->output : result->errors;
            size_t *size = i == 0 ? &result->output_size : &result->errors_size;
            ssize_t got = read(polled[i].fd, into + *size, MAX_OUTPUT - 1 - *size);
            if (got <= 0)
                polled[i].fd = -1;
            else
                *size += (size_t)got;
        }
    }
    result->output[result->output_size] = result->errors[result->errors_size] = '\0';
}

/* Slot 0, from PREPARE to the jail's end. */
void execute(const struct parent *jailer, const struct parent *parent, const struct program *program, struct result *result)
{
    struct request request = {.kind = REQUEST_PREPARE, .uid = SLOT_UID, .gid = SLOT_UID, .writable_bytes = 64 << 20,
                              .writable_inodes = 4096, .processes = 64, .file_bytes = 64 << 20};
    int init = -1, control[2], output[2], errors[2], ending = memfd_create("ending", MFD_CLOEXEC);
    send_packet(jailer, &request, sizeof request, NULL, 0);
    receive_report(jailer, REPORT_PREPARED, &init);
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control));
    must(pipe2(output, O_CLOEXEC));
    must(pipe2(errors, O_CLOEXEC));
    must(ending);
    must(ftruncate(ending, sizeof(struct ending)));
    int fds[5 + JAIL_MAX_CGROUP_FDS] = {init, control[1], output[1], errors[1], ending};
    memcpy(fds + 5, cgroup_fds, sizeof cgroup_fds);
    request.kind = REQUEST_FORK;
    send_packet(parent, &request, sizeof request, fds, 5 + cgroup_count);
    close(control[1]), close(output[1]), close(errors[1]);
    pid_t pid = receive_report(parent, REPORT_FORKED, NULL).pid;
    receive_notice(control[0], NOTICE_READY);

    result->ready_cpu_ms = cpu_ms(pid);
    result->ready_faults = (long)read_number(pid, "stat", "%*s %*s %*s %*s %*s %*s %*s %*s %*s %lf");
    result->ready_private_kb = private_kb(pid);
    if (behind_s != NULL && !program->stays_in_the_past)
        *behind_s = 0;
    send_program(control[0], program);
    receive_notice(control[0], NOTICE_STARTED);
    collect(output[0], errors[0], result);
    result->exit = receive_report(parent, REPORT_CHILD_EXITED, NULL);
    result->wait_status = result->exit.wait_status;
    struct ending said = {0};
    must(pread(ending, &said, sizeof said, 0));
    result->said = said.done == ENDING_DONE ? (int)said.exit_code : -1;

    must(syscall(SYS_pidfd_send_signal, init, SIGKILL, NULL, 0));
    receive_report(jailer, REPORT_INIT_EXITED, NULL);
    close(init), close(control[0]), close(output[0]), close(errors[0]), close(ending);
}
