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

/* A file that is no file of the jail. NULL with an exception. */
static FILE *file_of(PyObject *bytes)
{
    char *text;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(bytes, &text, &size) != 0)
        return NULL;
    int memory = memfd_create("rehearsal", MFD_CLOEXEC);
    FILE *file = memory >= 0 ? fdopen(memory, "r+") : NULL;
    if (file == NULL || write(memory, text, (size_t)size) != size || lseek(memory, 0, SEEK_SET) != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return NULL;
    }
    return file;
}

int rehearse_program(PyObject *text)
{
    FILE *file = file_of(text);
    PyObject *globals = file != NULL ? PyDict_New() : NULL;
    PyObject *result = globals != NULL ? run_file(file, path, FILE_INPUT, globals, globals, 1, NULL) : NULL;
    Py_XDECREF(result);
    Py_XDECREF(globals);
    return result != NULL ? 0 : -1;
}

/*
 * Whether the pending SystemExit is one of the usual: with nothing, a number or a text that can be printed. Anything else stays pending
 * and is left to the interpreter, whose way out is the slower one.
 */
static int take_usual_exit(int *code)
{
    PyObject *type, *exit, *traceback, *errors = PySys_GetObject("stderr"); /* borrowed */
    PyErr_Fetch(&type, &exit, &traceback);
    PyErr_NormalizeException(&type, &exit, &traceback);
    PyObject *reason = type == PyExc_SystemExit ? PyObject_GetAttrString(exit, "code") : NULL;
    int usual = 1;
    if (reason == Py_None) {
        *code = 0;
    } else if (reason != NULL && PyLong_CheckExact(reason)) {
        *code = (int)PyLong_AsLong(reason);
        usual = PyErr_Occurred() == NULL;
    } else if (reason != NULL && PyUnicode_CheckExact(reason) && errors != NULL && errors != Py_None) {
        *code = 1;
        if (PyFile_WriteObject(reason, errors, Py_PRINT_RAW) == 0)
            PySys_WriteStderr("\n");
    } else {
        usual = 0;
    }
    PyErr_Clear();
    Py_XDECREF(reason);
    if (!usual) {
        PyErr_Restore(type, exit, traceback);
        return 0;
    }
    Py_XDECREF(type);
    Py_XDECREF(exit);
    Py_XDECREF(traceback);
    return 1;
}

/* They are gone when atexit's callbacks run. */
static void forget_file(PyObject *globals)
{
    if (PyDict_DelItemString(globals, "__file__") != 0)
        PyErr_Clear();
    if (PyDict_DelItemString(globals, "__cached__") != 0)
        PyErr_Clear();
}

static void borrow_traceback(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallObject(lend_traceback, NULL);
    Py_XDECREF(result);
    PyErr_Clear(); /* a program can break that, too: then the interpreter imports for itself */
    PyErr_Restore(type, value, traceback);
}

static struct outcome run_in(PyObject *globals, FILE *file)
{
    struct outcome outcome = {0};
    PyObject *result = run_file(file, path, FILE_INPUT, globals, globals, 1, NULL);
    if (result == NULL) {
        int is_exit = PyErr_ExceptionMatches(PyExc_SystemExit);
        if (is_exit && take_usual_exit(&outcome.exit_code))
            return outcome;
        outcome.exit_code = 1;
        outcome.interrupted = PyErr_Occurred() == PyExc_KeyboardInterrupt;
        if (!is_exit)
            borrow_traceback();
        PyErr_Print(); /* an unusual SystemExit ends the process here */
    }
    Py_XDECREF(result);
    forget_file(globals);
    return outcome;
}

static struct outcome run(FILE *file)
{
    PyObject *module = PyImport_AddModule("__main__"); /* borrowed, and a program can take it out of sys.modules */
    Py_XINCREF(module);
    struct outcome outcome = run_in(PyModule_GetDict(module), file);
    Py_XDECREF(module);
    return outcome;
}

struct outcome run_program(void)
{
    FILE *file = fopen(path, "rbe");
    if (file != NULL)
        return run(file);
    /* There is no such START; the interpreter's own answer. */
    fprintf(stderr, "/usr/bin/python3: can't open file '%s': %m\n", path);
    return (struct outcome){.exit_code = 2};
}

int run_trial(PyObject *text)
{
    FILE *file = file_of(text);
    return file != NULL && run(file).exit_code == 0 ? end_trial() : -1;
}
