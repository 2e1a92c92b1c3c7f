cimport cython

from tcplife.model.connection cimport Connection
from tcplife.summary.levels cimport Level

cdef int MAX_SERVICES, MAX_SECONDS, SKETCH_BITS, UNFINISHED, UNANSWERED
cdef long long HALF_OPEN_NS
cdef unsigned long long MULTIPLIER, M64


@cython.final
cdef class Service:
    cdef public long long syns, completed, unfinished, rate_peak, first_packet, last_packet
    cdef public Level half_open
    cdef public dict seconds
    cdef bytearray _bits

    @cython.locals(second=cython.longlong, rate=cython.longlong, seconds=dict)
    cpdef count(self, Connection c)
    cdef _forget_seconds(self)
    @cython.locals(leave_ns=cython.longlong, bits=bytearray, mixed=cython.ulonglong)
    cpdef leave_open(self, Connection c, long long now_ns)


@cython.final
cdef class Floods:
    cdef dict _services

    @cython.locals(service=Service, how=cython.int)
    cpdef take(self, Connection c, long long now_ns)
    cdef bint _make_room(self) except -1
