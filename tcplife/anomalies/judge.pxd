cimport cython

from cpython cimport array as arrays

from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport Judgement, ResetFacts
from tcplife.model cimport longs
from tcplife.anomalies cimport asking
from tcplife.anomalies.ending cimport Ending
from tcplife.anomalies.rule cimport EndRule, Rule
from tcplife.model.names cimport CLOSE_WAIT, FIN_WAIT_2, SYN_RECEIVED
from tcplife.tracker.account cimport Account
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport DSACK, LATE_COPY
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation

cdef long long NO_VALUE
cdef int DUPLICATE_ACK_BIT, MAX_ANOMALIES, FIRST_NOT_OPENED, LAST_NOT_OPENED, LOST_AFTER_CAPTURE, LOST_BEFORE_CAPTURE, REPEATED_NEEDLESSLY
cdef long long NOT_LOST
cdef int BOTH_SYNS, CUT, FIN_OPEN, FORGED, HALF_OPEN, ICMP, LONG_HALF, PROBED, PROVOKED, REFUSED, REOPENED, RESET_LOSES, STUCK
cdef int TIMED_OUT, UNACKED, UNANSWERED, UNREACHABLE, ENOUGH_TRIES, TIMESTAMPS, MANY_SEGMENTS
cdef long long FULL_OF_FOUR, LONG_HALF_NS, QUIET_NS
cdef int ANSWERED, LOST, OWN_FIN, OWN_SYN, PAUSE, STEP
cdef Py_ssize_t NO
cdef arrays.array NUMBERS
cdef list RULES
cdef int MAX_ASKED
cdef dict _ASKED, _ASKED_AT_END

@cython.locals(rows=arrays.array)
cpdef add(Life life, long long packet, int side, int kind, long long value, long long related)
@cython.locals(life=Life, packet=cython.longlong, side=cython.int, bit=cython.int, facts=cython.longlong)
cpdef judge(Observation o, long long wire_flags, long long number)
@cython.locals(at=Py_ssize_t)
cdef _was_not_lost(Life life, long long packet)
@cython.locals(asked=tuple, rule=Rule, found=Py_ssize_t)
cdef _ask_rules(Observation o, Life life, long long facts)
cdef Py_ssize_t _related(Observation o, Life life, int which) except? -1
@cython.locals(about=cython.int, asked=tuple, end=Ending, rule=EndRule)
cpdef judge_life(Connection c, Life life, Endpoint client, Endpoint server)
@cython.locals(about=cython.int, judgement=Judgement, account=Account, tries=cython.longlong, unacked=cython.bint)
cdef int _about(Connection c, Life life, Endpoint client, Endpoint server) except -1
@cython.locals(about=cython.int)
cdef int _not_opened(Connection c, Endpoint server) except -1
cdef bint _differ(Endpoint client, Endpoint server) noexcept
@cython.locals(about=cython.int, is_open=cython.bint)
cdef int _closing(Judgement judgement, Endpoint client, Endpoint server) noexcept
cdef bint _waits(int state) noexcept
@cython.locals(about=cython.int, reset=ResetFacts)
cdef int _reset(Connection c, Judgement judgement) except -1
@cython.locals(taken=cython.int)
cdef bint _is_cut(Endpoint e, Endpoint p) noexcept
@cython.locals(size=Py_ssize_t, at=Py_ssize_t, packets="long long*", latest=cython.longlong)
cdef bint _is_ordered(object rows) except -1
@cython.locals(at=Py_ssize_t, packet=cython.longlong)
cpdef in_packet_order(Connection c)
