/*
 * V8's background threads. Node.js starts at least one, and one more for delayed tasks, whatever the options say. A fork would
 * copy what they share with the main thread and not them: so they are ended before the zygote serves, and each child starts its own.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "addon.h"
#include "node.h"

enum {
    PLATFORM_WORDS = 32,   /* of NodePlatform, where the pointer is looked for                     */
    WORKERS_BYTES = 1024,  /* of WorkerThreadsTaskRunner: 256 in version 22.23.3 on x86-64         */
    WORKERS = 1,           /* what --v8-pool-size=0 gives                                          */
    CONTROL_BLOCK = 16,    /* of libstdc++'s make_shared: a vtable and two counters                */
};

/* In NodePlatform: a std::shared_ptr made by make_shared, the only one. Its object lies right behind its control block. */
static void **find_workers(void)
{
    void **words = v8_platform();
    for (int i = 0; i + 1 < PLATFORM_WORDS; i++)
        if (words[i + 1] != NULL && (char *)words[i] == (char *)words[i + 1] + CONTROL_BLOCK)
            return &words[i];
    return NULL;
}

int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        return -1;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

void stop_threads(void)
{
    void **workers = find_workers();
    if (workers == NULL || node_workers_count(*workers) != WORKERS + 1)
        die("find the background threads of Node.js", "the add-on was written for the version that cell/image/package.json names");
    node_workers_stop(*workers);
    /* A joined thread may still be listed for a moment. */
    for (int tries = 0; count_threads() > 1 && tries < 1000; tries++)
        usleep(1000);
    if (count_threads() != 1)
        die("fork: there is more than one thread", "start Node.js with --single-threaded --v8-pool-size=0 --disable-sigusr1");
}

/*
 * The old ones are not freed: their locks and queues are part of the zygote's memory, which the child shares. The new ones block SIGUSR1, as
 * in a Node.js that has just been started.
 */
void start_threads(void)
{
    sigset_t blocked, before;
    void *workers = calloc(1, WORKERS_BYTES);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    if (workers == NULL || sigprocmask(SIG_BLOCK, &blocked, &before) != 0)
        abort();
    node_workers_construct(workers, WORKERS, 0);
    if (sigprocmask(SIG_SETMASK, &before, NULL) != 0)
        abort();
    *find_workers() = workers;
}
