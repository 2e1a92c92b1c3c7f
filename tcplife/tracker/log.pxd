cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs

cdef extern from *:
    int ROW_WIDTH "((int){4})"
    int WITHDRAWN "((int){-1})"

cdef arrays.array NUMBERS
cdef bytes EVENT_OF


@cython.locals(size=Py_ssize_t, rows="long long*", ordered=arrays.array, a=Py_ssize_t, b=Py_ssize_t, of_a=cython.longlong, of_b=cython.longlong)
cpdef object in_order(object log)
cdef Py_ssize_t _next_of(long long* rows, Py_ssize_t size, Py_ssize_t at, int side) noexcept
cdef long long _mark(long long* rows, Py_ssize_t at, long long reached) noexcept
@cython.locals(at=Py_ssize_t, code=cython.longlong)
cpdef withdraw_first(arrays.array log, int side, int event)
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, rows="long long*", code=cython.longlong, of_a=cython.longlong, of_b=cython.longlong, latest=cython.longlong, mark=cython.longlong)
cpdef bint is_ordered(object log) except -1
