cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs

cdef int MAX_SAMPLES, MAX_FLIGHT, ROOM
cdef arrays.array NUMBERS


@cython.final
@cython.no_gc
cdef class Timing:
    cdef arrays.array flight
    cdef public int from_, in_flight, room, count, step, skip
    cdef public long long min_ns, max_ns, sum_ns
    cdef public object samples

    @cython.locals(at=Py_ssize_t, flight="long long*")
    cpdef sends(self, long long end, long long ts_ns)
    @cython.locals(at=Py_ssize_t, base=Py_ssize_t, flight="long long*", bigger="long long*", room=arrays.array)
    cpdef bint _make_room(self) except -1
    @cython.locals(at=Py_ssize_t, flight="long long*")
    cpdef repeats(self, long long start)
    @cython.locals(at=Py_ssize_t, flight="long long*")
    cpdef fills(self, long long start, long long end, long long ts_ns)
    @cython.locals(at=Py_ssize_t, stop=Py_ssize_t, sent=cython.longlong, flight="long long*")
    cpdef acknowledged(self, long long upto, long long ts_ns)
    cpdef sample(self, long long rtt_ns)


@cython.final
@cython.no_gc
cdef class Recent:
    cdef public long long a0, a1, a2, a3, b0, b1, b2, b3, t0, t1, t2, t3

    cpdef long long age(self, long long a, long long b, long long ts_ns) noexcept
    cpdef note(self, long long a, long long b, long long ts_ns)
