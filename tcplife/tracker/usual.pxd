cimport cython

from tcplife.model.names cimport (
    ACK, CWR, ECE, ESTABLISHED, FIN, FIN_WAIT_1, LAST_ACK, LISTEN, SYN, SYN_RECEIVED, SYN_SENT
)
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport TOLD
from tcplife.tracker.life cimport Life
from tcplife.tracker.usual_closing cimport closes
from tcplife.tracker.usual_opening cimport accepts, answers, asks, completes

cdef extern from *:
    int FIN_ACK "((int){17})"
    int SYN_ACK "((int){18})"

@cython.locals(flags=cython.int)
cpdef bint take_usual(Life life, Endpoint e, Endpoint p, Segment s, long long two_msl_ns) except -1
