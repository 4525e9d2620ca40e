/* The parts of the add-on; each in the file named after its subject. */
#ifndef MAYFLY_ADDON_H
#define MAYFLY_ADDON_H

#include <stdint.h>

/* Says what cannot be done on standard error, which is the agent's log, and ends the zygote. */
_Noreturn void die(const char *what, const char *remedy);

/* threads.c. A process that forks must have one thread: the others would be missing in the child, their locks held for ever. */
void stop_threads(void);
void start_threads(void); /* in the child */
int count_threads(void);

/* memory.c */
void share_memory_with_children(void);
void leave_no_holes(void);

/* descriptors.c. The child gets objects of its own where Node.js had its epoll instances, events and pipes. */
void note_own_descriptors(void);
void replace_descriptors(void); /* in the child, after the jail has closed them all */

/* identity.c: what must differ from child to child. */
void name_process(void);     /* in the zygote: its children have the same command line */
void reseed(void);
void set_clocks(double *milestones);
void mark_loop_start(double *milestones);

#endif
