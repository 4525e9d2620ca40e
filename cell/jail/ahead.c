#define _GNU_SOURCE
#include "ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_RUNS = 1024,
    MAX_GAP = 1,         /* pages: a run of its own costs about as much as copying one for nothing           */
    SMALLEST = 256 << 10, /* bytes of an anonymous mapping: below it are the C library's own, which fork needs */
    ARENA = 64 << 20,    /* bytes: where libc's heaps of threads begin, each with a lock that fork takes     */
    NEAR_THREAD = 64,    /* pages around the thread's own data, likewise                                     */
    FEW_PAGES = 4,       /* of a file: faults that are not worth a larger page table; nor is a child that    */
    SMALL_SHARE = 4,     /* looks at less than a quarter of what the zygote has                              */
    MAX_MAPPINGS = 1024,
    PAGES_AT_ONCE = 512,
};

/* Of a page in /proc/self/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PRESENT (1ull << 63)
#define MAPPED_ONCE (1ull << 56)
enum { OWN = 1, SEEN = 2 };

struct mapping {
    uintptr_t begin, end;
    int protection;
    int is_heap;     /* else it is a file's                                                          */
    uintptr_t stack; /* where what libc keeps at the end of a thread's stack begins; else the mapping's end */
};

/* Static memory of this object, which is not heap: a child finds it without any of the runs. */
static struct {
    uintptr_t begin;
    size_t bytes;
} runs[MAX_RUNS];
static size_t run_count;
static int copies = -1;
static size_t page;

static struct mapping mappings[MAX_MAPPINGS];
static size_t mapping_count;
static struct {
    uintptr_t begin, end;
} data[MAX_MAPPINGS]; /* of libraries */
static size_t data_count;
static int executable_must_be_there;

/* A byte for each page of the mappings, in their order; shared with trial children. */
static char *pages;
static int is_trial, only_confirms;
static char zygote_has[32 << 10]; /* of one file's mapping: of up to 128 MiB */

static size_t pages_of(const struct mapping *mapping) { return (mapping->end - mapping->begin) / page; }

/* What is there ---------------------------------------------------------------------------------------------- */

static int find_mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    if (maps == NULL)
        return -1;
    uintptr_t guard = 0;
    while (mapping_count < MAX_MAPPINGS && fgets(line, sizeof line, maps) != NULL) {
        struct mapping *mapping = &mappings[mapping_count];
        char rights[5];
        unsigned long inode;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu", &mapping->begin, &mapping->end, rights, &inode) != 4)
            continue;
        int is_guarded = mapping->begin == guard;
        if (rights[0] == '-')
            guard = mapping->end;
        if (rights[0] != 'r' || rights[3] != 'p' || strstr(line, "[stack") != NULL || strstr(line, "[v") != NULL)
            continue;
        int is_writable = rights[1] == 'w', is_code = rights[2] == 'x';
        if (inode == 0 && (!is_writable || is_code || mapping->end - mapping->begin < SMALLEST))
            continue;
        mapping->protection = PROT_READ | (is_writable ? PROT_WRITE : 0) | (is_code ? PROT_EXEC : 0);
        mapping->is_heap = is_writable;
        /* A stack without its thread, kept for the next: fork looks at all of them. */
        mapping->stack = mapping->end - (inode == 0 && is_guarded ? NEAR_THREAD * page : 0);
        mapping_count++;
    }
    fclose(maps);
    return mapping_count < MAX_MAPPINGS ? 0 : -1;
}

/* The data of libraries may be needed at any time, by fork itself and by this file; an executable's mostly not. */
static int note_data(struct dl_phdr_info *object, size_t size, void *nothing)
{
    (void)size, (void)nothing;
    if (object->dlpi_name[0] == '\0' && !executable_must_be_there)
        return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W) == 0)
            continue;
        if (data_count == MAX_MAPPINGS)
            return -1;
        uintptr_t begin = object->dlpi_addr + part->p_vaddr;
        data[data_count].begin = begin & ~(page - 1);
        data[data_count++].end = (begin + part->p_memsz + page - 1) & ~(page - 1);
    }
    return 0;
}

static int must_be_there(uintptr_t at)
{
    uintptr_t thread = (uintptr_t)pthread_self();
    if (at + NEAR_THREAD * page > thread && at < thread + NEAR_THREAD * page)
        return 1;
    if (at % ARENA == 0)
        return 1;
    for (size_t i = 0; i < data_count; i++)
        if (at >= data[i].begin && at < data[i].end)
            return 1;
    return 0;
}

/* What a child has touched ------------------------------------------------------------------------------------ */

static int look(int pagemap, const struct mapping *mapping, char *seen)
{
    static uint64_t entries[PAGES_AT_ONCE];
    for (uintptr_t at = mapping->begin; at < mapping->end;) {
        size_t wanted = (mapping->end - at) / page;
        if (wanted > PAGES_AT_ONCE)
            wanted = PAGES_AT_ONCE;
        ssize_t got = pread(pagemap, entries, wanted * sizeof *entries, (off_t)(at / page * sizeof *entries));
        if (got != (ssize_t)(wanted * sizeof *entries))
            return -1;
        for (size_t i = 0; i < wanted; i++, at += page)
            if (entries[i] & PRESENT)
                *seen++ |= entries[i] & MAPPED_ONCE ? SEEN | OWN : SEEN;
            else
                seen++;
    }
    return 0;
}

void ahead_tried(void)
{
    if (!is_trial)
        return;
    int pagemap = only_confirms ? -1 : open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    char *seen = pages;
    for (size_t i = 0; !only_confirms && i < mapping_count; seen += pages_of(&mappings[i]), i++)
        if (look(pagemap, &mappings[i], seen) != 0)
            _exit(1);
    _exit(0);
}

