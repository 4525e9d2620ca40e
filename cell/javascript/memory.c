/* V8 asks the kernel to leave its heap out of forks. A child needs it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

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
