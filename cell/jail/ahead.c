#define _GNU_SOURCE
#include "ahead.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_RUNS = 4096,
    FEW_PAGES = 4,   /* of a file: faults that are not worth a larger page table; nor is a child that */
    SMALL_SHARE = 4, /* looks at less than a quarter of what the zygote has                           */
    MAX_MAPPINGS = 1024,
    PAGES_AT_ONCE = 512,
};

/* Of a page in /proc/self/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PRESENT (1ull << 63)
#define SWAPPED (1ull << 62)
#define OF_FILE (1ull << 61)
#define MAPPED_ONCE (1ull << 56)
enum { OWN = 1, SEEN = 2 };

struct mapping {
    uintptr_t begin, end;
    int protection; /* with PROT_WRITE: data, else a file that is only read */
};

static struct {
    uintptr_t begin;
    size_t bytes;
} runs[MAX_RUNS];
static size_t run_count;
static size_t page;

static struct mapping mappings[MAX_MAPPINGS];
static size_t mapping_count;

/* A byte for each page of the mappings, in their order; shared with trial children, and with no other. */
static char *pages;
static size_t page_count;
static int is_trial, only_confirms;

static size_t pages_of(const struct mapping *mapping) { return (mapping->end - mapping->begin) / page; }

/* What is there ---------------------------------------------------------------------------------------------- */

static int find_mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    if (maps == NULL)
        return -1;
    while (mapping_count < MAX_MAPPINGS && fgets(line, sizeof line, maps) != NULL) {
        struct mapping *mapping = &mappings[mapping_count];
        char rights[5];
        unsigned long inode;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu", &mapping->begin, &mapping->end, rights, &inode) != 4)
            continue;
        int is_writable = rights[1] == 'w', is_code = rights[2] == 'x';
        if (rights[0] != 'r' || rights[3] != 'p' || strstr(line, "[v") != NULL || (inode == 0 && (!is_writable || is_code)))
            continue;
        mapping->protection = PROT_READ | (is_writable ? PROT_WRITE : 0) | (is_code ? PROT_EXEC : 0);
        mapping_count++;
    }
    fclose(maps);
    return mapping_count < MAX_MAPPINGS ? 0 : -1;
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

/* The zygote's pages of a file are taken from it, so that it has those that children look at, and no others to be copied in each fork. */
static int takes_back(const struct mapping *mapping)
{
    static uint64_t entries[PAGES_AT_ONCE];
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    int is_only_file = pagemap >= 0;
    for (uintptr_t at = mapping->begin; is_only_file && at < mapping->end; at += sizeof entries / sizeof *entries * page) {
        size_t wanted = (mapping->end - at) / page < PAGES_AT_ONCE ? (mapping->end - at) / page : PAGES_AT_ONCE;
        is_only_file = pread(pagemap, entries, wanted * sizeof *entries, (off_t)(at / page * sizeof *entries)) == (ssize_t)(wanted * sizeof *entries);
        for (size_t i = 0; is_only_file && i < wanted; i++)
            is_only_file = (entries[i] & (PRESENT | SWAPPED)) == 0 || (entries[i] & OF_FILE) != 0;
    }
    if (pagemap >= 0)
        close(pagemap);
    /* What has been written to (by the loader) is not in the file. */
    return is_only_file && madvise((void *)mapping->begin, mapping->end - mapping->begin, MADV_DONTNEED) == 0;
}

static void give_own_page(const struct mapping *mapping, const char *seen)
{
    size_t first = 0, count = 0, bytes = mapping->end - mapping->begin;
    for (size_t i = pages_of(mapping); i-- > 0;)
        if (seen[i] & SEEN)
            count++, first = i;
    if (count < FEW_PAGES || !takes_back(mapping))
        return;
    for (size_t i = first; i < pages_of(mapping); i++)
        if (seen[i] & SEEN)
            (void)*(volatile char *)(mapping->begin + i * page);
    /* Where the kernel forbids it, children map the file page by page. */
    if (mprotect((void *)mapping->begin, bytes, mapping->protection | PROT_WRITE) != 0)
        return;
    volatile char *byte = (char *)mapping->begin + first * page;
    *byte = *byte;
    if (mprotect((void *)mapping->begin, bytes, mapping->protection) != 0)
        _exit(1); /* writable code stays nobody's */
}

/* Data: runs of pages that children write to ---------------------------------------------------------------------- */

/* -1 if there are too many. */
static int note_runs(const struct mapping *mapping, const char *seen)
{
    uintptr_t end = 0; /* of the last run, if it is of this mapping */
    for (uintptr_t at = mapping->begin; at < mapping->end; at += page) {
        if ((*seen++ & OWN) == 0)
            continue;
        if (at == end) {
            runs[run_count - 1].bytes += page;
        } else if (run_count == MAX_RUNS) {
            return -1;
        } else {
            runs[run_count].begin = at;
            runs[run_count++].bytes = page;
        }
        end = at + page;
    }
    return 0;
}

static const char *use_trials(void)
{
    const char *seen = pages;
    for (size_t i = 0; i < mapping_count; seen += pages_of(&mappings[i]), i++) {
        if ((mappings[i].protection & PROT_WRITE) == 0)
            give_own_page(&mappings[i], seen);
        else if (note_runs(&mappings[i], seen) != 0)
            return "what children write to is too scattered";
    }
    return NULL;
}

static const char *find_memory(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    if (find_mappings() != 0)
        return "there are too many mappings";
    for (size_t i = 0; i < mapping_count; i++)
        page_count += pages_of(&mappings[i]);
    pages = mmap(NULL, page_count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pages != MAP_FAILED)
        return NULL;
    pages = NULL;
    return "there is no memory";
}

static void forget_trials(void)
{
    if (pages != NULL && munmap(pages, page_count) != 0)
        _exit(1); /* children could write to each other there */
    pages = NULL;
}

static void give_up(const char *name, const char *why)
{
    run_count = 0;
    fprintf(stderr, "%s: nothing is copied ahead: %s\n", name, why);
}

int ahead_learn(const char *name, int trials)
{
    const char *failed = find_memory();
    for (int trial = 0; failed == NULL && trial < trials; trial++)
        switch (try_out()) {
        case 1: return trial;
        case -1: failed = "a trial child did not end well";
        }
    if (failed == NULL)
        failed = use_trials();
    forget_trials();
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
    for (size_t i = 0; i < run_count; i++)
        if (madvise((void *)runs[i].begin, runs[i].bytes, MADV_POPULATE_WRITE) != 0)
            return -1;
    return 0;
}
