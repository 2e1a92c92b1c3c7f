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

cdef int LOST_AFTER_CAPTURE, LOST_BEFORE_CAPTURE, REPEATED_NEEDLESSLY
cdef extern from *:
    long long NO_VALUE "((long long){-0x4000000000000000LL})"
    int DUPLICATE_ACK_BIT "((int){4})"
    int MAX_ANOMALIES "((int){20000})"
    int FIRST_NOT_OPENED "((int){3})"
    int LAST_NOT_OPENED "((int){6})"
    long long NOT_LOST "((long long){0x40000080000000LL})"
    int BOTH_SYNS "((int){16})"
    int CUT "((int){65536})"
    int FIN_OPEN "((int){32})"
    int FORGED "((int){1024})"
    int HALF_OPEN "((int){8})"
    int ICMP "((int){2048})"
    int LONG_HALF "((int){128})"
    int PROBED "((int){16384})"
    int PROVOKED "((int){256})"
    int REFUSED "((int){2})"
    int REOPENED "((int){4096})"
    int RESET_LOSES "((int){512})"
    int STUCK "((int){64})"
    int TIMED_OUT "((int){32768})"
    int UNACKED "((int){8192})"
    int UNANSWERED "((int){1})"
    int UNREACHABLE "((int){4})"
    int ENOUGH_TRIES "((int){2})"
    int TIMESTAMPS "((int){12})"
    int MANY_SEGMENTS "((int){8})"
    long long FULL_OF_FOUR "((long long){3LL})"
    long long LONG_HALF_NS "((long long){0xdf8475800LL})"
    long long QUIET_NS "((long long){1000000000LL})"
    int ANSWERED "((int){2})"
    int LOST "((int){1})"
    int OWN_FIN "((int){4})"
    int OWN_SYN "((int){3})"
    int PAUSE "((int){5})"
    int STEP "((int){6})"
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"

cdef arrays.array NUMBERS
cdef list RULES
cdef extern from *:
    int MAX_ASKED "((int){1024})"

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