/* 1 in the trial child. In the zygote, when that is over: 0 if it came to its end, -1 if not. */
static int try_out(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        is_trial = 1;
        if (only_confirms && ahead_copy() != 0)
            _exit(1);
        return 1;
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Files: fork copies page tables of those mappings only that have a page of their own ---------------------------- */

static size_t count_seen(const struct mapping *mapping, const char *seen, size_t *first)
{
    size_t count = 0;
    for (size_t i = pages_of(mapping); i-- > 0;)
        if (seen[i] & SEEN)
            count++, *first = i;
    return count;
}

static void give_own_page(const struct mapping *mapping, const char *seen)
{
    size_t first = 0, bytes = mapping->end - mapping->begin, count = count_seen(mapping, seen, &first), ignored;
    if (count < FEW_PAGES || pages_of(mapping) > sizeof zygote_has)
        return;
    memset(zygote_has, 0, pages_of(mapping));
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    int looked = look(pagemap, mapping, zygote_has);
    close(pagemap);
    if (looked != 0 || count_seen(mapping, zygote_has, &ignored) > count * SMALL_SHARE)
        return;
    /* Where the kernel forbids it, children map the file page by page. */
    if (mprotect((void *)mapping->begin, bytes, mapping->protection | PROT_WRITE) != 0)
        return;
    volatile char *byte = (char *)mapping->begin + first * page;
    *byte = *byte;
    if (mprotect((void *)mapping->begin, bytes, mapping->protection) != 0)
        _exit(1); /* writable code stays nobody's */
}

/* Heap: runs of pages that children write to --------------------------------------------------------------------- */

/* -1 if there are too many. */
static int note_runs(const struct mapping *mapping, const char *seen)
{
    size_t first = run_count;
    for (uintptr_t at = mapping->begin; at < mapping->end; at += page) {
        if ((*seen++ & OWN) == 0 || at >= mapping->stack || must_be_there(at))
            continue;
        uintptr_t end = run_count > first ? runs[run_count - 1].begin + runs[run_count - 1].bytes : 0;
        if (end != 0 && at - end <= MAX_GAP * page) {
            runs[run_count - 1].bytes += at + page - end;
        } else if (run_count == MAX_RUNS) {
            return -1;
        } else {
            runs[run_count].begin = at;
            runs[run_count++].bytes = page;
        }
    }
    return 0;
}

static int keep_copies(void)
{
    copies = memfd_create("heap", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (copies < 0)
        return -1;
    for (size_t i = 0; i < run_count; i++)
        for (size_t done = 0; done < runs[i].bytes;) {
            ssize_t written = write(copies, (char *)runs[i].begin + done, runs[i].bytes - done);
            if (written <= 0)
                return -1;
            done += (size_t)written;
        }
    /* All children read it, and none may write. */
    return fcntl(copies, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

static int advise(int advice)
{
    for (size_t i = 0; i < run_count; i++)
        if (madvise((void *)runs[i].begin, runs[i].bytes, advice) != 0)
            return -1;
    return 0;
}

static const char *use_trials(void)
{
    const char *seen = pages;
    for (size_t i = 0; i < mapping_count; seen += pages_of(&mappings[i]), i++) {
        if (!mappings[i].is_heap)
            give_own_page(&mappings[i], seen);
        else if (note_runs(&mappings[i], seen) != 0)
            return "what children write to is too scattered";
    }
    return keep_copies() == 0 && advise(MADV_DONTFORK) == 0 ? NULL : "the copy could not be made";
}

static const char *find_memory(void)
{
    size_t count = 0;
    page = (size_t)sysconf(_SC_PAGESIZE);
    if (find_mappings() != 0)
        return "there are too many mappings";
    if (dl_iterate_phdr(note_data, NULL) != 0)
        return "there are too many libraries";
    for (size_t i = 0; i < mapping_count; i++)
        count += pages_of(&mappings[i]);
    pages = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? NULL : "there is no memory";
}

static void give_up(const char *name, const char *why)
{
    advise(MADV_DOFORK);
    run_count = 0;
    fprintf(stderr, "%s: nothing is copied ahead: %s\n", name, why);
}

int ahead_learn(const char *name, int trials, int has_handlers)
{
    executable_must_be_there = has_handlers;
    const char *failed = find_memory();
    for (int trial = 0; failed == NULL && trial < trials; trial++)
        switch (try_out()) {
        case 1: return trial;
        case -1: failed = "a trial child did not end well";
        }
    if (failed == NULL)
        failed = use_trials();
    only_confirms = 1;
    if (failed == NULL)
        switch (try_out()) {
        case 1: return 0;
        case -1: failed = "a trial child with the copy did not end well";
        }
    if (failed != NULL)
        return give_up(name, failed), -1;
    size_t bytes = 0;
    for (size_t i = 0; i < run_count; i++)
        bytes += runs[i].bytes;
    fprintf(stderr, "%s: %zu KiB in %zu runs are copied ahead\n", name, bytes >> 10, run_count);
    return -1;
}

/* In a child ----------------------------------------------------------------------------------------------------- */

int ahead_copy(void)
{
    off_t offset = 0;
    for (size_t i = 0; i < run_count; i++) {
        void *wanted = (void *)runs[i].begin;
        void *place = mmap(wanted, runs[i].bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED_NOREPLACE, copies, offset);
        if (place != wanted)
            return -1;
        if (madvise(place, runs[i].bytes, MADV_POPULATE_WRITE) != 0)
            return -1;
        offset += (off_t)runs[i].bytes;
    }
    return 0;
}
