/* V8 asks the kernel to leave its heap out of forks. A child needs it. */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "addon.h"

void share_memory_with_children(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        die("read /proc/self/maps", "the cell has no /proc");
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char rights[5];
        if (sscanf(line, "%lx-%lx %4s", &start, &end, rights) != 3 || rights[3] != 'p' || strstr(line, "[v") != NULL)
            continue; /* [vvar], [vdso], [vsyscall]: the kernel's own */
        if (madvise((void *)start, end - start, MADV_DOFORK) != 0)
            die("keep a mapping in forks", "madvise(MADV_DOFORK) was refused");
    }
    fclose(maps);
}

enum { LARGEST = 64 << 10, STEP = 16, SMALLEST = 24 };

/*
 * What a child allocates would lie wherever the zygote has freed something, a block on each page. The free blocks are taken, for ever, so that a
 * child's lie side by side at the heap's end. Large ones first: they would be cut for the small ones.
 */
void leave_no_holes(void)
{
    uintptr_t end = (uintptr_t)sbrk(0) - mallinfo2().keepcost;
    for (size_t bytes = LARGEST + SMALLEST; bytes >= SMALLEST; bytes -= STEP) {
        void *block;
        while ((block = malloc(bytes)) != NULL && (uintptr_t)block < end)
            ;
        free(block);
    }
}
