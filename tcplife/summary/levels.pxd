cimport cython

cdef int EXACT, BUCKETS
cdef long long FIRST_WIDTH_NS


@cython.final
cdef class Level:
    cdef object _events
    cdef dict _buckets
    cdef long long _width
    cdef public bint exact

    cpdef stay(self, long long enter_ns, long long leave_ns)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong, event=cython.longlong)
    cpdef tuple peak(self)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong)
    cdef tuple _peak_of_buckets(self, dict buckets)
    @cython.locals(index=cython.longlong, net=cython.longlong, high=cython.longlong, event=cython.longlong, at=cython.longlong)
    cdef _fold(self)
    cdef _put(self, dict buckets, long long index, long long net, long long high)
    @cython.locals(wide=dict)
    cdef dict _widen(self, dict buckets)
