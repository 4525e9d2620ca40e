/* What an execution costs, before and after its START. Medians; nothing is asserted. */
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
    static double parent_cpu[ROUNDS], ready_cpu[ROUNDS], ready_faults[ROUNDS], cpu[ROUNDS], faults[ROUNDS], private[ROUNDS];
    struct program program = {.file_count = 1};
    strcpy(program.files[0].path, "main.js");
    program.files[0].content = (char *)code;
    program.files[0].size = strlen(code);
    for (int i = 0; i < ROUNDS; i++) {
        double before = cpu_ms(parent->pid);
        execute(jailer, parent, &program, &result);
        parent_cpu[i] = cpu_ms(parent->pid) - before;
        ready_cpu[i] = result.ready_cpu_ms;
        ready_faults[i] = (double)result.ready_faults;
        private[i] = (double)result.ready_private_kb;
        cpu[i] = (double)(result.exit.user_us + result.exit.system_us) / 1e3 - result.ready_cpu_ms;
        faults[i] = (double)result.exit.minor_faults - (double)result.ready_faults;
    }
    printf("      %s: parent %.2f ms of CPU; until READY %.2f ms, %.0f faults, then %.0f KiB private; after START %.2f ms, %.0f faults\n",
           what, median(parent_cpu), median(ready_cpu), median(ready_faults), median(private), median(cpu), median(faults));
    fflush(stdout);
}

void measure_cost(const struct parent *jailer, const struct parent *zygote)
{
    static const char nothing[] = "";
    static const char hello[] = "console.log(1)";
    static const char math[] = "const m = require('mathjs'); console.log(m.evaluate('det([1, 2; 3, 4]) + sqrt(2)'))";
    static const char busy[] = "const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2); console.log(fib(32));"
                               "const a = []; for (let i = 0; i < 3e5; i++) a.push({ i, s: 'x' + i }); console.log(a.length);";
    measure(jailer, zygote, "warm, empty program", nothing);
    measure(jailer, zygote, "warm, console.log(1)", hello);
    measure(jailer, jailer, "cold, console.log(1)", hello);
    measure(jailer, zygote, "warm, mathjs", math);
    measure(jailer, zygote, "warm, busy", busy);
    measure(jailer, jailer, "cold, busy", busy);
}
