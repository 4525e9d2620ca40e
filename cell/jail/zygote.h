/*
 * A zygote's half of the jail: a warm interpreter, forked for each execution. Its native module (cell/python,
 * cell/javascript) compiles these files and calls, in this order:
 *
 *     zygote_serve    in the zygote: for ever. Returns in each child: jailed, every layer in force.
 *     ...             the language's own work: random sources, clocks, standard streams, caches. No sockets: nobody
 *                     answers the watch for them before READY
 *     zygote_await    says READY and waits for the one program; its files are written when it returns
 *     ...             arguments and environment go where the language keeps them
 *     zygote_started  says STARTED and closes the control stream: user code is the next thing to happen
 *     zygote_end      when the program is over and its output flushed: tells the agent and exits
 *
 * A child that ends in any other way (a signal, _exit) is seen by its wait status: zygote_end only saves the time until then.
 */
#ifndef MAYFLY_JAIL_ZYGOTE_H
#define MAYFLY_JAIL_ZYGOTE_H

#include "jail.h"

struct zygote_child {
    struct jail jail;
    struct program program;  /* points into the block; gone after zygote_started */
    struct ending *ending;   /* shared with the agent */
    long faults_before;      /* of the child, until its program came */
};

/*
 * In the zygote: its memory has grown since the last call, by what a fresh interpreter would have of its own (counts), or by what only a
 * zygote has. The first counted call is for the interpreter, each further one for one more module of the tier, in its order; the sums are
 * reported as what children need not pay for. Before memory is made into huge pages.
 */
void zygote_grew(int counts);

/*
 * In the zygote, which must have one thread, and descriptor 3 to the agent: says that it is warm and serves. Exits with the agent, or with a
 * message if it cannot work. `filter` is the compiled seccomp filter's path. The zygote's children are forked by libc's fork.
 */
void zygote_serve(const char *name, const char *filter, struct zygote_child *child);

void zygote_await(struct zygote_child *child);
void zygote_started(struct zygote_child *child);
_Noreturn void zygote_end(struct zygote_child *child, int exit_code);

#endif
