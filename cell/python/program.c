/*
 * Runs /sandbox/main.py as `python3 main.py` does (CPython's pymain_run_file and _PyRun_SimpleFile): by the same function of the
 * interpreter on the same kind of stream, so that encodings, syntax errors and tracebacks are its own. What it does around that call
 * is done here, because there an unhandled SystemExit leads straight to exit().
 */
#define _GNU_SOURCE
#include "child.h"

#include <dlfcn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const char path[] = "/sandbox/main.py";

/* Not of the limited API, but exported by every CPython 3 with this signature (pythonrun.h). */
typedef PyObject *run_file_function(FILE *file, const char *name, int start, PyObject *globals, PyObject *locals, int close_it,
                                    void *flags);
enum { FILE_INPUT = 257 }; /* Py_file_input */

static run_file_function *run_file;

void find_interpreter(void)
{
    run_file = (run_file_function *)dlsym(RTLD_DEFAULT, "PyRun_FileExFlags");
    if (run_file == NULL)
        die("this interpreter does not export PyRun_FileExFlags: it is no CPython that can be served from");
}

static PyObject *lend_traceback;

void keep_for_program(PyObject *lend)
{
    Py_INCREF(lend);
    lend_traceback = lend;
}

/* From a file that is no file of the jail. */
int rehearse_program(PyObject *bytes)
{
    char *text;
    Py_ssize_t size;
    PyObject *globals = PyDict_New();
    if (globals == NULL || PyBytes_AsStringAndSize(bytes, &text, &size) != 0)
        return -1;
    int memory = memfd_create("rehearsal", MFD_CLOEXEC);
    FILE *file = memory >= 0 ? fdopen(memory, "r+") : NULL;
    if (file == NULL || write(memory, text, (size_t)size) != size || lseek(memory, 0, SEEK_SET) != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    PyObject *result = run_file(file, path, FILE_INPUT, globals, globals, 1, NULL);
    Py_XDECREF(result);
    Py_DECREF(globals);
    return result != NULL ? 0 : -1;
}

/* What print would show, on sys.stderr, or on the C stream where a program has none. */
static void print_reason(PyObject *reason)
{
    PyObject *errors = PySys_GetObject("stderr"); /* borrowed */
    if (errors != NULL && errors != Py_None) {
        if (PyFile_WriteObject(reason, errors, Py_PRINT_RAW) != 0)
            PyErr_Clear();
    } else {
        PyObject *text = PyObject_Str(reason);
        PyObject *bytes = text != NULL ? PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace") : NULL;
        fputs(bytes != NULL ? PyBytes_AsString(bytes) : "", stderr);
        Py_XDECREF(text);
        Py_XDECREF(bytes);
        PyErr_Clear();
    }
    PySys_WriteStderr("\n");
}

/* sys.exit(): None is 0, a number is itself, anything else is printed and is 1. */
static int code_of_system_exit(void)
{
    PyObject *type, *exit, *traceback;
    fflush(stdout);
    PyErr_Fetch(&type, &exit, &traceback);
    PyErr_NormalizeException(&type, &exit, &traceback);

    int code = 1;
    PyObject *reason = PyObject_GetAttrString(exit, "code");
    if (reason == NULL) {
        PyErr_Clear();
        Py_INCREF(exit);
        reason = exit;
    }
    if (reason == Py_None)
        code = 0;
    else if (PyLong_Check(reason))
        code = (int)PyLong_AsLong(reason); /* too large: -1, as there */
    else
        print_reason(reason);
    Py_DECREF(reason);
    Py_XDECREF(type);
    Py_XDECREF(exit);
    Py_XDECREF(traceback);
    PyErr_Clear();
    return code;
}

/* They are gone when atexit's callbacks run. */
static void forget_file(PyObject *globals)
{
    if (PyDict_DelItemString(globals, "__file__") != 0)
        PyErr_Clear();
    if (PyDict_DelItemString(globals, "__cached__") != 0)
        PyErr_Clear();
}

static void print_exception(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallObject(lend_traceback, NULL);
    Py_XDECREF(result);
    PyErr_Clear(); /* a program can break that, too: then the interpreter imports for itself */
    PyErr_Restore(type, value, traceback);
    PyErr_Print();
}

struct outcome run_program(PyObject *globals)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        fprintf(stderr, "%s: can't open file '%s': %m\n", "/usr/bin/python3", path);
        return (struct outcome){.exit_code = 2};
    }
    PyObject *result = run_file(file, path, FILE_INPUT, globals, globals, 1, NULL);
    struct outcome outcome = {0};
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_SystemExit))
            return (struct outcome){.exit_code = code_of_system_exit()};
        outcome.exit_code = 1;
        outcome.interrupted = PyErr_Occurred() == PyExc_KeyboardInterrupt;
        print_exception();
    }
    Py_XDECREF(result);
    forget_file(globals);
    return outcome;
}
