/*
 * The native half of Python's zygote.
 *
 * Theory of operation
 *
 * main.py is started as any program is: /usr/bin/python3 main.py. It imports and warms what the agent asked for and then raises an
 * exception, with serve() (module.c) as sys.excepthook. That is where CPython calls from C with no Python frame left: in
 * the children that zygote_serve returns in, the interpreter is as it is just before it runs a program, and a program run
 * there finds no frame below its own. serve() never returns.
 *
 * What needs the interpreter's C functions beyond the limited API is looked up by name when serving starts (program.c), so that one
 * binary serves CPython 3.12 and 3.13. What is easier said in Python is said there (fresh.py) and called between fork and READY.
 */
#ifndef MAYFLY_PYTHON_CHILD_H
#define MAYFLY_PYTHON_CHILD_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Functions of the interpreter that runs, which know what is immortal there; what the header has inline counts those, too. */
#undef Py_INCREF
#undef Py_DECREF
#undef Py_XINCREF
#undef Py_XDECREF
#define Py_INCREF(object) Py_IncRef((PyObject *)(object))
#define Py_DECREF(object) Py_DecRef((PyObject *)(object))
#define Py_XINCREF(object) Py_IncRef((PyObject *)(object))
#define Py_XDECREF(object) Py_DecRef((PyObject *)(object))

#include "../jail/zygote.h"

#define ZYGOTE_NAME "python zygote"

/* For what must not go wrong: prints what is pending, if anything, says what, and exits. */
_Noreturn void die(const char *what);

/* immortal.c, in the zygote: this list of the collector's objects, and what they refer to. */
void make_immortal(PyObject *tracked, PyTypeObject *code);

/* pools.c, in the zygote, when nothing of its memory is freed any more. */
void fill_pools(void);

/* program.c: main.py of a child. The first, before any fork, finds what the interpreter exports or dies. */
struct outcome {
    int exit_code;
    int interrupted; /* by a KeyboardInterrupt that nobody caught: the process ends by SIGINT */
};

void find_interpreter(void);
void keep_for_program(PyObject *lend_traceback);
/* Runs this text as the program will be run. 0, or -1 with an exception. */
int rehearse_program(PyObject *text);
/* In the module __main__. */
struct outcome run_program(void);
/* This text as the program, to its end; 0, or -1 if it does not end well. */
int run_trial(PyObject *text);

/* ending.c: what follows the program. The first, before any fork, keeps what it will call. */
void keep_for_ending(PyObject *own_modules);
/* Touches what the end of a program touches. */
void rehearse_ending(void);
/* In the child, while its program's files are at hand. */
void plan_ending(const struct program *program);
_Noreturn void end_program(struct zygote_child *child, struct outcome outcome);
/* The end of a trial, but for the process's: 0, or -1. */
int end_trial(void);

#endif
