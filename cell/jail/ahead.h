/*
 * Pages that every child of a zygote writes to, copied ahead and all at once.
 *
 * A forked child shares its parent's memory; the first write to a page is a fault, in which the kernel copies the page: the largest cost of
 * a small program, on virtual machines above all. Which pages these are is the same in every child. So the zygote lets a trial child
 * do what all of them do, and looks at which pages it has of its own. Each child has these copied before it waits for its program: a
 * call for each run of them instead of a fault for each page, and ahead of the request.
 */
#ifndef MAYFLY_JAIL_AHEAD_H
#define MAYFLY_JAIL_AHEAD_H

/*
 * In the zygote, when nothing in its memory changes any more. Returns -1 there when pages are copied ahead; or, with a line on stderr that
 * says why, when they are not, and children copy page by page as fork leaves it to them. Before that it returns in trial children, with
 * numbers from 0 and below `trials`. Each is to live as a child does, without a jail, through a usual program, and to end in ahead_tried;
 * any other end means that the trial failed. A last one, of number 0, has pages copied ahead.
 */
int ahead_learn(const char *name, int trials);

/* At the end of a program: ends a trial child, and returns in any other process. */
void ahead_tried(void);

/* In a child, when it is in its cgroup. 0, or -1 with errno set: then it cannot live. */
int ahead_copy(void);

#endif
