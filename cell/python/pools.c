/*
 * Children's new objects lie together. CPython's allocator (Objects/obmalloc.c) has pools of 16 KiB for each size up to 512 bytes and fills the
 * holes of those it has first: a child would write a few bytes into each of a hundred pages of the zygote's and have all of them copied. So the
 * zygote fills the holes itself, until the allocator has taken new memory, where one page for each size is enough.
 */
#define _GNU_SOURCE
#include "child.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum {
    MAX_RANGES = 8192,
    STEP = 16,     /* bytes between the sizes of pools      */
    LARGEST = 512, /* bytes; what is larger is libc's       */
    MAX_FILLED = 64 << 20, /* bytes: more than holes can be */
};

static struct {
    uintptr_t begin, end;
} ranges[MAX_RANGES];
static size_t range_count;

static int find_ranges(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    while (maps != NULL && range_count < MAX_RANGES && fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &ranges[range_count].begin, &ranges[range_count].end) == 2)
            range_count++;
    if (maps == NULL)
        return -1;
    fclose(maps);
    return range_count < MAX_RANGES ? 0 : -1;
}

static int was_mapped(uintptr_t at)
{
    size_t low = 0, high = range_count; /* in the order of their addresses */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (at >= ranges[middle].end)
            low = middle + 1;
        else
            high = middle;
    }
    return low < range_count && at >= ranges[low].begin;
}

/* The largest first: its pools take what is left of the allocator's arenas. The last block of each size is where children's begin. */
void fill_pools(void)
{
    size_t filled = 0;
    if (find_ranges() != 0)
        die("read /proc/self/maps");
    PyGC_Collect(); /* lists of free objects, too, are of holes */
    for (size_t size = LARGEST; size >= STEP; size -= STEP)
        for (;;) {
            void *block = PyObject_Malloc(size);
            if (block == NULL)
                die("no memory to fill pools with");
            if (!was_mapped((uintptr_t)block))
                break;
            filled += size;
            if (filled > MAX_FILLED)
                return; /* an allocator without pools */
        }
}
