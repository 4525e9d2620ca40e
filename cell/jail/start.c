/*
 * START: the one program of a jailed child. All of it runs behind the filter, as the slot's user: the files are
 * written with the program's own rights into the program's own tmpfs, and are charged to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"

/* The part of the block that is not yet read. */
struct block {
    char *next, *end;
};

static void read_fully(const struct jail *jail, void *into, size_t size)
{
    for (char *next = into; size > 0;) {
        ssize_t got = read(jail->control, next, size);
        if (got == 0)
            _exit(JAIL_EXIT_FAILED); /* the agent has no use for this jail: nobody waits for a notice */
        if (got < 0)
            jail_fail(jail, STEP_RECEIVE, errno);
        next += got;
        size -= (size_t)got;
    }
}

static char *take(const struct jail *jail, struct block *block, size_t size)
{
    if (size > (size_t)(block->end - block->next))
        jail_fail(jail, STEP_RECEIVE, EPROTO);
    char *taken = block->next;
    block->next += size;
    return taken;
}

static char *take_string(const struct jail *jail, struct block *block)
{
    size_t room = (size_t)(block->end - block->next);
    char *end = memchr(block->next, '\0', room);
    if (end == NULL)
        jail_fail(jail, STEP_RECEIVE, EPROTO);
    return take(jail, block, (size_t)(end - block->next) + 1);
}

/* Relative, without empty, "." or ".." parts. Symbolic links cannot be met: nothing but this file made entries here. */
static int stays_below(const char *path)
{
    for (;;) {
        size_t part = strcspn(path, "/");
        if (part == 0 || (part == 1 && path[0] == '.') || (part == 2 && path[0] == '.' && path[1] == '.'))
            return 0;
        if (path[part] == '\0')
            return 1;
        path += part + 1;
    }
}

static void make_parents(const struct jail *jail, char *path)
{
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            jail_fail(jail, STEP_FILES, errno);
        *slash = '/';
    }
}

static void write_fully(const struct jail *jail, int file, const char *content, size_t size)
{
    while (size > 0) {
        ssize_t done = write(file, content, size);
        if (done < 0)
            jail_fail(jail, STEP_FILES, errno);
        content += done;
        size -= (size_t)done;
    }
}

static void write_file(const struct jail *jail, struct block *block)
{
    struct start_file header;
    memcpy(&header, take(jail, block, sizeof header), sizeof header); /* not aligned in the block */
    char *path = take(jail, block, header.path_bytes);
    if (header.path_bytes == 0 || strnlen(path, header.path_bytes) != header.path_bytes - 1 || !stays_below(path))
        jail_fail(jail, STEP_FILES, EINVAL);
    if (header.mode != 0644 && header.mode != 0755)
        jail_fail(jail, STEP_FILES, EINVAL);
    char *content = take(jail, block, header.content_bytes);

    make_parents(jail, path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)header.mode);
    if (file < 0)
        jail_fail(jail, STEP_FILES, errno);
    write_fully(jail, file, content, header.content_bytes);
    if (close(file) != 0)
        jail_fail(jail, STEP_FILES, errno);
}

/* Descriptor 0 is /dev/null until here. A memfd, since a pipe would need somebody to feed it. */
static void set_stdin(const struct jail *jail, const char *content, size_t size)
{
    int file = memfd_create("stdin", MFD_CLOEXEC);
    if (file < 0)
        jail_fail(jail, STEP_STDIO, errno);
    write_fully(jail, file, content, size);
    if (lseek(file, 0, SEEK_SET) != 0 || dup2(file, 0) != 0)
        jail_fail(jail, STEP_STDIO, errno);
    close(file);
}

void receive_program(const struct jail *jail, struct program *program)
{
    struct start start;
    read_fully(jail, &start, sizeof start);
    if (start.magic != START_MAGIC)
        jail_fail(jail, STEP_RECEIVE, EPROTO);
    if (start.total_bytes == 0 || start.total_bytes > JAIL_MAX_START_BYTES)
        jail_fail(jail, STEP_RECEIVE, EMSGSIZE);
    if (start.argc == 0 || start.argc > JAIL_MAX_ARGUMENTS || start.envc > JAIL_MAX_VARIABLES ||
        start.filec > JAIL_MAX_FILES)
        jail_fail(jail, STEP_RECEIVE, E2BIG);

    /* Pages of its own and not a buffer of the parent's: exec, or the caller, gives them back whole. */
    char *bytes = mmap(NULL, start.total_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        jail_fail(jail, STEP_RECEIVE, errno);
    read_fully(jail, bytes, start.total_bytes);
    struct block block = {bytes, bytes + start.total_bytes};
    program->block = bytes;
    program->block_bytes = start.total_bytes;

    for (uint32_t i = 0; i < start.argc; i++)
        program->arguments[i] = take_string(jail, &block);
    program->arguments[start.argc] = NULL;
    for (uint32_t i = 0; i < start.envc; i++) {
        program->environment[i] = take_string(jail, &block);
        if (strchr(program->environment[i], '=') == NULL)
            jail_fail(jail, STEP_RECEIVE, EINVAL);
    }
    program->environment[start.envc] = NULL;
    for (uint32_t i = 0; i < start.filec; i++)
        write_file(jail, &block);
    if (start.stdin_bytes > 0)
        set_stdin(jail, take(jail, &block, start.stdin_bytes), start.stdin_bytes);
    if (block.next != block.end)
        jail_fail(jail, STEP_RECEIVE, EPROTO);
}

_Noreturn void execute_program(const struct jail *jail, const struct program *program)
{
    if (program->arguments[0][0] != '/')
        jail_fail(jail, STEP_EXEC, EINVAL);

    /* exec resets handlers, not the mask. Ignored signals it keeps; the parent ignores none. */
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        jail_fail(jail, STEP_EXEC, errno);

    jail_started(jail);
    execve(program->arguments[0], program->arguments, program->environment);
    jail_fail(jail, STEP_EXEC, errno);
}
