/*
 * V8 asks for each 256 KiB of its heap at a random address. For a heap of 66 MB that is a page table, and two tables above it, for
 * every 256 KiB, which fork makes anew for each child. Loaded before Node.js (LD_PRELOAD), this places them side by side, in a region that
 * is itself at a random address. Randomness inside V8 protects pages from each other's scripts; here all of it is one program's.
 */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CHUNK = 256 << 10,    /* V8's unit and alignment. It asks for up to that much more, and returns what it does not need behind */
    LARGEST = 64 << 20,   /* larger: reserved for code, near the executable's own                                               */
};
#define REGION (64ull << 30)

static atomic_uintptr_t next, end;

static void *map(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}

/* A free part of the address space, to be filled with hints: nothing is held. */
static void find_region(void)
{
    char *place = map(NULL, REGION, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED)
        return;
    munmap(place, REGION);
    atomic_store(&next, ((uintptr_t)place + (2u << 20)) & ~(uintptr_t)((2u << 20) - 1));
    atomic_store(&end, (uintptr_t)place + REGION);
}

__attribute__((constructor)) static void start(void)
{
    find_region();
    unsetenv("LD_PRELOAD"); /* neither Node.js nor a program sees it */
}

__attribute__((visibility("default"))) void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    if (address != NULL && fd == -1 && protection == PROT_NONE && (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == 0 && length < LARGEST) {
        size_t kept = length / CHUNK * CHUNK;
        uintptr_t place = atomic_fetch_add(&next, kept != 0 ? kept : CHUNK);
        if (place + length < atomic_load(&end))
            address = (void *)place;
    }
    return map(address, length, protection, flags, fd, offset);
}
