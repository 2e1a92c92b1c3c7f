cimport cython

from tcplife.model.close_kinds cimport BEFORE_CAPTURE, BOTH_SIDES, FAST_OPEN, SIMULTANEOUS, THE_CONNECTION, UNFINISHED
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement, ResetFacts
from tcplife.model.names cimport CLOSE_WAIT, FIN_WAIT_2, UNKNOWN

cdef extern from *:
    int ACTORS "((int){4})"
    long long MINUTE_NS "((long long){0xdf8475800LL})"
    long long SECOND_NS "((long long){1000000000LL})"
    long long MS_NS "((long long){1000000LL})"

@cython.locals(by=cython.int)
cpdef str sentence(Connection c)
cdef str _unanswered(Connection c)
cpdef str span(long long ns)
cpdef str octets(long long count)
cpdef str other(int by)
cpdef str start(Connection c, int by)
@cython.locals(judgement=Judgement)
cpdef Py_ssize_t start_of(Connection c, int by) except? -1
@cython.locals(judgement=Judgement, client=SideStats, server=SideStats)
cpdef str acknowledged(Connection c)
@cython.locals(judgement=Judgement, client=SideStats, server=SideStats)
cpdef str unacknowledged(Connection c)
@cython.locals(by=cython.int, first=SideStats, second=SideStats)
cdef str _second_fin(Connection c)
@cython.locals(judgement=Judgement, by=cython.int)
cdef str _half(Connection c)
@cython.locals(r=ResetFacts, by=cython.int)
cdef str _reset(Connection c)
@cython.locals(judgement=Judgement, by=cython.int)
cdef str _still_open(Connection c)
@cython.locals(judgement=Judgement)
cpdef bint is_half_closed(Connection c) except -1
@cython.locals(judgement=Judgement)
cpdef bint is_out_of_sight(Connection c) except -1
cdef bint _has_half(int state) noexcept
cpdef str turn(Judgement judgement)
