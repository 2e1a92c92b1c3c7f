cimport cython

from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement, ResetFacts
from tcplife.tracker.account cimport Account
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life

cdef int CLOSE_WAIT, FIN_WAIT_2, SYN_RECEIVED, SIMULTANEOUS, FAST_OPEN, UNFINISHED, BEFORE_CAPTURE
cdef int ACTORS, BOTH_SIDES, THE_CONNECTION
cdef list _OWED, _STARTS
cdef long long MINUTE_NS, SECOND_NS, MS_NS

@cython.locals(by=cython.int)
cpdef judge_verdict(Connection c, Life life, Endpoint client, Endpoint server)
cpdef str span(long long ns)
cpdef str octets(long long count)
@cython.locals(judgement=Judgement)
cdef str _start(Connection c, int by)
@cython.locals(judgement=Judgement, client=SideStats, server=SideStats)
cdef str _acknowledged(Connection c)
cdef str _unacknowledged(Judgement judgement, SideStats client, SideStats server)
@cython.locals(by=cython.int, first=SideStats, second=SideStats)
cdef str _second_fin(Connection c)
@cython.locals(judgement=Judgement, by=cython.int)
cdef str _half(Connection c)
@cython.locals(r=ResetFacts, by=cython.int)
cdef str _reset(Connection c)
cdef str _icmp(Connection c, Life life)
@cython.locals(account=Account, by=cython.int, side=cython.int, tries=cython.int)
cdef str _timed_out(Connection c, Life life)
@cython.locals(judgement=Judgement, account=Account, tries=cython.int, by=cython.int)
cdef str _still_open(Connection c, Life life, Endpoint client, Endpoint server)
cdef bint _has_half(int state) noexcept
cdef str _turn(Judgement judgement)
