/*
 * What is in the zygote's memory is made immortal (PEP 683): the interpreter counts references to an object in the object itself, so that a
 * child that only looks at one writes to its page, which is the zygote's until then and has to be copied. Immortal ones are not counted.
 * Nothing that programs can reach is destroyed earlier or later: what the zygote holds, children hold to their end.
 */
#define _GNU_SOURCE
#include "child.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The count of CPython 3.12 and 3.13, on 64 bits: their first field; immortal if the lower half is all ones (object.h). */
#define IMMORTAL UINT32_MAX

static PyTypeObject *code_type;
static PyObject *spared;

/* Made immortal, but what they refer to is not yet. */
static struct {
    PyObject **objects;
    size_t count, room;
} found;

static uint64_t *count_of(PyObject *object) { return (uint64_t *)object; }

static int is_immortal(PyObject *object) { return (uint32_t)*count_of(object) == IMMORTAL; }

/* Other versions of CPython, and builds without its lock, count in another way. */
static int counts_as_known(void)
{
    PyObject *list = PyList_New(0);
    int is_known = list != NULL && *count_of(list) == 1 && *count_of(Py_None) == IMMORTAL;
    Py_XDECREF(list);
    return is_known;
}

static int visit(PyObject *object, void *nothing)
{
    (void)nothing;
    if (is_immortal(object) || object == spared)
        return 0;
    if (found.count == found.room) {
        size_t room = found.room == 0 ? 4096 : found.room * 2;
        PyObject **larger = realloc(found.objects, room * sizeof *larger);
        if (larger == NULL)
            die("no memory for a list of objects");
        found.objects = larger;
        found.room = room;
    }
    *count_of(object) = IMMORTAL;
    found.objects[found.count++] = object;
    return 0;
}

/* The collector does not look into code, since it is in no cycle. */
static void visit_code(PyObject *code)
{
    static const char *const parts[] = {"co_consts", "co_names", "co_filename", "co_name", "co_qualname", "co_linetable", "co_exceptiontable"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        PyObject *part = PyObject_GetAttrString(code, parts[i]);
        if (part == NULL)
            die("a code object without its parts");
        visit(part, NULL);
        Py_DECREF(part);
    }
}

static void visit_parts(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type == code_type)
        return visit_code(object);
    /* A type that is no object of the heap is not the collector's, although its own type is. */
    int is_static = PyType_Check(object) && (PyType_GetFlags((PyTypeObject *)object) & Py_TPFLAGS_HEAPTYPE) == 0;
    if (is_static || (PyType_GetFlags(type) & Py_TPFLAGS_HAVE_GC) == 0)
        return;
    traverseproc traverse = (traverseproc)PyType_GetSlot(type, Py_tp_traverse);
    if (traverse != NULL)
        traverse(object, visit, NULL);
}

void make_immortal(PyObject *tracked, PyTypeObject *code)
{
    if (!counts_as_known()) {
        fprintf(stderr, ZYGOTE_NAME ": this CPython counts references as none that is known: its objects stay as they are\n");
        return;
    }
    code_type = code;
    spared = tracked;
    for (Py_ssize_t i = 0; i < PyList_Size(tracked); i++) {
        PyObject *object = PyList_GetItem(tracked, i);
        visit(object, NULL);
        visit_parts(object); /* also of those that were immortal before */
    }
    while (found.count > 0)
        visit_parts(found.objects[--found.count]);
    free(found.objects);
    found.objects = NULL;
    found.room = 0;
}
