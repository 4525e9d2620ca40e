#define _GNU_SOURCE
#include "huge.h"

#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

enum { HUGE_PAGE = 2 << 20 }; /* on x86-64, and on aarch64 with 4 KiB pages */

static uintptr_t up(uintptr_t address) { return (address + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1); }
static uintptr_t down(uintptr_t address) { return address & ~(uintptr_t)(HUGE_PAGE - 1); }

void use_huge_pages(const char *name)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    unsigned collapsed = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        uintptr_t begin, end;
        char rights[5];
        unsigned long inode;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu", &begin, &end, rights, &inode) != 4)
            continue;
        if (strcmp(rights, "rw-p") != 0 || inode != 0 || strstr(line, "[stack]") != NULL)
            continue;
        for (uintptr_t at = up(begin); at + HUGE_PAGE <= end; at += HUGE_PAGE)
            collapsed += madvise((void *)at, HUGE_PAGE, MADV_COLLAPSE) == 0;
    }
    if (maps != NULL)
        fclose(maps);
    fprintf(stderr, "%s: %u MB in huge pages\n", name, collapsed * (HUGE_PAGE >> 20));
}

struct range {
    uintptr_t begin, end;
};

enum { MAX_PARTS = 16 };
static struct range parts[MAX_PARTS]; /* of the executable, not writable, whole pages */
static size_t part_count;
static struct range code;

/* The first object is the executable. */
static int find_parts(struct dl_phdr_info *executable, size_t size, void *nothing)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size, (void)nothing;
    part_count = 0;
    for (int i = 0; i < executable->dlpi_phnum && part_count < MAX_PARTS; i++) {
        const ElfW(Phdr) *part = &executable->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W) != 0)
            continue;
        uintptr_t begin = executable->dlpi_addr + part->p_vaddr;
        struct range whole = {begin & ~(page - 1), (begin + part->p_memsz + page - 1) & ~(page - 1)};
        parts[part_count++] = whole;
        if ((part->p_flags & PF_X) != 0 && whole.end - whole.begin > code.end - code.begin)
            code = whole;
    }
    return 1;
}

/* Whether all of it is the executable's and can be read: constants beside the code, which may be executable with it. */
static int is_readable(uintptr_t begin, uintptr_t end)
{
    for (size_t i = 0; begin < end && i < part_count; i++) /* in the order of their addresses */
        if (parts[i].begin <= begin && begin < parts[i].end)
            begin = parts[i].end;
    return begin >= end;
}

void use_huge_code_pages(void)
{
    dl_iterate_phdr(find_parts, NULL);
    uintptr_t begin = is_readable(down(code.begin), code.begin) ? down(code.begin) : up(code.begin);
    uintptr_t end = is_readable(code.end, up(code.end)) ? up(code.end) : down(code.end);
    if (begin >= end)
        return;
    size_t size = end - begin;
    char *place = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        return;
    char *copy = (char *)up((uintptr_t)place), *rest = copy + size;
    madvise(copy, size, MADV_HUGEPAGE);
    memcpy(copy, (void *)begin, size);
    /* As a whole or not at all: small pages of its own would be worse than the file's. */
    if (madvise(copy, size, MADV_COLLAPSE) != 0 || mprotect(copy, size, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)begin) == MAP_FAILED)
        munmap(copy, size);
    munmap(place, (size_t)(copy - place));
    munmap(rest, (size_t)(place + size + HUGE_PAGE - rest));
}
