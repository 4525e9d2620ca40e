/* What an execution costs, before and after its START. */
#define _GNU_SOURCE
#include "test.h"

enum { ROUNDS = 30 };

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

static void measure(const struct parent *jailer, const struct parent *parent, const char *what, const char *code)
{
    static struct result result;
    static double ready_cpu[ROUNDS], ready_faults[ROUNDS], cpu[ROUNDS], faults[ROUNDS], private[ROUNDS];
    struct program program = {.file_count = 1};
    strcpy(program.files[0].path, "main.js");
    program.files[0].content = (char *)code;
    program.files[0].size = strlen(code);
    for (int i = 0; i < ROUNDS; i++) {
        execute(jailer, parent, &program, &result);
        ready_cpu[i] = result.ready_cpu_ms;
        ready_faults[i] = (double)result.ready_faults;
        private[i] = (double)result.ready_private_kb;
        cpu[i] = (double)(result.exit.user_us + result.exit.system_us) / 1e3 - result.ready_cpu_ms;
        faults[i] = (double)result.exit.minor_faults - (double)result.ready_faults;
    }
    printf("      %s: until READY %.2f ms of CPU, %.0f faults, then %.0f KiB private; after START %.2f ms of CPU, %.0f faults\n", what,
           median(ready_cpu), median(ready_faults), median(private), median(cpu), median(faults));
    fflush(stdout);
}

void measure_cost(const struct parent *jailer, const struct parent *zygote)
{
    static const char hello[] = "console.log(1)";
    static const char math[] = "const m = require('mathjs'); console.log(m.evaluate('det([1, 2; 3, 4]) + sqrt(2)'))";
    measure(jailer, zygote, "warm, console.log(1)", hello);
    measure(jailer, zygote, "warm, mathjs", math);
    measure(jailer, zygote, "warm, nothing", "");
    measure(jailer, jailer, "cold, console.log(1)", hello);
}
