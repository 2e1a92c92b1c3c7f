cimport cython

from tcplife.model.names cimport (
    ACK, BY_IMPLICATION, BY_RECEIVING, CLOSED, CLOSING, ESTABLISHED, FIN, FIN_WAIT_1, FIN_WAIT_2, LAST_ACK,
    LISTEN, M32, SYN_RECEIVED, SYN_SENT, UNKNOWN
)
from tcplife.model.segment cimport Segment
from tcplife.tracker.closing cimport sends_fin, shows_acknowledgement
from tcplife.tracker.cookies cimport comes_late, is_in_doubt, left_over, may_lag, may_stand, speaks
from tcplife.tracker.crossing cimport had_crossed
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, disprove_reset, echoes_unseen, fills_below, had_edge, had_gone_on, is_refused, is_too_old, not_captured, offer, proves
from tcplife.tracker.facts cimport ACCEPTED_LATE, AFTER_CLOSE, BAD_ACK, CHALLENGE_ACK, DSACK, ENOUGH_ACKS, KEEP_ALIVE, OUT_OF_WINDOW, UNDID_RST
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.opening cimport imply_syn_ack
from tcplife.tracker.stragglers cimport fin_before_close, fin_between_resets, got_fin_before_close
from tcplife.tracker.timestamps cimport echoes_wrongly
from tcplife.tracker.transitions cimport (
    GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN, GETS_SYN_ACK,
    SENDS_RST, SHOWS_LIFE
)
from tcplife.tracker.unseen cimport sure_edge

cdef extern from *:
    long long LATE_NS "((long long){50000000LL})"
    long long SYN_TIMER_NS "((long long){1000000000LL})"
    int M16 "((int){65535})"
    int ROOM "((int){262144})"

@cython.locals(e=Endpoint, state=cython.int)
cpdef shows(Observation o)
cdef _imply(Observation o, Endpoint e, int event)
@cython.locals(candidate=Candidate)
cdef _settle_or_imply(Observation o, Endpoint e, int event)
@cython.locals(life=Life, p=Endpoint, inbox=Candidate, answer=Candidate, crossing=Candidate, lost=cython.int)
cdef bint _shows_open(Observation o, Endpoint e) except -1
@cython.locals(crossing=Candidate, answer=Candidate)
cdef _shows_open_later(Observation o, Endpoint e)
@cython.locals(p=Endpoint, candidate=Candidate, fast_open=cython.bint, probes=cython.bint, early=cython.bint, certain=cython.bint)
cdef _shows_accepted(Observation o, Endpoint e)
@cython.locals(p=Endpoint, late=cython.bint)
cdef _shows_middle(Observation o, Endpoint e)
cdef _came_late(Life life, Endpoint p)
@cython.locals(progress=cython.bint)
cdef bint _shows_after_close(Observation o, Endpoint e) except -1
@cython.locals(e=Endpoint, p=Endpoint, life=Life, packet=cython.longlong, edge=cython.longlong, brings=cython.bint)
cpdef passes(Observation o)
@cython.locals(alone=cython.bint)
cdef _perhaps_within(Observation o, Endpoint p)
cdef _implies_peer(Observation o, Endpoint p)
cdef bint _acceptable(Observation o, Endpoint p) except -1
