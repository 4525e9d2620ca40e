#define _GNU_SOURCE
#include "huge.h"

#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

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

/* The first object is the executable. */
static int find_code(struct dl_phdr_info *executable, size_t size, void *result)
{
    struct { uintptr_t begin, end; } *code = result;
    (void)size;
    for (int i = 0; i < executable->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &executable->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0 || part->p_memsz < code->end - code->begin)
            continue;
        code->begin = executable->dlpi_addr + part->p_vaddr;
        code->end = code->begin + part->p_memsz;
    }
    return 1;
}

void use_huge_code_pages(void)
{
    struct { uintptr_t begin, end; } code = {0, 0};
    dl_iterate_phdr(find_code, &code);
    uintptr_t begin = up(code.begin), end = down(code.end);
    if (begin >= end)
        return;
    size_t size = end - begin;
    char *place = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        return;
    char *copy = (char *)up((uintptr_t)place);
    madvise(copy, size, MADV_HUGEPAGE);
    memcpy(copy, (void *)begin, size);
    /* As a whole or not at all: small pages of its own would be worse than the file's. */
    if (madvise(copy, size, MADV_COLLAPSE) != 0 || mprotect(copy, size, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)begin) == MAP_FAILED)
        munmap(copy, size);
    munmap(place, (size_t)(copy - place));
    munmap(copy + size, (size_t)(HUGE_PAGE - (copy - place)));
}
