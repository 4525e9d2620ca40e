/* The module _zygote: serve, as main.py's excepthook, and the life of a child from its fork to its program's end. */
#define _GNU_SOURCE
#include "child.h"
#include "../jail/ahead.h"
#include "../jail/huge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char filter[] = "/mayfly/seccomp.bpf";

/* From fresh.py, kept when its module is gone. */
static PyObject *settle;     /* settle(): in the zygote, when nothing more is imported                      */
static PyObject *prepare;    /* prepare(): in a child, before READY                                         */
static PyObject *trials;     /* texts of programs for trial children                                        */
static PyObject *take_over;  /* take_over(arguments, environment): in a child, where they are not the usual */
static PyObject *give_way;   /* give_way(): in a child, if the program has more files than main.py          */
static PyObject *tick;       /* None, or tick(): in a child, what must be as young as its program           */
static PyObject *rehearsal;  /* text of a program for the zygote                                            */
static PyObject *first_step; /* text of a program for each child, before its own                            */

/* Levers that a bench leaves alone. */
static int without_huge_pages, without_copies, without_stillness;

_Noreturn void die(const char *what)
{
    if (PyErr_Occurred())
        PyErr_Print();
    fprintf(stderr, ZYGOTE_NAME ": %s\n", what);
    _exit(EXIT_FAILURE);
}

/* 0, or -1 with an exception. Steals the arguments. */
static int call(PyObject *function, PyObject *arguments)
{
    PyObject *result = arguments != NULL ? PyObject_CallObject(function, arguments) : NULL;
    Py_XDECREF(arguments);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

/* In a child: whatever is wrong with it now is Mayfly's fault, and the agent is told before anything of the program runs. */
static void must(const struct zygote_child *child, int result)
{
    if (result == 0)
        return;
    PyErr_Print();
    jail_fail(&child->jail, STEP_FORK, ENOTRECOVERABLE);
}

/* Arguments and environment ------------------------------------------------------------------------------- */

extern char **environ;

static int is_usual(const struct program *program)
{
    if (program->arguments[1] == NULL || strcmp(program->arguments[1], "main.py") != 0 || program->arguments[2] != NULL)
        return 0;
    char *const *ours = environ, *const *wanted = program->environment;
    for (; *ours != NULL && *wanted != NULL; ours++, wanted++)
        if (strcmp(*ours, *wanted) != 0)
            return 0;
    return *ours == *wanted; /* both NULL */
}

static PyObject *list_of(char *const *strings)
{
    PyObject *list = PyList_New(0);
    for (; list != NULL && *strings != NULL; strings++) {
        PyObject *bytes = PyBytes_FromString(*strings);
        if (bytes == NULL || PyList_Append(list, bytes) != 0)
            Py_CLEAR(list);
        Py_XDECREF(bytes);
    }
    return list;
}

/* Read from the kernel's own records: ".", ".." and main.py are three. */
static int has_more_files(void)
{
    char records[512];
    int count = 0, directory = open("/sandbox", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ssize_t size = directory >= 0 ? getdents64(directory, records, sizeof records) : 0;
    for (ssize_t at = 0; at < size; at += ((struct dirent64 *)(records + at))->d_reclen)
        count++;
    if (directory >= 0)
        close(directory);
    return count != 3;
}

static int take_program(const struct program *program)
{
    if (has_more_files() && call(give_way, PyTuple_New(0)) != 0)
        return -1;
    if (is_usual(program))
        return 0;
    PyObject *arguments = list_of(program->arguments), *environment = list_of(program->environment);
    if (arguments == NULL || environment == NULL)
        return -1;
    return call(take_over, Py_BuildValue("(NN)", arguments, environment));
}

/* Serving ------------------------------------------------------------------------------------------------- */

/* A trial child's whole life: what it prints goes nowhere. */
static _Noreturn void live_trial(int trial)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, 1) < 0 || call(prepare, PyTuple_New(0)) != 0 || run_trial(PyList_GetItem(trials, trial)) != 0)
        die("a program that every child can run failed");
    ahead_tried();
    _exit(EXIT_FAILURE);
}

static _Noreturn void live(struct zygote_child *child)
{
    must(child, call(prepare, PyTuple_New(0)));
    if (!without_copies) {
        must(child, rehearse_program(first_step));
        rehearse_ending();
    }
    zygote_await(child);
    plan_ending(&child->program);
    must(child, take_program(&child->program));
    if (tick != Py_None)
        must(child, call(tick, PyTuple_New(0)));
    zygote_started(child);
    end_program(child, run_program());
}

/* A second thread would be missing in the children, with whatever lock it held. */
static void require_one_thread(void)
{
    struct stat tasks;
    if (stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink != 3)
        die("a library started a thread (an unset OPENBLAS_NUM_THREADS?): it cannot be forked");
}

