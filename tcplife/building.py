"""How the compiled form is built: every typed module, and all of them together in one file, `tcplife/_rooms`.

In: the sources that pyproject.toml lists. Out: one extension module, which `tcplife.rooms` finds the others in. Runs when
the package is installed, never afterwards; what fails here leaves the plain form.
"""

from __future__ import annotations

from ast import Call, Expr, parse
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler.Options import get_directive_defaults
from setuptools import Extension
from setuptools.command.build_ext import build_ext

TABLE = """
#include <Python.h>
#include <stdlib.h>
#include <string.h>

%(declared)s

static struct room {
    const char* name;
    PyObject* (*begin)(void);
    PyObject* key;  /* its name, once somebody asked for it */
    int complete;
} ROOMS[] = {
%(listed)s
};
#define COUNT (sizeof(ROOMS) / sizeof(ROOMS[0]))

static const char* const FORMS[] = {%(forms)s};

static PyObject* LOAD = NULL;  /* what loads a module, given its name */

static int compare(const void* name, const void* room) {
    return strcmp((const char*)name, ((const struct room*)room)->name);
}

static struct room* find(const char* name) {
    return name == NULL ? NULL : (struct room*)bsearch(name, ROOMS, COUNT, sizeof(ROOMS[0]), compare);
}

static PyObject* create(PyObject* self, PyObject* spec) {
    PyObject* name = PyObject_GetAttrString(spec, "name");
    PyObject* definition = NULL;
    struct room* room;
    if (name == NULL) return NULL;
    room = find(PyUnicode_AsUTF8(name));
    if (room != NULL) definition = room->begin();
    else if (!PyErr_Occurred()) PyErr_SetObject(PyExc_ImportError, name);
    Py_DECREF(name);
    return definition == NULL ? NULL : PyModule_FromDefAndSpec((PyModuleDef*)definition, spec);
}

static PyObject* execute(PyObject* self, PyObject* module) {
    PyModuleDef* definition = PyModule_GetDef(module);
    struct room* room;
    if (definition == NULL || PyModule_ExecDef(module, definition) < 0) return NULL;
    room = find(PyModule_GetName(module));
    if (room != NULL) room->complete = 1;
    Py_RETURN_NONE;
}

static PyObject* names(PyObject* self, PyObject* nothing) {
    PyObject* found = PyTuple_New(COUNT);
    size_t at;
    for (at = 0; found != NULL && at < COUNT; at++) {
        PyObject* name = PyUnicode_FromString(ROOMS[at].name);
        if (name == NULL) Py_CLEAR(found);
        else PyTuple_SET_ITEM(found, at, name);
    }
    return found;
}

static PyObject* forms(PyObject* self, PyObject* nothing) {
    PyObject* found = PyList_New(0);
    size_t at;
    for (at = 0; found != NULL && FORMS[at] != NULL; at++) {
        PyObject* name = PyUnicode_FromString(FORMS[at]);
        if (name == NULL || PyList_Append(found, name) < 0) Py_CLEAR(found);
        Py_XDECREF(name);
    }
    return found;
}

static PyObject* load_by(PyObject* self, PyObject* load) {
    Py_INCREF(load);
    Py_XSETREF(LOAD, load);
    Py_RETURN_NONE;
}

/* Whether no other thread could see a module half made: the import system, which would let it wait, is passed by. */
static int is_alone(void) {
    return PyThreadState_Next(PyInterpreterState_ThreadHead(PyInterpreterState_Get())) == NULL;
}

/* What compiled modules ask, in place of PyImport_ImportModule, for the modules that they cimport. */
PyObject* tcplife_import(const char* name) {
    struct room* room = find(name);
    PyObject* module;
    if (room == NULL || LOAD == NULL) return PyImport_ImportModule(name);
    if (room->key == NULL) room->key = PyUnicode_InternFromString(name);
    if (room->key == NULL) return NULL;
    module = PyDict_GetItemWithError(PyImport_GetModuleDict(), room->key);
    if (module != NULL && room->complete) {
        Py_INCREF(module);
        return module;
    }
    if (PyErr_Occurred()) return NULL;
    if (module != NULL || !is_alone()) return PyImport_ImportModule(name);
    return PyObject_CallFunctionObjArgs(LOAD, room->key, NULL);
}

static PyMethodDef FUNCTIONS[] = {
    {"create", create, METH_O, NULL},
    {"execute", execute, METH_O, NULL},
    {"forms", forms, METH_NOARGS, NULL},
    {"load_by", load_by, METH_O, NULL},
    {"names", names, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};
static struct PyModuleDef DEFINITION = {PyModuleDef_HEAD_INIT, "_rooms", NULL, -1, FUNCTIONS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rooms(void) { return PyModule_Create(&DEFINITION); }
"""
"""The C source of the module that begins the others. Source: PEP 489, Python/C API (multi-phase initialization)."""

