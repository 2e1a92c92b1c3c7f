from tcplife.model.connection cimport Connection

# Where there is no count of who holds an object, or threads change it side by side, nobody can tell.
cdef extern from *:
    """
    #if defined(PYPY_VERSION) || defined(GRAALVM_PYTHON) || defined(Py_LIMITED_API) || defined(Py_GIL_DISABLED)
    #define TCPLIFE_HELD_ONCE(object) 0
    #else
    #define TCPLIFE_HELD_ONCE(object) (Py_REFCNT((PyObject *) (object)) == 1)
    #endif
    #define TCPLIFE_MADE(list, at) ((void *) PyList_GET_ITEM(list, at))
    #define TCPLIFE_AS_LONG(one, other) \
        (Py_TYPE((PyObject *) (one)) == Py_TYPE((PyObject *) (other)) \
        && Py_SIZE((PyVarObject *) (one)) == Py_SIZE((PyVarObject *) (other)))
    """
    bint TCPLIFE_HELD_ONCE(void* held) noexcept
    void* TCPLIFE_MADE(list made, Py_ssize_t at) noexcept
    bint TCPLIFE_AS_LONG(void* one, void* other) noexcept


cdef inline bint are_spare(void* rows, void* like) noexcept:
    if rows == <void*>None or like == <void*>None:
        return rows == like
    return TCPLIFE_HELD_ONCE(rows) and TCPLIFE_AS_LONG(rows, like)


# Whoever held it may have changed it: rows are still what can be written anew.
cdef inline bint is_spare(list made, Py_ssize_t at, Connection like) noexcept:
    cdef void* c = TCPLIFE_MADE(made, at)
    return (
        c != <void*>None and TCPLIFE_HELD_ONCE(c)
        and are_spare(<void*>(<Connection>c).transition_rows, <void*>like.transition_rows)
        and are_spare(<void*>(<Connection>c).anomaly_rows, <void*>like.anomaly_rows)
    )