/*
 * Children start with nothing blocked and nothing ignored, whatever whoever started us did; fresh.py does the same for the signals that
 * the interpreter knows. libc keeps 32 and 33 to itself, and they too can be inherited as ignored.
 */
static void reset_signals(void)
{
    static const char defaults[64];
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        die("unblock signals");
    for (int number = 32; number <= 33; number++)
        if (syscall(SYS_rt_sigaction, number, defaults, NULL, NSIG / 8) != 0)
            die("reset signals");
}

/* Of the exception that brought us here and its frames nothing may be found later. */
static void forget_exception(PyObject *arguments)
{
    static const char *const names[] = {"last_exc", "last_type", "last_value", "last_traceback"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (PySys_SetObject(names[i], NULL) != 0)
            die("forget the exception");
    PyObject *exception = PyTuple_GetItem(arguments, 1);
    if (exception == NULL || PyException_SetTraceback(exception, Py_None) != 0)
        die("forget the traceback");
}

static PyObject *serve(PyObject *self, PyObject *arguments)
{
    static struct zygote_child child; /* not on the stack, which a program shares */
    (void)self;
    if (settle == NULL)
        die("keep() was not called");
    require_one_thread();
    reset_signals();
    find_interpreter();
    forget_exception(arguments);
    if (rehearse_program(rehearsal) != 0 || call(settle, PyTuple_New(0)) != 0)
        die("settle");
    if (!without_stillness)
        fill_pools();
    if (!without_huge_pages) {
        use_huge_pages(ZYGOTE_NAME);
        use_huge_code_pages();
    }
    int trial = without_copies ? -1 : ahead_learn(ZYGOTE_NAME, (int)PyList_Size(trials));
    if (trial >= 0)
        live_trial(trial);
    zygote_serve(ZYGOTE_NAME, filter, &child);
    live(&child);
}

/*
 * A stack without a limit makes the kernel lay out memory without randomness, and a limit in force since exec is what programs have
 * (limits.c): where it is another, the zygote starts again with the right one.
 */
static PyObject *limit_stack(PyObject *self, PyObject *arguments)
{
    static const rlim_t usual = 8 << 20;
    static char *const command[] = {"/usr/bin/python3", "main.py", NULL};
    struct rlimit limit;
    (void)self, (void)arguments;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    if (limit.rlim_cur > usual) {
        limit.rlim_cur = usual;
        if (setrlimit(RLIMIT_STACK, &limit) != 0 || execv(command[0], command) != 0)
            return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *settled(PyObject *self, PyObject *arguments)
{
    (void)self, (void)arguments;
    zygote_grew(1);
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *make_all_immortal(PyObject *self, PyObject *arguments)
{
    PyObject *tracked, *code;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO", &tracked, &code))
        return NULL;
    if (!without_stillness)
        make_immortal(tracked, (PyTypeObject *)code);
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *leave_out(PyObject *self, PyObject *arguments)
{
    (void)self;
    if (!PyArg_ParseTuple(arguments, "ppp", &without_huge_pages, &without_copies, &without_stillness))
        return NULL;
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *keep(PyObject *self, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"settle", "prepare", "take_over", "give_way", "tick", "own_modules", "lend_traceback", "rehearsal", "first_step", "trials", NULL};
    PyObject *own_modules, *lend_traceback;
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "OOOOOOOSSO", names, &settle, &prepare, &take_over, &give_way, &tick,
                                     &own_modules, &lend_traceback, &rehearsal, &first_step, &trials))
        return NULL;
    Py_INCREF(settle), Py_INCREF(prepare), Py_INCREF(take_over), Py_INCREF(give_way), Py_INCREF(tick), Py_INCREF(rehearsal), Py_INCREF(first_step), Py_INCREF(trials);
    keep_for_program(lend_traceback);
    keep_for_ending(own_modules);
    Py_INCREF(Py_None);
    return Py_None;
}

static PyMethodDef methods[] = {
    {"keep", (PyCFunction)(void (*)(void))keep, METH_VARARGS | METH_KEYWORDS, "What children call."},
    {"leave_out", leave_out, METH_VARARGS, "leave_out(huge pages, pages copied ahead, a still heap): for benches."},
    {"make_immortal", make_all_immortal, METH_VARARGS, "make_immortal(what the collector tracks, type of code objects)."},
    {"limit_stack", limit_stack, METH_NOARGS, "Executes the zygote anew if its stack has more than the usual limit."},
    {"serve", serve, METH_VARARGS, "An excepthook that does not return."},
    {"settled", settled, METH_NOARGS, "The memory in use now is what a fresh interpreter with the same imports has."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_zygote", .m_methods = methods};

PyMODINIT_FUNC PyInit__zygote(void)
{
    return PyModuleDef_Init(&definition);
}
