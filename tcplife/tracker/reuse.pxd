cimport cython

from tcplife.model.names cimport ACK, BY_RECEIVING, CLOSED, FIN, FIN_WAIT_1, LISTEN, M32, RST, SYN, SYN_RECEIVED, SYN_SENT, TIME_WAIT, UNKNOWN
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.timestamps cimport is_older
from tcplife.tracker.transitions cimport GETS_ACK_OF_SYN, GETS_FIN, GETS_NEW_SYN, GETS_RST, GETS_SYN_ACK

cdef bytes EVENT_OF
cdef extern from *:
    long long HALF "((long long){0x80000000LL})"
    long long RETRY_NS "((long long){1000000000LL})"
    long long IDLE_NS "((long long){0x4e94914f0000LL})"
    long long REUSE_STEP "((long long){65537LL})"
    long long SLOWEST_TICK_NS "((long long){120000000LL})"
    long long ISN_TICK_NS "((long long){64LL})"
    long long ISN_SLACK_NS "((long long){2000000LL})"

@cython.locals(e=Endpoint, p=Endpoint, waits=cython.bint, is_copy=cython.bint, stands=cython.bint)
cpdef int decide(Life life, int side, Segment s) except -1
@cython.locals(life=Life, s=Segment, e=Endpoint, candidate=Candidate)
cpdef reopens_in_vain(Observation o, Endpoint p)
@cython.locals(e=Endpoint, p=Endpoint, beyond=cython.longlong, at=Py_ssize_t, silent=cython.bint)
cpdef stays_behind(Life fresh, Life old, long long now_ns, long long two_msl_ns)
cdef bint _is_newer(Endpoint e, Endpoint p, long long value) except -1
@cython.locals(first=Segment, segment=Segment, most=cython.longlong)
cdef Py_ssize_t _longest(list held) except? -1
cdef bint _asks_again(Endpoint e, Segment s) except -1
@cython.locals(segment=Segment)
cdef bint _answers_crossing(list held, Segment s) except -1
