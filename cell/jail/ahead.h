/*
 * Pages that every child of a zygote writes to, copied ahead and all at once.
 *
 * A forked child shares its parent's memory; the first write to a page is a fault, in which the kernel copies the page and makes every
 * processor forget the old one: the largest cost of a small program, on virtual machines above all. Which pages these are is the
 * same in every child. So the zygote lets a trial child do what all of them do, looks at which pages it has of its own, keeps a copy of
 * what these hold, and takes them out of what fork shares. A child maps new pages in their place and reads the copy into them: a
 * few calls instead of hundreds of faults, and nothing to forget, since nothing was mapped there.
 *
 * Between fork and ahead_copy a child must not touch what lies there: the interpreter's heap. The code of cell/jail does not.
 */
#ifndef MAYFLY_JAIL_AHEAD_H
#define MAYFLY_JAIL_AHEAD_H

/*
 * In the zygote, when nothing in its memory changes any more. rehearse(n) is called in trial child n, for each n below `trials`, and does there
 * what a child does, from its fork to the end of a usual program; 0 if all went well. What they write to is copied ahead, if a further child
 * that has it copied does well, too. If not, children copy page by page, as fork leaves it to them, and a line on stderr says why.
 */
void ahead_learn(const char *name, int (*rehearse)(int trial), int trials);

/* In a child, when it is in its cgroup and has mapped nothing yet. 0, or -1 with errno set: then it cannot live. */
int ahead_copy(void);

#endif
