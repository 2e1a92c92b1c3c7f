cimport cython

from tcplife.model.names cimport (
    BY_IMPLICATION, BY_SENDING, CLOSED, CLOSE_WAIT, CLOSING, CWR, ECE, ESTABLISHED, FIN, FIN_WAIT_1,
    FIN_WAIT_2, LAST_ACK, LISTEN, M32, SYN_RECEIVED, SYN_SENT, TIME_WAIT, UNKNOWN
)
from tcplife.model.segment cimport Segment
from tcplife.tracker.closing cimport fin_with_syn_ack
from tcplife.tracker.cookies cimport lies_back, may_keep_nothing
from tcplife.tracker.crossing cimport was_active, was_crossed
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport before_its_reset, disprove, disprove_reset, hop_ns, is_copy, offer
from tcplife.tracker.facts cimport (
    AFTER_CLOSE, LOST_FIN, LOST_HANDSHAKE_ACK, LOST_RST, LOST_SYN_ACK, MSS_CHANGED, SOONEST_REPEAT_NS,
    SYN_ACK_OTHER, SYN_ACK_REPEATED, SYN_IN_LIFE, SYN_OTHER, SYN_REPEATED, UNSURE
)
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.log cimport withdraw_first
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.reuse cimport reopens_in_vain
from tcplife.tracker.stragglers cimport answers_copy, calls_no_more, calls_still
from tcplife.tracker.timestamps cimport echoes_wrongly, is_older
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.transitions cimport (
    GETS_ACK_OF_SYN, GETS_FIN, GETS_ICMP_ERROR, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN, GETS_SYN_ACK,
    SENDS_RST, SENDS_SYN, SENDS_SYN_ACK
)


cpdef void note_options(Endpoint e, Segment s) noexcept
@cython.locals(e=Endpoint, p=Endpoint, life=Life, gone=cython.bint, overtaken=cython.bint)
cpdef sends_syn(Observation o)
@cython.locals(e=Endpoint, p=Endpoint, life=Life, packet=cython.longlong, candidate=Candidate, again=bint)
cpdef sends_syn_ack(Observation o)
@cython.locals(life=Life)
cpdef imply_syn_ack(Observation o, Endpoint e, Endpoint p)
cdef _start_numbers(Observation o, Endpoint e)
cdef _time_handshake(Observation o, Endpoint e, Endpoint p)
cdef _imply_syn(Observation o, Endpoint p)
@cython.locals(life=Life, p=Endpoint, inbox=Candidate, candidate=Candidate, isn=cython.longlong, answers_syn=bint)
cdef bint _restarts(Observation o, Endpoint e) except -1
cdef bint _spoke_in_vain(Endpoint e, Endpoint p) except -1
cdef _forget_octets(Endpoint e, Endpoint p)
cdef _start_at(Observation o, Endpoint e)
@cython.locals(s=Segment)
cdef bint _had_gone(Observation o, Endpoint e, Endpoint p) except -1
cdef _answers_stale_syn(Observation o, Endpoint e)
