/* One line a check. */
#define _GNU_SOURCE
#include "test.h"

int passed, failed;

void check(int ok, const char *claim, const char *detail, ...)
{
    va_list arguments;
    va_start(arguments, detail);
    printf(ok ? "ok    %s" : "FAIL  %s: ", claim);
    if (!ok)
        vprintf(detail, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
    *(ok ? &passed : &failed) += 1;
}

_Noreturn void stop(const char *what)
{
    fprintf(stderr, "jail-test: %s: %s\n", what, strerrorname_np(errno));
    exit(2);
}
