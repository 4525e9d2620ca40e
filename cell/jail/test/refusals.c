/* What is refused: programs that cannot be started, layers that fail, filters and requests that make no sense. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

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

void check_bad_starts(const struct jailer *jailer)
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

void check_failing_layers(const struct jailer *jailer)
{
    static struct execution execution;
    struct request request = request_for(REQUEST_PREPARE, 0);
    request.uid = 0;
    send_packet(jailer, &request, sizeof request, NULL, 0);
    struct report report = receive_report(jailer, NULL);
    check(report.kind == REPORT_PREPARE_FAILED && report.error == EINVAL, "PREPARE for uid 0 is refused", "report %u", report.kind);

    request = request_for(REQUEST_PREPARE, 0);
    request.uid = UNMAPPED_UID;
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
    request.uid = UNMAPPED_UID;
    send_fork(jailer, &execution, &request);
    receive_kind(jailer, REPORT_FORKED, NULL);
    notice = receive_notice(&execution);
    collect(jailer, &execution);
    check(notice.kind == NOTICE_FAILED && notice.error == EINVAL, "an unmapped uid fails the child", "notice %u, step %d, %s",
          notice.kind, notice.step, strerrorname_np(notice.error));
    end(jailer, &execution);
}

void check_bad_filters(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC); /* for the complaints */
    static const char *const filters[][2] = {
        {"/nothing.bpf", "no filter"}, {"/empty.bpf", "an empty filter"}, {"/odd.bpf", "half an instruction"},
        {"/wrong.bpf", "a filter that the kernel rejects"}};
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        char claim[96];
        struct jailer jailer = start_jailer(filters[i][0], nowhere);
        snprintf(claim, sizeof claim, "the jailer does not start with %s", filters[i][1]);
        int code = exit_code_of(&jailer);
        check(code == 1, claim, "exit code %d", code);
        close(jailer.socket);
    }
}

/* In mount namespaces of their own: the next jailer finds everything in its place. */
static void spoil_devices(void)
{
    must(unshare(CLONE_NEWNS));
    must(mount("tmpfs", "/dev", "tmpfs", 0, "size=4k"));
}

static void spoil_proc(void)
{
    must(unshare(CLONE_NEWNS));
    must(umount2("/proc", MNT_DETACH));
}

static void bind_into(const char *cage, const char *file)
{
    char place[64];
    snprintf(place, sizeof place, "%s%s", cage, file);
    int made = open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    must(made);
    close(made);
    must(mount(file, place, NULL, MS_BIND, NULL));
}

/* A root without the directory that the template is put together on. */
static void spoil_stage(void)
{
    must(unshare(CLONE_NEWNS));
    must(mount("tmpfs", "/tmp", "tmpfs", 0, "size=64k"));
    bind_into("/tmp", "/jailer");
    bind_into("/tmp", "/filter.bpf");
    must(chroot("/tmp"));
    must(chdir("/"));
}

/* Everything that is looked for, in a root that is no mount: its propagation cannot be changed. */
static void spoil_root(void)
{
    static const char *const directories[] = {"/tmp/cage", "/tmp/cage/dev", "/tmp/cage/proc", "/tmp/cage/run"};
    must(unshare(CLONE_NEWNS));
    must(mount("tmpfs", "/tmp", "tmpfs", 0, "size=64k"));
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        must(mkdir(directories[i], 0755));
    must(mount("/dev", "/tmp/cage/dev", NULL, MS_BIND | MS_REC, NULL));
    bind_into("/tmp/cage", "/jailer");
    bind_into("/tmp/cage", "/filter.bpf");
    must(chroot("/tmp/cage"));
    must(chdir("/"));
}

static void spoil_rights(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    must(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0));
    must((int)syscall(SYS_capget, &header, sets));
    sets[0].inheritable &= ~(1u << CAP_SYS_ADMIN);
    must((int)syscall(SYS_capset, &header, sets));
}

/* There is no jail without what all jails have in common: who asks for one is told why, each time. */
void check_templates(void)
{
    static const struct {
        const char *what;
        void (*spoil)(void);
        int32_t step, error;
    } cases[] = {
        {"without the right to make namespaces", spoil_rights, STEP_PRIVATE, EPERM},
        {"without a place for its template", spoil_stage, STEP_ROOT, ENOENT},
        {"without the five devices", spoil_devices, STEP_DEV, ENOENT},
        {"without a procfs in sight", spoil_proc, STEP_PROC, EPERM},
        {"in a root that is no mount", spoil_root, STEP_PRIVATE, EINVAL},
    };
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char claim[96];
        struct jailer jailer = start_jailer_after(cases[i].spoil, nowhere);
        for (uint32_t slot = 0; slot < 2; slot++) {
            struct request request = request_for(REQUEST_PREPARE, slot);
            send_packet(&jailer, &request, sizeof request, NULL, 0);
            struct report report = receive_report(&jailer, NULL);
            snprintf(claim, sizeof claim, "a jailer %s makes no jail in slot %u", cases[i].what, slot);
            check(report.kind == REPORT_PREPARE_FAILED && report.slot == slot && report.step == cases[i].step &&
                      report.error == cases[i].error,
                  claim, "report %u, step %d, %s", report.kind, report.step, strerrorname_np(report.error));
        }
        close(jailer.socket);
        check(exit_code_of(&jailer) == 0, "it ends with the agent's socket", "it does not");
    }
    close(nowhere);
}

void check_bad_requests(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct request request = request_for(REQUEST_PREPARE, 0), no_slot = request, no_kind = request,
                   bare_fork = request_for(REQUEST_FORK, 0);
    no_slot.slot = JAIL_MAX_SLOTS;
    no_kind.kind = 99;
    const int many[12] = {0}; /* twelve times stdin */
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
        struct jailer jailer = start_jailer(filter, nowhere);
        prepare(&jailer, &execution, 7);
        send_packet(&jailer, cases[i].bytes, cases[i].size, many, cases[i].fds);
        int code = exit_code_of(&jailer);
        snprintf(claim, sizeof claim, "%s ends the jailer and its jails", cases[i].what);
        check(code == 1 && gone(execution.init), claim, "exit code %d", code);
        close(jailer.socket);
        close(execution.init_pidfd);
    }
}
