cimport cython

from tcplife.model cimport keys
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport Judgement
from tcplife.summary.levels cimport Level

cdef int MAX_SERVICES, MAX_SECONDS, SKETCH_BITS, UNFINISHED, UNANSWERED
cdef long long HALF_OPEN_NS, SECOND_NS, NO_SECOND
cdef unsigned long long MULTIPLIER, M64


@cython.final
@cython.no_gc
cdef class Service:
    cdef public unsigned long long hi, lo
    cdef public int port, ip_version
    cdef public long long syns, completed, unfinished, rate, rate_peak, second, first_packet, last_packet
    cdef public Level half_open
    cdef public dict seconds
    cdef bytearray _bits

    cdef bint is_for(self, Connection c) noexcept
    @cython.locals(second=cython.longlong)
    cpdef count(self, Connection c)
    @cython.locals(seconds=dict)
    cdef _turn_to(self, long long second)
    @cython.locals(leave_ns=cython.longlong, bits=bytearray, mixed=cython.ulonglong, half_open=Level)
    cpdef leave_open(self, Connection c, long long now_ns)


@cython.final
cdef class Floods:
    cdef Service _latest
    cdef dict _services

    @cython.locals(service=Service, how=cython.int, judgement=Judgement)
    cpdef take(self, Connection c, long long now_ns)
    @cython.locals(service=Service, latest=Service)
    cdef Service _of(self, Connection c)
    cdef _make_room(self)
