cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.inbox cimport Candidate, Inbox
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.timing cimport Timing

cdef int BY_IMPLICATION, BY_SENDING, CLOSED, CWR, ECE, LISTEN, SYN_RECEIVED, SYN_SENT, UNKNOWN
cdef long long LOST_HANDSHAKE_ACK, LOST_RST, LOST_SYN_ACK, MSS_CHANGED, SYN_ACK_OTHER, SYN_ACK_REPEATED, SYN_IN_LIFE, SYN_OTHER, SYN_REPEATED
cdef int GETS_ACK_OF_SYN, GETS_ICMP_ERROR, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN, GETS_SYN_ACK, SENDS_SYN, SENDS_SYN_ACK

@cython.locals(timing=Timing)
cpdef Py_ssize_t hop_ns(Endpoint e, Endpoint p) except -1
@cython.locals(inbox=Inbox, candidate=Candidate)
cpdef disprove(Observation o, Endpoint e, int event, long long fact)
cdef int UNSURE
cdef long long STALE_CLOCK_NS

cpdef bint is_copy(Observation o, int ip_id, long long ts_val, long long sent_ns) except -1
cpdef note_options(Endpoint e, Observation o)
@cython.locals(e=Endpoint, p=Endpoint, life=Life)
cpdef sends_syn(Observation o)
@cython.locals(e=Endpoint, p=Endpoint, life=Life, packet=cython.longlong, mark=cython.longlong, candidate=Candidate)
cpdef sends_syn_ack(Observation o)
cdef _start_numbers(Observation o, Endpoint e)
cdef _time_handshake(Observation o, Endpoint e, Endpoint p)
cdef _imply_syn(Observation o, Endpoint p)
@cython.locals(life=Life, inbox=Inbox, candidate=Candidate)
cdef bint _restarts(Observation o, Endpoint e) except -1
cdef _answers_stale_syn(Observation o, Endpoint e)
