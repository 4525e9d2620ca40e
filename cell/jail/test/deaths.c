/* Who dies with whom, and that nothing is left. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

int gone(pid_t pid)
{
    for (int waited = 0; waited < PATIENCE_MS; waited++, usleep(1000)) {
        while (waitpid(-1, NULL, WNOHANG) > 0) /* orphans are ours: we are PID 1 */
            ;
        if (kill(pid, 0) != 0)
            return 1;
    }
    return 0;
}

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

void check_deaths(void)
{
    static struct execution execution;
    struct jailer jailer = start_jailer(filter, STDERR_FILENO);

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

    jailer = start_jailer(filter, STDERR_FILENO);
    prepare(&jailer, &execution, 0);
    fork_into(&jailer, &execution, 0);
    close(jailer.socket);
    check(exit_code_of(&jailer) == 0 && gone(execution.child) && gone(execution.init),
          "a spare dies with the jailer, which goes when the agent's socket ends", "it lives");
}

void check_side_by_side(const struct jailer *jailer)
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
