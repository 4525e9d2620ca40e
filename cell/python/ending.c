/*
 * What a program can notice of Py_FinalizeEx, in its order, without what it cannot: taking apart every module and every
 * object touches, and therefore copies, most of the zygote's memory only to leave it to the kernel afterwards.
 *
 *     threading waits for threads; atexit's callbacks; standard streams are flushed;
 *     __main__ and the program's modules go, and with them what they hold: suspended generators, open files, cycles;
 *     standard streams are flushed again
 *
 * Where more could be noticed (destructors written by the program see a half-dead interpreter; other threads stop in the middle; a stream
 * cannot be flushed), Py_FinalizeEx itself does it.
 */
#define _GNU_SOURCE
#include "child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FLUSH_FAILED = 120 }; /* CPython's */

static pid_t own_pid;
static int has_destructors;
static PyObject *run_atexit, *count_threads, *own_modules;

static PyObject *attribute_of(const char *module, const char *name)
{
    PyObject *from = PyImport_ImportModule(module);
    PyObject *attribute = from != NULL ? PyObject_GetAttrString(from, name) : NULL;
    Py_XDECREF(from);
    if (attribute == NULL)
        die(module);
    return attribute;
}

void keep_for_ending(PyObject *own)
{
    run_atexit = attribute_of("atexit", "_run_exitfuncs");
    count_threads = attribute_of("_thread", "_count");
    Py_INCREF(own);
    own_modules = own;
    /* The last reference to what the import system remembers of directories would go in forget_program, and thousands of strings with it,
       which the program never had. */
    static const char *const large[] = {"path_importer_cache", "path_hooks", "meta_path"};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
        Py_XINCREF(PySys_GetObject(large[i]));
}

/* A word in any of the program's files, even in a comment, is enough: the way that it leads to is only slower. */
void plan_ending(const struct program *program)
{
    static const char word[] = "__del__";
    own_pid = getpid();
    has_destructors = memmem(program->block, program->block_bytes, word, sizeof word - 1) != NULL;
}

/* The steps: 0, or -1 if the interpreter must do it ------------------------------------------------------- */

static int call(PyObject *function)
{
    PyObject *result = PyObject_CallObject(function, NULL);
    Py_XDECREF(result);
    if (result != NULL)
        return 0;
    PyErr_Clear();
    return -1;
}

static int has_other_threads(void)
{
    PyObject *count = PyObject_CallObject(count_threads, NULL);
    long others = count != NULL ? PyLong_AsLong(count) : -1;
    Py_XDECREF(count);
    PyErr_Clear();
    return others != 0;
}

/* No other thread is left, but callbacks may be (concurrent.futures has one). */
static int shut_down_threading(void)
{
    PyObject *name = PyUnicode_FromString("threading");
    PyObject *threading = name != NULL ? PyImport_GetModule(name) : NULL;
    Py_XDECREF(name);
    if (threading == NULL) {
        PyErr_Clear();
        return 0;
    }
    PyObject *shutdown = PyObject_GetAttrString(threading, "_shutdown");
    Py_DECREF(threading);
    int result = shutdown != NULL ? call(shutdown) : -1;
    Py_XDECREF(shutdown);
    PyErr_Clear();
    return result;
}

static int flush(const char *name)
{
    PyObject *stream = PySys_GetObject(name); /* borrowed */
    if (stream == NULL || stream == Py_None)
        return 0;
    Py_INCREF(stream);
    PyObject *closed = PyObject_GetAttrString(stream, "closed");
    int is_closed = closed != NULL ? PyObject_IsTrue(closed) : 0;
    Py_XDECREF(closed);
    PyErr_Clear();
    PyObject *result = is_closed == 1 ? NULL : PyObject_CallMethod(stream, "flush", NULL);
    PyErr_Clear();
    Py_XDECREF(result);
    Py_DECREF(stream);
    return is_closed == 1 || result != NULL ? 0 : -1;
}

static int flush_streams(void)
{
    return flush("stdout") == 0 && flush("stderr") == 0 ? 0 : -1;
}

/*
 * As finalize_modules: what sys holds of the program, then its modules, then what only holds itself. From C, since what
 * this destroys may warn, and would name the frame that it was destroyed in.
 */
static int forget_program(void)
{
    /* Without meta_path nothing more can be imported, which a destructor or a warning may try. */
    static const char *const last[] = {"path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback",
                                       "path_hooks", "path_importer_cache", "meta_path"};
    static const char *const streams[][2] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
        if (PySys_GetObject(last[i]) != NULL)
            PySys_SetObject(last[i], Py_None);
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
        PySys_SetObject(streams[i][0], PySys_GetObject(streams[i][1]));

    PyObject *names = PyObject_CallObject(own_modules, NULL);
    for (Py_ssize_t i = 0; names != NULL && i < PyList_Size(names); i++)
        if (PyDict_SetItem(PyImport_GetModuleDict(), PyList_GetItem(names, i), Py_None) != 0)
            Py_CLEAR(names);
    PyErr_Clear();
    if (names == NULL)
        return -1;
    Py_DECREF(names);
    PyGC_Enable(); /* a program may have turned it off; without, the next does nothing */
    PyGC_Collect();
    return 0;
}

static int end_cheaply(void)
{
    if (has_other_threads() || shut_down_threading() != 0 || call(run_atexit) != 0 || has_other_threads())
        return -1;
    if (flush_streams() != 0)
        return -1;
    if (forget_program() != 0)
        return -1;
    return flush_streams();
}

void rehearse_ending(void)
{
    has_other_threads();
    flush_streams();
    PyObject *names = PyObject_CallObject(own_modules, NULL);
    Py_XDECREF(names);
    PyErr_Clear();
    PyGC_Collect();
}

int end_trial(void)
{
    return end_cheaply();
}

/* SIGINT's own exit status, for whoever waits: a shell tells it from an exit code. */
static void die_of_interrupt(void)
{
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
}

_Noreturn void end_program(struct zygote_child *child, struct outcome outcome)
{
    /* A process that the program forked got here, too. It is not the one that the agent asked for. */
    int is_child = getpid() == own_pid;
    if ((!is_child || has_destructors || end_cheaply() != 0) && Py_FinalizeEx() < 0)
        outcome.exit_code = EXIT_FLUSH_FAILED;
    fflush(NULL); /* what C libraries have printed */
    if (outcome.interrupted) {
        die_of_interrupt();
        outcome.exit_code = 128 + SIGINT;
    }
    if (!is_child)
        exit(outcome.exit_code);
    zygote_end(child, outcome.exit_code);
}
