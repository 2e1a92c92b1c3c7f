cimport cython

from tcplife.model cimport longs

cdef int ROW_WIDTH, WITHDRAWN


@cython.locals(at=Py_ssize_t, code=cython.longlong, side=Py_ssize_t)
cpdef object in_order(object rows)
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, rows="long long*", code=cython.longlong, of_a=cython.longlong, of_b=cython.longlong, latest=cython.longlong, mark=cython.longlong)
cpdef bint is_ordered(object log) except -1
