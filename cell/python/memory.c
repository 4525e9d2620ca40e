/*
 * The zygote's memory in huge pages: fork copies a page table entry for each page, and does so for every child. Worth its time where
 * there is much memory; a bare interpreter gains nothing.
 */
#define _GNU_SOURCE
#include "child.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

enum { HUGE_PAGE = 2 << 20 }; /* on x86-64, and on aarch64 with 4 KiB pages */

void use_huge_pages(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        die("read /proc/self/maps");
    char line[512];
    unsigned collapsed = 0, refused = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t begin, end;
        char rights[5];
        unsigned long inode;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu", &begin, &end, rights, &inode) != 4)
            continue;
        if (strcmp(rights, "rw-p") != 0 || inode != 0 || strstr(line, "[stack]") != NULL)
            continue;
        for (uintptr_t at = (begin + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1); at + HUGE_PAGE <= end; at += HUGE_PAGE)
            /* An older kernel, no free huge page, nothing there yet: it is only slower then. */
            *(madvise((void *)at, HUGE_PAGE, MADV_COLLAPSE) == 0 ? &collapsed : &refused) += 1;
    }
    fclose(maps);
    fprintf(stderr, ZYGOTE_NAME ": %u huge pages, %u refused\n", collapsed, refused);
}
