"""How the compiled form is built: every typed module, and all of them together in one file, `tcplife/_rooms`.

In: the sources that pyproject.toml lists. Out: one extension module, which `tcplife.rooms` finds the others in. Runs when
the package is installed, never afterwards; what fails here leaves the plain form.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler.Options import get_directive_defaults
from setuptools import Extension
from setuptools.command.build_ext import build_ext

TABLE = """
#include <Python.h>

%(declared)s

static const struct {
    const char* name;
    PyObject* (*begin)(void);
} ROOMS[] = {
%(listed)s
};
#define COUNT (sizeof(ROOMS) / sizeof(ROOMS[0]))

static PyObject* create(PyObject* self, PyObject* spec) {
    PyObject* name = PyObject_GetAttrString(spec, "name");
    PyObject* definition = NULL;
    size_t at;
    if (name == NULL) return NULL;
    for (at = 0; at < COUNT; at++)
        if (PyUnicode_CompareWithASCIIString(name, ROOMS[at].name) == 0) break;
    if (at < COUNT) definition = ROOMS[at].begin();
    else PyErr_SetObject(PyExc_ImportError, name);
    Py_DECREF(name);
    return definition == NULL ? NULL : PyModule_FromDefAndSpec((PyModuleDef*)definition, spec);
}

static PyObject* execute(PyObject* self, PyObject* module) {
    PyModuleDef* definition = PyModule_GetDef(module);
    if (definition == NULL || PyModule_ExecDef(module, definition) < 0) return NULL;
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

static PyMethodDef FUNCTIONS[] = {
    {"create", create, METH_O, NULL},
    {"execute", execute, METH_O, NULL},
    {"names", names, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};
static struct PyModuleDef DEFINITION = {PyModuleDef_HEAD_INIT, "_rooms", NULL, -1, FUNCTIONS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rooms(void) { return PyModule_Create(&DEFINITION); }
"""
"""The C source of the module that begins the others. Source: PEP 489, Python/C API (multi-phase initialization)."""


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
        table.write_text(table_of([module_of(source) for source in ext.sources]))
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
                made.sources, output_dir=self.build_temp, macros=[own], extra_postargs=ext.extra_compile_args
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


def table_of(modules: list[str]) -> str:
    """The C source of the module that knows all others."""
    return TABLE % {
        "declared": "\n".join(f"PyMODINIT_FUNC {beginning_of(module)}(void);" for module in modules),
        "listed": ",\n".join(f'    {{"{module}", {beginning_of(module)}}}' for module in modules),
    }
