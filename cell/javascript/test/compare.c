/*
 * Each program runs cold (node main.js by the jailer) and warm (a child of the zygote), and must do the same: output, errors, the
 * way it ends. Programs in different/ run warm many times, and no two may print the same.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

enum { MAX_PROGRAMS = 256, CHILDREN = 50 };

static void read_file(struct program *program, int directory, const char *name, const char *path)
{
    struct stat state;
    int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
    must(file);
    must(fstat(file, &state));
    if (program->file_count == MAX_FILES)
        stop("a program of too many files");
    char *content = malloc((size_t)state.st_size + 1);
    if (content == NULL || read(file, content, (size_t)state.st_size) != state.st_size)
        stop(name);
    close(file);
    snprintf(program->files[program->file_count].path, sizeof program->files[0].path, "%s", path);
    program->files[program->file_count].content = content;
    program->files[program->file_count++].size = (size_t)state.st_size;
}

/* A .js file is a main.js; a folder is all of its files. */
static struct program load(int directory, const char *name)
{
    struct program program = {0};
    snprintf(program.name, sizeof program.name, "%s", name);
    struct stat state;
    must(fstatat(directory, name, &state, 0));
    if (!S_ISDIR(state.st_mode)) {
        read_file(&program, directory, name, "main.js");
        return program;
    }
    int folder = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fdopendir(folder);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.')
            read_file(&program, folder, entry->d_name, entry->d_name);
    closedir(entries);
    return program;
}

static void unload(struct program *program)
{
    for (size_t i = 0; i < program->file_count; i++)
        free(program->files[i].content);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(left, right);
}

static size_t list(int directory, char (*names)[256])
{
    size_t count = 0;
    DIR *entries = fdopendir(dup(directory));
    for (struct dirent *entry; entries != NULL && count < MAX_PROGRAMS && (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "different") != 0)
            snprintf(names[count++], sizeof names[0], "%s", entry->d_name);
    if (entries != NULL)
        closedir(entries);
    qsort(names, count, sizeof names[0], by_name);
    return count;
}

static void show(const char *what, const struct result *result)
{
    printf("      %s: wait status 0x%x, said %d\n--- stdout\n%s\n--- stderr\n%s\n---\n", what, result->wait_status, result->said, result->output, result->errors);
}

static int same(const struct result *cold, const struct result *warm)
{
    return cold->wait_status == warm->wait_status && cold->output_size == warm->output_size &&
           memcmp(cold->output, warm->output, cold->output_size) == 0 && cold->errors_size == warm->errors_size &&
           memcmp(cold->errors, warm->errors, cold->errors_size) == 0 &&
           /* Whoever exits says so. */
           (WIFEXITED(warm->wait_status) ? warm->said == WEXITSTATUS(warm->wait_status) : warm->said == -1);
}

static int compare(const struct parent *jailer, const struct parent *zygote, int directory, const char *name)
{
    static struct result cold, warm;
    struct program program = load(directory, name);
    execute(jailer, jailer, &program, &cold);
    execute(jailer, zygote, &program, &warm);
    unload(&program);
    /* A program that prints nothing has not run. */
    int ok = same(&cold, &warm) && cold.output_size + cold.errors_size > 0;
    printf("%s %s\n", ok ? "ok   " : "FAIL ", name);
    if (!ok)
        show("cold", &cold), show("warm", &warm);
    fflush(stdout);
    return ok;
}

static int all_different(const struct parent *jailer, const struct parent *zygote, int directory, const char *name)
{
    static struct result result;
    static char *seen[CHILDREN];
    struct program program = load(directory, name);
    int ok = 1;
    for (int i = 0; i < CHILDREN; i++) {
        execute(jailer, zygote, &program, &result);
        ok = ok && result.wait_status == 0 && result.output_size > 0;
        seen[i] = strdup(result.output);
        for (int earlier = 0; earlier < i; earlier++)
            ok = ok && strcmp(seen[earlier], seen[i]) != 0;
    }
    for (int i = 0; i < CHILDREN; i++)
        free(seen[i]);
    unload(&program);
    printf("%s %s: different in %d children\n", ok ? "ok   " : "FAIL ", name, CHILDREN);
    if (!ok)
        show("the last", &result);
    fflush(stdout);
    return ok;
}

/*
 * A zygote that was started more than a year ago, and a child of it that waited all the time for its program: both know the date as a fresh
 * interpreter does. Answers with the number of failures.
 */
int compare_old(const struct parent *jailer, const struct parent *old)
{
    static struct result past, cold, spare, new;
    static char ask[] = "console.log(Date.now() / 1000)";
    struct program when = {.files = {{"main.js", ask, sizeof ask - 1}}, .file_count = 1, .stays_in_the_past = 1};
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct program clock = load(here, "clock.js");
    close(here);
    execute(jailer, old, &when, &past);
    execute(jailer, old, &clock, &spare);
    execute(jailer, old, &clock, &new);
    execute(jailer, jailer, &clock, &cold);
    unload(&clock);
    int is_old = past.output_size > 0 && atof(past.output) < (double)time(NULL) - 24 * 3600;
    int ok = is_old && same(&cold, &spare) && same(&cold, &new) && cold.output_size > 0 && strstr(cold.output, "false") == NULL;
    printf("%s clock.js, after a year\n", ok ? "ok   " : "FAIL ");
    if (!ok)
        show("in the past", &past), show("cold", &cold), show("a spare", &spare), show("a new child", &new);
    fflush(stdout);
    return !ok;
}

/* The programs are in the current directory. Answers with the number of failures. */
int compare_programs(const struct parent *jailer, const struct parent *zygote, const char *only)
{
    static char names[MAX_PROGRAMS][256];
    int passed = 0, failed = 0;
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), different = open("different", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t count = list(here, names);
    for (size_t i = 0; i < count; i++)
        if (only == NULL || strstr(names[i], only) != NULL)
            *(compare(jailer, zygote, here, names[i]) ? &passed : &failed) += 1;
    count = list(different, names);
    for (size_t i = 0; i < count; i++)
        if (only == NULL || strstr(names[i], only) != NULL)
            *(all_different(jailer, zygote, different, names[i]) ? &passed : &failed) += 1;
    printf("%d passed, %d failed\n", passed, failed);
    return failed + (passed == 0);
}
