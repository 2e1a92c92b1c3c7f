cimport cython

from tcplife.model cimport longs
from tcplife.model.close_kinds cimport (
    ACK_FIN, ACK_OCTETS, ACK_SYN_ACK, ANSWER_SYN, BEFORE_CAPTURE, BETWEEN, BOTH_NEAR, BY_INFERENCE, CLOSE_HALF,
    FAST_OPEN, NEAR_CLIENT, NEAR_SERVER, REFUSED, SIMULTANEOUS, THREE_SEGMENT, UNANSWERED, UNFINISHED, UNREACHABLE
)
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement
from tcplife.model.names cimport BY_IMPLICATION, CLOSE_WAIT, CLOSING, FIN_WAIT_1, LAST_ACK, SYN_RECEIVED, SYN_SENT
from tcplife.tracker.account cimport Account
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life

cdef extern from *:
    int SENT_SYN "((int){1})"
    int SENT_SYN_ACK "((int){2})"
    int GOT_ACK_OF_SYN "((int){4})"
    int GOT_ICMP "((int){8})"
    int IMPLIED "((int){16})"
    long long FAR "((long long){5LL})"
    long long NEAR_NS "((long long){300000LL})"

cdef bytearray _EVENT_BITS

cdef bytearray _event_bits()
@cython.locals(judgement=Judgement, account=Account)
cpdef judge(Connection c, Life life, Endpoint client, Endpoint server)
@cython.locals(bits=bytearray, mine=cython.int, other=cython.int, size=Py_ssize_t, rows="long long*", at=Py_ssize_t, code=cython.longlong, bit=cython.int)
cdef _judge_opening(Connection c, Judgement judgement, Endpoint client, Endpoint server)
cdef int _how(Connection c, int mine, int other, Endpoint client, Endpoint server) except -1
cdef int _acked(Endpoint e, Endpoint p, SideStats stats) except? -1
@cython.locals(turn=cython.int, why=cython.int)
cdef _judge_turn(Judgement judgement, Endpoint client, Endpoint server, SideStats of_client, SideStats of_server)
cdef _take_split(Judgement judgement, Account account, Endpoint client, Endpoint server)
cdef _judge_handshake(Connection c, Judgement judgement, Account account, Endpoint client, Endpoint server)
@cython.locals(to_server=cython.longlong, to_client=cython.longlong)
cdef _judge_place(Connection c, Judgement judgement)
