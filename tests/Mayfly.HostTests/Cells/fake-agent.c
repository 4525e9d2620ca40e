/*
 * Stands in for the agent where the cell is the point: says "A" at its start, then answers each line on descriptor 3 with one
 * line. It is as hostile as the line asks for.
 *
 *   echo TEXT            TEXT
 *   call N [A…]          result and errno of system call N, numbers in hexadecimal
 *   open FLAGS PATH      result and errno of open(2); the descriptor is closed again
 *   write PATH TEXT      result and errno of writing TEXT there
 *   mkdir PATH           result and errno
 *   nest PATH DEPTH      makes DEPTH cgroups inside each other below PATH, and moves itself into the last
 *   daemon               leaves a process behind that ignores every signal it can; its pid
 *   touch MIB            uses that much memory
 *   forks N              starts N processes; how many were allowed
 *   scream N             writes N bytes to standard error
 *   deaf                 never reads again, not even the end of the stream
 *   exit N               exits
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    line[length] = '\n';
    if (write(3, line, length + 1) != length + 1)
        _exit(90);
}

static void result(long value)
{
    say("%ld %d", value, value < 0 ? errno : 0);
}

static long write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    long written = file < 0 ? -1 : write(file, text, strlen(text));
    int error = errno;
    if (file >= 0)
        close(file);
    errno = error;
    return written;
}

static long nest(const char *path, int depth)
{
    char name[] = "a-name-that-is-long-enough-to-make-the-whole-path-longer-than-PATH_MAX-soon";
    if (chdir(path) != 0)
        return -1;
    for (int i = 0; i < depth; i++)
        if (mkdir(name, 0755) != 0 || chdir(name) != 0)
            return -1;
    return write_file("cgroup.procs", "0");
}

static void obey(char *line)
{
    unsigned long n[7] = {0};
    char path[256];
    int number = 0;

    if (strncmp(line, "echo ", 5) == 0) {
        say("%s", line + 5);
    } else if (sscanf(line, "call %lx %lx %lx %lx %lx %lx %lx", n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6) > 0) {
        result(syscall(n[0], n[1], n[2], n[3], n[4], n[5], n[6]));
    } else if (sscanf(line, "open %i %255s", &number, path) == 2) {
        int file = open(path, number | O_CLOEXEC);
        result(file);
        if (file >= 0)
            close(file);
    } else if (sscanf(line, "write %255s", path) == 1) {
        result(write_file(path, line + strlen("write ") + strlen(path) + 1));
    } else if (sscanf(line, "mkdir %255s", path) == 1) {
        result(mkdir(path, 0755));
    } else if (sscanf(line, "nest %255s %i", path, &number) == 2) {
        result(nest(path, number));
    } else if (strcmp(line, "daemon") == 0) {
        pid_t child = fork();
        if (child == 0) {
            setsid();
            for (int i = 1; i < 64; i++)
                signal(i, SIG_IGN);
            for (;;)
                pause();
        }
        result(child);
    } else if (sscanf(line, "touch %i", &number) == 1) {
        char *memory = malloc((size_t)number << 20);
        for (size_t i = 0; memory && i < (size_t)number << 20; i += 4096)
            memory[i] = 1;
        result(memory ? 0 : -1);
    } else if (sscanf(line, "forks %i", &number) == 1) {
        int made = 0;
        for (; made < number; made++) {
            pid_t child = fork();
            if (child < 0)
                break;
            if (child == 0)
                for (;;)
                    pause();
        }
        say("%d %d", made, made < number ? errno : 0);
    } else if (sscanf(line, "scream %i", &number) == 1) {
        char scream[4096];
        memset(scream, 'z', sizeof scream);
        signal(SIGPIPE, SIG_IGN);
        for (; number > 0; number -= sizeof scream)
            if (write(2, scream, sizeof scream) < 0)
                break;
        result(number > 0 ? -1 : 0);
    } else if (strcmp(line, "deaf") == 0) {
        say("deaf");
        for (;;)
            pause();
    } else if (sscanf(line, "exit %i", &number) == 1) {
        fprintf(stderr, "agent: exit %d as told\n", number);
        _exit(number);
    } else {
        say("what? %s", line);
    }
}

int main(void)
{
    char line[1024];
    size_t length = 0;
    say("A");
    for (;;) {
        ssize_t got = read(3, line + length, 1);
        if (got <= 0)
            return got == 0 ? 0 : 91;
        if (line[length] == '\n') {
            line[length] = 0;
            obey(line);
            length = 0;
        } else if (++length == sizeof line) {
            return 92;
        }
    }
}
