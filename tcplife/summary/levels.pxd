cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs

cdef int EXACT, BUCKETS
cdef long long FIRST_WIDTH_NS


@cython.no_gc
cdef class Level:
    cdef long long _enter_ns, _leave_ns, _stays, _width
    cdef arrays.array _events
    cdef dict _buckets
    cdef public bint exact

    cpdef begin(self)
    @cython.locals(events=arrays.array)
    cpdef stay(self, long long enter_ns, long long leave_ns)
    @cython.locals(events=arrays.array)
    cdef arrays.array _kept(self)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong, event=cython.longlong, at=Py_ssize_t, size=Py_ssize_t, kept=arrays.array, events="long long*")
    cpdef tuple peak(self)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong)
    cdef tuple _peak_of_buckets(self, dict buckets)
    @cython.locals(index=cython.longlong, net=cython.longlong, high=cython.longlong, event=cython.longlong, until=cython.longlong, number=Py_ssize_t, size=Py_ssize_t, kept=arrays.array, events="long long*")
    cdef _fold(self)
    cdef _put(self, dict buckets, long long index, long long net, long long high)
    @cython.locals(wide=dict)
    cdef dict _widen(self, dict buckets)

cdef _note(arrays.array events, long long enter_ns, long long leave_ns)
