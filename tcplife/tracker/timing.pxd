cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.tracker.facts cimport FLIGHT_ROOM

cdef extern from *:
    int EARLY "((int){16})"
    int MAX_SAMPLES "((int){128})"
    int MAX_FLIGHT "((int){1024})"
    long long LONGEST "((long long){0xffffffffLL})"

cdef arrays.array NUMBERS, SHORT_NUMBERS


@cython.final
@cython.no_gc
cdef class Timing:
    # In this order what is usual, one or few in flight and few samples, lies in few cache lines: with one it is the first.
    cdef public short in_flight, from_, room, head, size, kept
    cdef public int skip
    cdef public long long min_ns
    cdef long long[16] near
    cdef unsigned int[16] early
    cdef public arrays.array samples
    cdef arrays.array far
    cdef public int step, count
    cdef public long long max_ns, sum_ns

    cpdef begin(self)
    cdef long long* _pairs(self) noexcept
    @cython.locals(at=Py_ssize_t, pairs="long long*")
    cpdef sends(self, long long end, long long ts_ns)
    cdef bint _has_room(self) except -1
    @cython.locals(at=Py_ssize_t, place=Py_ssize_t, pairs="long long*", to="long long*", wider=arrays.array)
    cdef _widen(self)
    cpdef rest(self)
    @cython.locals(at=Py_ssize_t, place=Py_ssize_t, pairs="long long*")
    cpdef repeats(self, long long start)
    @cython.locals(at=Py_ssize_t, place=Py_ssize_t, before=Py_ssize_t, pairs="long long*")
    cpdef fills(self, long long start, long long end, long long ts_ns)
    @cython.locals(room=cython.int, left=cython.int, last=cython.int, place=cython.int, pairs="long long*")
    cpdef acknowledged(self, long long upto, long long ts_ns)
    cpdef sample(self, long long rtt_ns)
    @cython.locals(samples=arrays.array)
    cdef _sample_further(self, long long rtt_ns)
    @cython.locals(samples=arrays.array, at=Py_ssize_t)
    cdef arrays.array _take_early(self)
    @cython.locals(at=Py_ssize_t, rtt_ns=cython.longlong)
    cpdef sum_up(self)
    cpdef Py_ssize_t count_kept(self) except? -1
    @cython.locals(samples=arrays.array)
    cpdef put_in_order(self)
    @cython.locals(samples=arrays.array)
    cpdef long long kept_at(self, Py_ssize_t number) noexcept


@cython.locals(made=Timing)
cpdef Timing new_timing()
