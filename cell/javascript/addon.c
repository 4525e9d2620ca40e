/*
 * The zygote's add-on: JavaScript's side of cell/jail/zygote.h.
 *
 * Theory of operation
 *
 * main.js, the driver, loads the libraries, then calls serve and returns. What follows begins in the callback of a closed handle:
 * at the bottom of the stack, with no frame of the driver's on it, and at the end of an iteration of the event loop, so that the phases
 * of the loop come after the program's main script in the same order as after a start of Node.js.
 *
 * In the zygote that callback never returns: it waits for requests and forks. In a child it makes the process whole again (descriptors,
 * event loop, threads, random numbers, clocks), puts on the jail before anything else, waits for the program and runs it.
 *
 * The end. Node.js ends in one of two ways: its loop is empty, then it takes the environment apart, and we leave when it first
 * waits for that; or it calls exit(3) (process.exit, an uncaught error), where our handler is the first. Both come after the
 * 'exit' event and after the error's text, and both tell the agent. Signals and abort are seen by the zygote.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <node_api.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../jail/ahead.h"
#include "../jail/huge.h"
#include "../jail/parent.h"
#include "../jail/zygote.h"
#include "addon.h"
#include "node.h"

#define NAME "JavaScript zygote"
#define FILTER "/mayfly/seccomp.bpf"

enum { MAX_CONFIGURATION = 4096 };

/* Of lib/internal/bootstrap/node.js: process.exitCode lives in an array that C++ reads, too. */
enum { EXITING, EXIT_CODE, HAS_EXIT_CODE, EXIT_FIELDS };
enum { MILESTONES = 8 };

/* What main.js gives to serve. */
static struct {
    napi_env env;
    napi_ref options;
    double *milestones;
    const int32_t *exit_fields;
    bool copies_ahead, still_heap, huge_pages;
} driver;

static struct zygote_child child;
static pid_t child_pid; /* 0: in the zygote */

_Noreturn void die(const char *what, const char *remedy)
{
    if (child_pid != 0)
        jail_fail(&child.jail, STEP_FORK, errno);
    fprintf(stderr, NAME ": cannot %s: %s\n", what, remedy);
    _exit(EXIT_FAILURE);
}

static void check(napi_status status, const char *what)
{
    if (status != napi_ok)
        die(what, "the driver and its add-on are not of one build");
}

/* The child ------------------------------------------------------------------------------------------------ */

/* What V8 prints by its --trace flags waits in libc's buffer. */
static _Noreturn void end(int exit_code)
{
    fflush(stdout);
    ahead_tried();
    zygote_end(&child, exit_code);
}

/*
 * Before each wait of the event loop. The last time is when Node.js waits for what it has closed, the first step of taking the environment
 * apart; the next ones would free what the zygote made. The field alone does not tell: a program can write to it (process._exiting).
 */
static void loop_waits(uv_handle_t *unused)
{
    (void)unused;
    napi_value none;
    if (driver.exit_fields[EXITING] && napi_run_script(driver.env, NULL, &none) != napi_invalid_arg) /* no script runs any more */
        end(driver.exit_fields[HAS_EXIT_CODE] ? driver.exit_fields[EXIT_CODE] : 0);
}

/* Processes that the program forks inherit the handler, but are not the program. */
static void process_exits(int status, void *unused)
{
    (void)unused;
    if (getpid() == child_pid)
        end(status);
}

static napi_value strings_of(char *const *strings)
{
    napi_value array, string;
    check(napi_create_array(driver.env, &array), "make an array");
    for (uint32_t i = 0; strings[i] != NULL; i++) {
        check(napi_create_string_utf8(driver.env, strings[i], NAPI_AUTO_LENGTH, &string), "make a string");
        check(napi_set_element(driver.env, array, i, string), "fill an array");
    }
    return array;
}

/* Whether it is the zygote's own, as it is unless a request asks for more: JavaScript has it already. */
static bool is_own_environment(char *const *wanted)
{
    size_t own = 0, count = 0;
    while (environ[own] != NULL)
        own++;
    for (; wanted[count] != NULL; count++) {
        size_t i = 0;
        while (i < own && strcmp(environ[i], wanted[count]) != 0)
            i++;
        if (i == own)
            return false;
    }
    return count == own;
}

static napi_value undefined(void)
{
    napi_value value;
    check(napi_get_undefined(driver.env, &value), "find undefined");
    return value;
}

static napi_value function_of(napi_value options, const char *name)
{
    napi_value function;
    check(napi_get_named_property(driver.env, options, name, &function), name);
    return function;
}

/*
 * In the zygote, for all children. --disable-sigusr1 leaves it blocked, for the program's own handler, too, and for the processes that the program
 * starts. And Node.js resets the classic signals only: whoever started the zygote may have ignored others. The raw call: libc keeps two of
 * them to itself, and has a handler for one.
 */
