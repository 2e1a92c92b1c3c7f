cimport cython


@cython.final
@cython.no_gc
cdef class Islands:
    cdef public list limits
    cdef public long long joined
    @cython.locals(limits=list, count=Py_ssize_t, reached=cython.longlong)
    cpdef Py_ssize_t add(self, long long start, long long end) except -1
    @cython.locals(limits=list, first=Py_ssize_t, count=Py_ssize_t, last=Py_ssize_t, new=cython.longlong, low=cython.longlong, high=cython.longlong, overlap=cython.longlong)
    cpdef Py_ssize_t _add_among(self, long long start, long long end) except -1
    cpdef _join_nearest(self)
    @cython.locals(limits=list, low=cython.longlong, high=cython.longlong)
    cpdef Py_ssize_t reach(self, long long edge) except? -1
    @cython.locals(limits=list, total=cython.longlong, overlap=cython.longlong, at=Py_ssize_t)
    cpdef Py_ssize_t covered(self, long long start, long long end) except -1
