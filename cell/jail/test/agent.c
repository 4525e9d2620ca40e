/* The agent's part: what src/Mayfly.Agent does for one execution, and what a broken agent might. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* What the launcher gives to a cell, inheritable too, which a jail must not keep. (The test itself keeps all.) */
static void keep_capabilities(void)
{
    static const int given[] = {CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SETUID,    CAP_SETGID,       CAP_SETPCAP,
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
        sets[i].effective = sets[i].permitted = sets[i].inheritable = (uint32_t)(kept >> (32 * i));
    must((int)syscall(SYS_capset, &header, sets));
}

static struct jailer start(const char *its_filter, void (*spoil)(void), int errors)
{
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
    pid_t pid = fork();
    if (pid == 0) {
        keep_capabilities();
        if (spoil != NULL)
            spoil();
        must(dup2(errors, 2));
        signal(SIGPIPE, SIG_IGN); /* as .NET leaves it */
        must(dup2(pair[1], 3));
        execl("/jailer", "jailer", its_filter, (char *)NULL);
        _exit(126);
    }
    close(pair[1]);
    return (struct jailer){pid, pair[0]};
}

struct jailer start_jailer(const char *its_filter, int errors)
{
    return start(its_filter, NULL, errors);
}

/* What the jailer finds is not as the launcher leaves it. */
struct jailer start_jailer_after(void (*spoil)(void), int errors)
{
    return start(filter, spoil, errors);
}

int exit_code_of(struct jailer *jailer)
{
    int status = 0;
    for (int waited = 0; waitpid(jailer->pid, &status, WNOHANG) != jailer->pid; waited++) {
        if (waited > PATIENCE_MS)
            return -1;
        usleep(1000);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void send_packet(const struct jailer *jailer, const void *bytes, size_t size, const int *fds, size_t fd_count)
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
struct report receive_report(const struct jailer *jailer, int *fd)
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

struct report receive_kind(const struct jailer *jailer, uint32_t kind, int *fd)
{
    struct report report = receive_report(jailer, fd);
    if (report.kind != kind)
        fprintf(stderr, "jail-test: expected report %u, got %u, step %d, %s\n", kind, report.kind, report.step,
                strerrorname_np(report.error));
    return report;
}

struct request request_for(uint32_t kind, uint32_t slot)
{
    return (struct request){.kind = kind, .slot = slot, .uid = SLOT_UID + slot, .gid = SLOT_UID + slot,
                            .writable_bytes = WRITABLE, .writable_inodes = INODES, .processes = 64,
                            .file_bytes = FILE_BYTES};
}

int cgroup_fds[JAIL_MAX_CGROUP_FDS];
size_t cgroup_count;
const char *filter;

int prepare(const struct jailer *jailer, struct execution *execution, uint32_t slot)
{
    struct request request = request_for(REQUEST_PREPARE, slot);
    send_packet(jailer, &request, sizeof request, NULL, 0);
    struct report report = receive_kind(jailer, REPORT_PREPARED, &execution->init_pidfd);
    execution->init = report.pid;
    return report.kind == REPORT_PREPARED;
}

void send_fork(const struct jailer *jailer, struct execution *execution, const struct request *request)
{
    int control[2], output[2], errors[2], fds[5 + JAIL_MAX_CGROUP_FDS];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control));
    must(pipe2(output, O_CLOEXEC));
    must(pipe2(errors, O_CLOEXEC));
    int ending = memfd_create("ending", MFD_CLOEXEC);
    must(ending);
    must(ftruncate(ending, sizeof(struct ending)));
    fds[0] = execution->init_pidfd, fds[1] = control[1], fds[2] = output[1], fds[3] = errors[1], fds[4] = ending;
    memcpy(fds + 5, cgroup_fds, sizeof cgroup_fds);
    send_packet(jailer, request, sizeof *request, fds, 5 + cgroup_count);
    close(control[1]), close(output[1]), close(errors[1]), close(ending);
    execution->control = control[0], execution->output = output[0], execution->errors = errors[0];
}

/* kind 0: end of stream, or nothing came */
struct notice receive_notice(const struct execution *execution)
{
    struct notice notice = {0};
    struct pollfd polled = {execution->control, POLLIN, 0};
    if (poll(&polled, 1, PATIENCE_MS) != 1 || read(execution->control, &notice, sizeof notice) != sizeof notice)
        return (struct notice){0};
    return notice;
}

struct notice fork_into(const struct jailer *jailer, struct execution *execution, uint32_t slot)
{
    struct request request = request_for(REQUEST_FORK, slot);
    send_fork(jailer, execution, &request);
    execution->child = receive_kind(jailer, REPORT_FORKED, NULL).pid;
    return receive_notice(execution);
}

void add(struct block *block, const void *bytes, size_t size)
{
    memcpy(block->bytes + block->size, bytes, size);
    block->size += size;
}

void add_file(struct block *block, const char *path, const char *content, uint32_t mode)
{
    struct start_file header = {(uint32_t)strlen(path) + 1, (uint32_t)strlen(content), mode};
    add(block, &header, sizeof header);
    add(block, path, header.path_bytes);
    add(block, content, header.content_bytes);
    block->start.filec++;
}

void add_command(struct block *block, const char *const *command)
{
    for (; *command != NULL; command++, block->start.argc++)
        add(block, *command, strlen(*command) + 1);
    add(block, "COLOUR=green", 13);
    block->start.envc = 1;
}

void send_block(const struct execution *execution, struct block *block)
{
    block->start.magic = block->start.magic ? block->start.magic : START_MAGIC;
    block->start.total_bytes = block->start.total_bytes ? block->start.total_bytes : (uint32_t)block->size;
    (void)!send(execution->control, &block->start, sizeof block->start, MSG_NOSIGNAL);
    (void)!send(execution->control, block->bytes, block->size, MSG_NOSIGNAL);
}

void start_program(const struct jailer *jailer, struct execution *execution, const char *const *command)
{
    struct block block = {0};
    prepare(jailer, execution, 0);
    fork_into(jailer, execution, 0);
    add_command(&block, command);
    send_block(execution, &block);
    receive_notice(execution);
}

/* Reads stdout until its end, or the child's; then the child's exit. */
void collect(const struct jailer *jailer, struct execution *execution)
{
    size_t size = 0;
    ssize_t got;
    execution->exit = receive_kind(jailer, REPORT_CHILD_EXITED, NULL);
    fcntl(execution->output, F_SETFL, O_NONBLOCK);
    while ((got = read(execution->output, execution->text + size, sizeof execution->text - 1 - size)) > 0)
        size += (size_t)got;
    execution->text[size] = '\0';
}

struct report end(const struct jailer *jailer, struct execution *execution)
{
    must(syscall(SYS_pidfd_send_signal, execution->init_pidfd, SIGKILL, NULL, 0));
    struct report report = receive_report(jailer, NULL);
    if (report.kind == REPORT_CHILD_EXITED) /* a child that was still there */
        report = receive_kind(jailer, REPORT_INIT_EXITED, NULL);
    close(execution->init_pidfd), close(execution->control), close(execution->output), close(execution->errors);
    return report;
}

/* A whole execution of the probe; its output in execution->text. */
void run(const struct jailer *jailer, struct execution *execution, const char *const *command)
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