static void take_signals(void)
{
    static const struct { /* as the kernel has it: all zero is SIG_DFL */
        void *handler;
        unsigned long rest[7];
    } by_default;
    for (int number = 32; number < NSIG; number++) {
        struct {
            void *handler;
            unsigned long rest[7];
        } action;
        if (syscall(SYS_rt_sigaction, number, NULL, &action, NSIG / 8) != 0 ||
            (action.handler == (void *)SIG_IGN && syscall(SYS_rt_sigaction, number, &by_default, NULL, NSIG / 8) != 0))
            die("reset signals", strerrorname_np(errno));
    }
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        die("unblock signals", strerrorname_np(errno));
}

static void become_a_process(void)
{
    child_pid = getpid();
    replace_descriptors();
    struct uv_loop_s *loop;
    check(napi_get_uv_event_loop(driver.env, &loop), "find the event loop");
    if (uv_loop_fork(loop) != 0)
        die("renew the event loop", "libuv refused");
    start_threads();
    reseed();
    if (on_exit(process_exits, NULL) != 0)
        die("register the exit handler", "out of memory");
}

/* As the main script is run: by a callback whose asynchronous id is 1. An error goes to Node.js, which ends the process. */
static void run_main(napi_value options, const char *name)
{
    node_make_callback(v8_isolate(), (handle)options, (handle)function_of(options, name), 0, NULL, (struct async_context){1, 0});
    mark_loop_start(driver.milestones);
}

static napi_value prepare(void)
{
    napi_value options, result;
    check(napi_get_reference_value(driver.env, driver.options, &options), "find the driver's functions");
    set_clocks(driver.milestones);
    check(napi_call_function(driver.env, options, function_of(options, "prepare"), 0, NULL, &result), "prepare");
    return options;
}

static void run_program(void)
{
    napi_value options = prepare(), result;
    zygote_await(&child);
    char *const *environment = child.program.environment;
    napi_value program[] = {strings_of(child.program.arguments), is_own_environment(environment) ? undefined() : strings_of(environment)};
    check(napi_call_function(driver.env, options, function_of(options, "begin"), 2, program, &result), "begin");
    set_clocks(driver.milestones);
    zygote_started(&child);

    run_main(options, "run");
}

/* Nobody reads what it prints. */
static void run_trial(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || dup2(ends[1], 1) < 0 || dup2(ends[1], 2) < 0)
        die("make a pipe", strerrorname_np(errno));
    close(ends[1]);
    run_main(prepare(), "try");
}

/* The zygote ----------------------------------------------------------------------------------------------- */

static void at_the_bottom_of_the_stack(uv_handle_t *closed)
{
    free(closed);
    stop_threads();
    take_signals();
    if (driver.still_heap)
        leave_no_holes();
    share_memory_with_children();
    if (driver.huge_pages) {
        use_huge_pages(NAME);
        use_huge_code_pages();
    }
    note_own_descriptors();
    int is_trial = driver.copies_ahead && ahead_learn(NAME, 1) >= 0;
    if (!is_trial)
        zygote_serve(NAME, FILTER, &child);

    napi_handle_scope scope;
    check(napi_open_handle_scope(driver.env, &scope), "open a scope");
    become_a_process();
    if (is_trial)
        run_trial();
    else
        run_program();
    napi_close_handle_scope(driver.env, scope);
}

static void *bytes_of(napi_env env, napi_value options, const char *name, napi_typedarray_type type, size_t length)
{
    napi_value array;
    napi_typedarray_type its_type;
    size_t its_length;
    void *bytes;
    if (napi_get_named_property(env, options, name, &array) != napi_ok ||
        napi_get_typedarray_info(env, array, &its_type, &its_length, &bytes, NULL, NULL) != napi_ok || its_type != type ||
        its_length != length)
        die(name, "this version of Node.js keeps it in another form");
    return bytes;
}

static bool flag_of(napi_env env, napi_value options, const char *name)
{
    napi_value value;
    bool flag;
    check(napi_get_named_property(env, options, name, &value), name);
    check(napi_get_value_bool(env, value, &flag), name);
    return flag;
}

