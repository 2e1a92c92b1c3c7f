cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs

cdef extern from *:
    int EXACT "((int){8192})"
    int BUCKETS "((int){2048})"
    long long FIRST_WIDTH_NS "((long long){1048576LL})"

cdef arrays.array NUMBERS


@cython.no_gc
cdef class Level:
    cdef long long _enter_ns, _leave_ns, _stays, _width
    cdef arrays.array _events, _folded
    cdef public bint exact

    cpdef begin(self)
    @cython.locals(events=arrays.array)
    cpdef stay(self, long long enter_ns, long long leave_ns)
    @cython.locals(events=arrays.array)
    cdef arrays.array _kept(self)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong, event=cython.longlong, at=Py_ssize_t, size=Py_ssize_t, kept=arrays.array, events="long long*")
    cpdef tuple peak(self)
    @cython.locals(level=cython.longlong, best=cython.longlong, best_ns=cython.longlong, at=Py_ssize_t, size=Py_ssize_t, buckets="long long*")
    cdef tuple _peak_of_buckets(self, arrays.array folded)
    @cython.locals(kept=arrays.array, folded=arrays.array)
    cdef _fold(self)
    @cython.locals(made=arrays.array, index=cython.longlong, net=cython.longlong, high=cython.longlong, event=cython.longlong, until=cython.longlong, number=Py_ssize_t, size=Py_ssize_t, events="long long*")
    cdef arrays.array _in_buckets(self, arrays.array kept)
    @cython.locals(made=arrays.array, ours="long long*", theirs="long long*", our_size=Py_ssize_t, their_size=Py_ssize_t, at=Py_ssize_t, other=Py_ssize_t, net=cython.longlong, high=cython.longlong)
    cdef arrays.array _joined(self, arrays.array known, arrays.array more)

@cython.locals(wide=arrays.array, size=Py_ssize_t, at=Py_ssize_t, buckets="long long*", index=cython.longlong, net=cython.longlong, high=cython.longlong)
cdef arrays.array _widened(arrays.array folded)
cdef _note(arrays.array events, long long enter_ns, long long leave_ns)
