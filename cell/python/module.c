/* The module _zygote: serve, as main.py's excepthook, and the life of a child from its fork to its program's end. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char filter[] = "/mayfly/seccomp.bpf";

/* Functions of fresh.py, kept when its module is gone. */
static PyObject *settle;       /* settle(): in the zygote, when nothing more is imported                     */
static PyObject *prepare;      /* prepare(): in a child, before READY                                        */
static PyObject *take_over;    /* take_over(arguments, environment): in a child, where they are not the usual */
static PyObject *tick;         /* None, or tick(): in a child, what must be as young as its program          */
static PyObject *rehearsal;    /* a program for the zygote                                                   */
static PyObject *first_step;   /* a program for each child, before its own                                   */

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

static int take_program(const struct program *program)
{
    if (is_usual(program))
        return 0;
    PyObject *arguments = list_of(program->arguments), *environment = list_of(program->environment);
    if (arguments == NULL || environment == NULL)
        return -1;
    return call(take_over, Py_BuildValue("(NN)", arguments, environment));
}

/* Serving ------------------------------------------------------------------------------------------------- */

static _Noreturn void live(struct zygote_child *child)
{
    must(child, call(prepare, PyTuple_New(0)));
    must(child, rehearse_program(first_step));
    rehearse_ending();
    PyObject *globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    zygote_await(child);
    plan_ending(&child->program);
    must(child, take_program(&child->program));
    if (tick != Py_None)
        must(child, call(tick, PyTuple_New(0)));
    zygote_started(child);
    end_program(child, run_program(globals));
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
    use_huge_pages();
    zygote_serve(ZYGOTE_NAME, filter, &child);
    live(&child);
}

/* keep(settle, prepare, take_over, tick, own_modules, lend_traceback, rehearsal, first_step) */
static PyObject *keep(PyObject *self, PyObject *arguments)
{
    PyObject *own_modules, *lend_traceback;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OOOOOOSS", &settle, &prepare, &take_over, &tick, &own_modules, &lend_traceback, &rehearsal,
                          &first_step))
        return NULL;
    Py_INCREF(settle), Py_INCREF(prepare), Py_INCREF(take_over), Py_INCREF(tick);
    Py_INCREF(rehearsal), Py_INCREF(first_step);
    keep_for_program(lend_traceback);
    keep_for_ending(own_modules);
    Py_INCREF(Py_None);
    return Py_None;
}

static PyMethodDef methods[] = {
    {"keep", keep, METH_VARARGS, "What children call."},
    {"serve", serve, METH_VARARGS, "An excepthook that does not return."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_zygote", .m_methods = methods};

PyMODINIT_FUNC PyInit__zygote(void)
{
    return PyModuleDef_Init(&definition);
}