ASK_HERE = ("PyImport_ImportModule", "tcplife_import")
"""Compiled modules ask each other for hundreds of functions and types: three thousand times in a start."""


get_directive_defaults().setdefault("no_gc", False)  # Cython takes for whole modules only what has a default


class BuildRooms(build_ext):
    """Setuptools' command, for an extension of many sources each of which is a module of its own."""

    def build_extension(self, ext: Extension) -> None:
        """Compile the modules side by side, then link them; those whose C source is as it was are not compiled again."""
        with ThreadPoolExecutor(self.parallel or 1) as pool:
            made = [pool.submit(self._object_of, ext, source) for source in ext.sources]
            try:
                objects = [each.result() for each in made]
            finally:
                pool.shutdown(cancel_futures=True)  # after the first that failed
        table = Path(self.build_temp, "rooms.c")
        table.write_text(table_of([module_of(source) for source in ext.sources], plain_forms(ext.sources)))
        linked = copy(ext)
        linked.sources = [str(table)]
        linked.extra_objects = objects
        super().build_extension(linked)

    def _object_of(self, ext: Extension, source: str) -> str:
        """The object file of one module, newly compiled where it is older than its C source."""
        name = module_of(source)
        directives = directives_of(source)
        (made,) = cythonize(
            [Extension(name, [source])], quiet=True, force=is_old(source), compiler_directives=directives
        )
        path: str
        (path,) = self.compiler.object_filenames(made.sources, output_dir=self.build_temp)
        if not Path(path).exists() or Path(path).stat().st_mtime <= Path(made.sources[0]).stat().st_mtime:
            # Every module's beginning is named after its last part alone; two rooms may have one of the same name.
            own = (f"PyInit_{name.rpartition('.')[2]}", beginning_of(name))
            self.compiler.compile(
                made.sources, output_dir=self.build_temp, macros=[own, ASK_HERE], extra_postargs=ext.extra_compile_args
            )
        return path


def is_old(source: str) -> bool:
    """Whether any declaration is newer than a module's C source: Cython does not know of all that a .py hangs on."""
    made = Path(source).with_suffix(".c")
    declared = Path(source.partition("/")[0]).rglob("*.pxd")
    return made.exists() and any(made.stat().st_mtime <= each.stat().st_mtime for each in declared)


def directives_of(source: str) -> dict[str, bool]:
    """What Cython is told of a module besides its first line: whether its objects are unknown to the garbage collector.

    They are if its .pxd says so of each of its classes (`@cython.no_gc`); Cython itself forgets what a .pxd says of a class
    whose body stands in a .py.
    """
    declared = Path(source).with_suffix(".pxd").read_text()
    classes = declared.count("\ncdef class ")
    return {"no_gc": 0 < classes == declared.count("\n@cython.no_gc\n")}


def module_of(source: str) -> str:
    """The module that a source file is: "tcplife.tracker.plain"."""
    return source.removesuffix(".py").replace("/", ".")


def beginning_of(module: str) -> str:
    """The C name of the function that begins a module."""
    return "PyInit_" + module.replace(".", "_")


def plain_forms(sources: list[str]) -> list[str]:
    """The modules that compiled ones have inlined by their .pxd, so that the .py is hardly ever asked for anything.

    One that does something when it is imported is none: it is imported for that.
    """
    found = []
    for types in Path(sources[0].partition("/")[0]).rglob("*.pxd"):
        source = types.with_suffix(".py")
        if str(source) in sources or not source.exists():
            continue
        if not any(isinstance(line, Expr) and isinstance(line.value, Call) for line in parse(source.read_text()).body):
            found.append(module_of(str(source)))
    return sorted(found)


def table_of(modules: list[str], forms: list[str]) -> str:
    """The C source of the module that knows all others."""
    return TABLE % {
        "declared": "\n".join(f"PyMODINIT_FUNC {beginning_of(module)}(void);" for module in modules),
        "forms": ", ".join([*(f'"{form}"' for form in forms), "NULL"]),
        "listed": ",\n".join(f'    {{"{module}", {beginning_of(module)}, NULL, 0}}' for module in sorted(modules)),
    }
