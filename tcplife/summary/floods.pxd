cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.close_kinds cimport UNANSWERED, UNFINISHED
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport Judgement
from tcplife.summary.spots cimport Spot, Spots

cdef extern from *:
    int MAX_SERVICES "((int){2048})"
    int MAX_SECONDS "((int){1024})"
    int SKETCH_BITS "((int){65536})"
    long long HALF_OPEN_NS "((long long){0xeab17b600LL})"
    long long SECOND_NS "((long long){1000000000LL})"
    long long NO_SECOND "((long long){-0x4000000000000000LL})"
    unsigned long long MULTIPLIER "((unsigned long long){0x9e3779b97f4a7c15ULL})"
    unsigned long long M64 "((unsigned long long){0xffffffffffffffffULL})"
    int PARTS "((int){4})"

cdef arrays.array NUMBERS


@cython.final
@cython.no_gc
cdef class Service(Spot):
    cdef public long long syns, completed, unfinished, rate, rate_peak, second, first_packet, last_packet
    cdef public dict seconds
    cdef bytearray _bits
    cdef int _first_bit

    cpdef name(self, Connection c)
    cdef bint is_for(self, Connection c) noexcept
    @cython.locals(second=cython.longlong)
    cpdef count(self, Connection c)
    @cython.locals(seconds=dict)
    cdef _turn_to(self, long long second)
    @cython.locals(leave_ns=cython.longlong, bits=bytearray, mixed=cython.ulonglong)
    cpdef leave_open(self, Connection c, long long now_ns)


@cython.final
@cython.no_gc
cdef class Floods:
    cdef Service _latest
    cdef Spots _services

    @cython.locals(service=Service, how=cython.int, judgement=Judgement)
    cpdef take(self, Connection c, long long now_ns)
    @cython.locals(service=Service, latest=Service, services=Spots)
    cdef Service _of(self, Connection c)

@cython.locals(kept=list, alike=list, part=cython.int, size=Py_ssize_t, at=Py_ssize_t, parts=arrays.array, copy=arrays.array, numbers="long long*", differ=cython.bint, limit=cython.longlong)
cpdef list busiest(list services, Py_ssize_t count)
@cython.locals(low=Py_ssize_t, high=Py_ssize_t, left=Py_ssize_t, right=Py_ssize_t, pivot=cython.longlong, number=cython.longlong)
cdef long long _nth(long long* numbers, Py_ssize_t size, Py_ssize_t nth) noexcept
cdef long long _part(Service service, int part) noexcept
