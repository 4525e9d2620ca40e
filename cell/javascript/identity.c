/* What a fresh process has of its own, and a forked one must be given: its name, its random numbers, its beginning. */
#define _GNU_SOURCE
#include <linux/prctl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "addon.h"
#include "node.h"

/* The fields of /proc/self/stat that PR_SET_MM_MAP wants, by their numbers in proc(5). */
static int read_memory_map(struct prctl_mm_map *map)
{
    char text[1024];
    FILE *file = fopen("/proc/self/stat", "re");
    if (file == NULL)
        return -1;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';

    unsigned long long fields[53] = {0};
    char *rest = NULL, *end = strrchr(text, ')'); /* the name may hold anything */
    if (end == NULL)
        return -1;
    int number = 3;
    for (char *field = strtok_r(end + 1, " ", &rest); field != NULL && number < 53; field = strtok_r(NULL, " ", &rest))
        sscanf(field, "%llu", &fields[number++]);
    if (number < 52)
        return -1;
    *map = (struct prctl_mm_map){
        .start_code = fields[26], .end_code = fields[27], .start_stack = fields[28],
        .start_data = fields[45], .end_data = fields[46], .start_brk = fields[47],
        .arg_start = fields[48], .arg_end = fields[49], .env_start = fields[50], .env_end = fields[51],
        .exe_fd = (__u32)-1,
    };
    map->brk = (unsigned long)sbrk(0);
    return 0;
}

/* Without PR_SET_MM_MAP the rest of the old command line stays behind the new one as NUL bytes. */
void name_process(void)
{
    static const char command[] = "/usr/bin/node\0main.js";
    struct prctl_mm_map map;
    if (read_memory_map(&map) != 0 || map.arg_end - map.arg_start < sizeof command)
        die("read the command line's place", "the cell has no /proc");
    char *arguments = (char *)map.arg_start;
    memset(arguments, 0, map.arg_end - map.arg_start);
    memcpy(arguments, command, sizeof command);
    map.arg_end = map.arg_start + sizeof command;
    /* Without what was there for the loader only, and first. */
    uintptr_t variables = (uintptr_t)environ[0];
    if (variables >= map.env_start && variables < map.env_end)
        map.env_start = variables;
    (void)prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0);
}

/* Of the running context: Math.random. Of the isolate: contexts and workers that are made later. Of OpenSSL: crypto. */
void reseed(void)
{
    unsigned char bytes[48];
    int64_t seed;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes || getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        die("get random bytes", "getrandom failed");
    /* It notices a fork by a new pid, which a jail's pid namespace does not promise. */
    RAND_seed(bytes, sizeof bytes);
    void *isolate = v8_isolate();
    v8_set_seed(v8_random_generator(isolate), seed);
    v8_reset_math_random(*(uintptr_t *)v8_context(isolate));
}

enum { ORIGIN_TIMESTAMP, ORIGIN, ENVIRONMENT, NODE_START, V8_START, LOOP_START, LOOP_EXIT, BOOTSTRAP_COMPLETE };

static uint64_t nanoseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The milestones of performance.nodeTiming, in nanoseconds of CLOCK_MONOTONIC but for the first, as lib/internal/perf/utils.js reads them. */
void set_clocks(double *milestones)
{
    struct timespec today;
    clock_gettime(CLOCK_REALTIME, &today);
    uint64_t nanoseconds = nanoseconds_now();
    node_start_time = node_process_start = nanoseconds;
    node_process_start_timestamp = (double)today.tv_sec * 1e6 + (double)today.tv_nsec / 1e3;
    milestones[ORIGIN_TIMESTAMP] = node_process_start_timestamp;
    for (int i = ORIGIN; i <= BOOTSTRAP_COMPLETE; i++)
        if (i != LOOP_START && i != LOOP_EXIT)
            milestones[i] = (double)nanoseconds;
    milestones[LOOP_START] = milestones[LOOP_EXIT] = -1;
}

/* After the main script; before it, there is none. */
void mark_loop_start(double *milestones)
{
    milestones[LOOP_START] = (double)nanoseconds_now();
}
