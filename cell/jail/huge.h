/* A zygote's memory in huge pages. What the kernel refuses stays in small ones: slower, and nothing else. */
#ifndef MAYFLY_JAIL_HUGE_H
#define MAYFLY_JAIL_HUGE_H

/* The heap: fork copies a page table entry for each page, and does so for every child. Where there is much memory; a bare interpreter gains nothing. */
void use_huge_pages(const char *name);

/*
 * The executable's code: a program of Node.js runs through a thousand pages of it, and each child finds its way to each of them anew. Copied,
 * since few kernels collapse the pages of a file. Not to be called from that code.
 */
void use_huge_code_pages(void);

#endif