/* serve({ milestones, exitFields, prepare(), begin(arguments, environment or undefined), run(), try(), copiesAhead, stillHeap, hugePages }) */
static napi_value serve(napi_env env, napi_callback_info info)
{
    size_t count = 1;
    napi_value options;
    check(napi_get_cb_info(env, info, &count, &options, NULL, NULL), "read arguments");
    driver.env = env;
    driver.milestones = bytes_of(env, options, "milestones", napi_float64_array, MILESTONES);
    driver.exit_fields = bytes_of(env, options, "exitFields", napi_int32_array, EXIT_FIELDS);
    driver.copies_ahead = flag_of(env, options, "copiesAhead");
    driver.still_heap = flag_of(env, options, "stillHeap");
    driver.huge_pages = flag_of(env, options, "hugePages");
    check(napi_create_reference(env, options, 1, &driver.options), "keep the driver's functions");
    name_process();

    struct uv_loop_s *loop;
    uv_handle_t *timer = malloc(uv_handle_size(UV_TIMER)), *prepare = malloc(uv_handle_size(UV_PREPARE));
    check(napi_get_uv_event_loop(env, &loop), "find the event loop");
    if (timer == NULL || prepare == NULL || uv_timer_init(loop, timer) != 0 || uv_prepare_init(loop, prepare) != 0 ||
        uv_prepare_start(prepare, loop_waits) != 0)
        die("make a handle", "out of memory");
    uv_unref(prepare); /* it keeps nobody alive */
    uv_close(timer, at_the_bottom_of_the_stack);
    return NULL;
}

/* The first packet from the agent: the tier's configuration, a JSON text. */
static napi_value configuration(napi_env env, napi_callback_info info)
{
    (void)info;
    char text[MAX_CONFIGURATION + 1];
    ssize_t length = recv(AGENT, text, sizeof text, 0);
    if (length <= 0 || length > MAX_CONFIGURATION)
        die("read the configuration from descriptor 3", "it is one packet of 1 to 4096 bytes");
    napi_value string;
    check(napi_create_string_utf8(env, text, (size_t)length, &string), "make a string");
    return string;
}

/* grew(counts): what has been added to memory since the last call is a program's, too, or only the zygote's (zygote.h). */
static napi_value grew(napi_env env, napi_callback_info info)
{
    size_t count = 1;
    napi_value argument;
    bool counts;
    check(napi_get_cb_info(env, info, &count, &argument, NULL, NULL), "take the argument of grew");
    check(napi_get_value_bool(env, argument, &counts), "take the argument of grew");
    zygote_grew(counts);
    return NULL;
}

static napi_value make_pipe(napi_env env, napi_callback_info info)
{
    (void)info;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("make a pipe", strerrorname_np(errno));
    napi_value array, number;
    check(napi_create_array(env, &array), "make an array");
    for (uint32_t i = 0; i < 2; i++) {
        check(napi_create_int32(env, ends[i], &number), "make a number");
        check(napi_set_element(env, array, i, number), "fill an array");
    }
    return array;
}

static napi_value get_pid(napi_env env, napi_callback_info info)
{
    (void)info;
    napi_value number;
    check(napi_create_int32(env, getpid(), &number), "make a number");
    return number;
}

/*
 * onPipes(make): calls it while descriptors 1 and 2 are pipes, as in a child. The streams that it makes know no more of a pipe than its number,
 * and its child's has the same. libuv makes a pipe non-blocking with its stream; a child's is not, as it must be: a program that writes
 * to the descriptor itself may not meet EAGAIN, and for the stream the agent, which always reads, is a reader fast enough.
 */
static napi_value on_pipes(napi_env env, napi_callback_info info)
{
    size_t count = 1;
    napi_value make, result;
    int ends[2], own[] = {fcntl(1, F_DUPFD_CLOEXEC, AGENT + 1), fcntl(2, F_DUPFD_CLOEXEC, AGENT + 1)};
    check(napi_get_cb_info(env, info, &count, &make, NULL, NULL), "take the argument of onPipes");
    if (own[0] < 0 || own[1] < 0 || pipe2(ends, O_CLOEXEC) != 0 || dup2(ends[1], 1) < 0 || dup2(ends[1], 2) < 0)
        die("put a pipe in the place of standard output", strerrorname_np(errno));
    napi_status status = napi_call_function(env, make, make, 0, NULL, &result);
    if (dup2(own[0], 1) < 0 || dup2(own[1], 2) < 0)
        die("take standard output back", strerrorname_np(errno));
    close(own[0]), close(own[1]), close(ends[0]), close(ends[1]);
    return status == napi_ok ? result : NULL;
}

NAPI_MODULE_INIT()
{
    static const napi_property_descriptor functions[] = {
        {"configuration", NULL, configuration, NULL, NULL, NULL, napi_default, NULL},
        {"grew", NULL, grew, NULL, NULL, NULL, napi_default, NULL},
        {"pipe", NULL, make_pipe, NULL, NULL, NULL, napi_default, NULL},
        {"onPipes", NULL, on_pipes, NULL, NULL, NULL, napi_default, NULL},
        {"pid", NULL, get_pid, NULL, NULL, NULL, napi_default, NULL},
        {"serve", NULL, serve, NULL, NULL, NULL, napi_default, NULL},
    };
    check(napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions), "define functions");
    return exports;
}
