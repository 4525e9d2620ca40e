/*
 * Descriptors of Node.js itself. A child may not share epoll instances, events or pipes with its siblings, and the jail closes
 * all of them; but libuv knows their numbers, and would close, poll and write whatever is there later. So each number gets
 * a fresh object of the same kind; the main loop's are then made once more by uv_loop_fork, which knows what was registered.
 * What else there is (the loop of the tracing agent, the lock of libuv's signal handling) has nothing registered.
 *
 * libuv makes that lock, a pipe, anew in an at-fork handler, perhaps under another number: hence the handlers here, which look before
 * and after it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addon.h"

enum { FIRST = 4, LIMIT = 256 }; /* 3 is the agent's socket */

enum kind { NONE, NOTHING, EPOLL, EVENT, PIPE_END };

static struct descriptor {
    enum kind kind;
    int flags;          /* O_NONBLOCK and the access mode */
    ino_t pipe;
    int unread;         /* bytes in the pipe              */
} noted[LIMIT];

static struct descriptor own[LIMIT];
static char before[LIMIT];
static int serving;

/* All of them in one call. */
static void find_open(char open[LIMIT])
{
    struct pollfd polled[LIMIT];
    for (int fd = 0; fd < LIMIT; fd++)
        polled[fd] = (struct pollfd){.fd = fd};
    int asked = poll(polled, LIMIT, 0) >= 0;
    for (int fd = 0; fd < LIMIT; fd++)
        open[fd] = (char)(asked ? (polled[fd].revents & POLLNVAL) == 0 : fcntl(fd, F_GETFD) >= 0);
}

static struct descriptor look_at(int fd)
{
    struct descriptor found = {.kind = NONE, .flags = fcntl(fd, F_GETFL)};
    char path[32], target[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return found;
    target[length] = '\0';
    struct stat state;
    if (strcmp(target, "/dev/null") == 0)
        found.kind = NOTHING;
    else if (strcmp(target, "anon_inode:[eventpoll]") == 0)
        found.kind = EPOLL;
    else if (strcmp(target, "anon_inode:[eventfd]") == 0)
        found.kind = EVENT;
    else if (strncmp(target, "pipe:", 5) == 0 && fstat(fd, &state) == 0 && ioctl(fd, FIONREAD, &found.unread) == 0)
        found.kind = PIPE_END, found.pipe = state.st_ino;
    return found;
}

static void look_before_fork(void)
{
    if (serving)
        find_open(before);
}

/* libuv's handler has made a pipe, perhaps in the place of another. All else is as it was. */
static int is_as_it_was(int fd)
{
    struct stat state;
    return own[fd].kind != NONE && (own[fd].kind != PIPE_END || (fstat(fd, &state) == 0 && state.st_ino == own[fd].pipe));
}

/* The zygote's own, and what libuv's handler has just made. The others came with the request. */
static void look_after_fork(void)
{
    char open[LIMIT];
    if (!serving)
        return;
    find_open(open);
    for (int fd = FIRST; fd < LIMIT; fd++)
        if (!open[fd] || (own[fd].kind == NONE && before[fd]))
            noted[fd].kind = NONE;
        else
            noted[fd] = is_as_it_was(fd) ? own[fd] : look_at(fd);
    serving = 0;
}

void note_own_descriptors(void)
{
    char open[LIMIT];
    find_open(open);
    for (int fd = FIRST; fd < LIMIT; fd++) {
        if (!open[fd])
            continue;
        own[fd] = look_at(fd);
        if (own[fd].kind == NONE) {
            char what[64];
            snprintf(what, sizeof what, "serve with descriptor %d open", fd);
            die(what, "the agent must start the zygote with descriptors 0 to 3 only, where io_uring is denied");
        }
    }
    if (pthread_atfork(look_before_fork, NULL, look_after_fork) != 0)
        die("register at-fork handlers", "out of memory");
    serving = 1;
}

/* Moves `from` to its number. */
static void place(int from, int to)
{
    if (from == to)
        return;
    if (from < 0 || dup3(from, to, O_CLOEXEC) < 0)
        die("make a descriptor", strerrorname_np(errno));
    close(from);
}

static void make_pipe(int end)
{
    int other = end + 1;
    while (other < LIMIT && (noted[other].kind != PIPE_END || noted[other].pipe != noted[end].pipe))
        other++;
    if (other == LIMIT)
        return; /* made with its first end */
    int reader = (noted[end].flags & O_ACCMODE) == O_RDONLY ? end : other, writer = reader == end ? other : end;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | (noted[end].flags & O_NONBLOCK)) != 0)
        die("make a pipe", strerrorname_np(errno));
    /* Neither end may stand where the other belongs. */
    int moved[2] = {fcntl(ends[0], F_DUPFD_CLOEXEC, LIMIT / 2), fcntl(ends[1], F_DUPFD_CLOEXEC, LIMIT / 2)};
    close(ends[0]), close(ends[1]);
    place(moved[0], reader);
    place(moved[1], writer);
    /* The signal lock is a pipe with one byte, of any value, in it. */
    for (int i = 0; i < noted[end].unread; i++)
        if (write(writer, "*", 1) != 1)
            die("fill a pipe", strerrorname_np(errno));
}

void replace_descriptors(void)
{
    for (int fd = FIRST; fd < LIMIT; fd++) {
        switch (noted[fd].kind) {
        case NONE: break;
        case NOTHING: place(open("/dev/null", O_CLOEXEC | noted[fd].flags), fd); break;
        case EPOLL: place(epoll_create1(EPOLL_CLOEXEC), fd); break;
        case EVENT: place(eventfd(0, EFD_CLOEXEC | (noted[fd].flags & O_NONBLOCK)), fd); break;
        case PIPE_END: make_pipe(fd); break;
        }
    }
}
