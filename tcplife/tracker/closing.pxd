cimport cython

from tcplife.model.names cimport (
    BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSED, CLOSE_WAIT, CLOSING, ESTABLISHED, FIN, FIN_WAIT_1,
    FIN_WAIT_2, LAST_ACK, SYN_RECEIVED, TIME_WAIT, UNKNOWN
)
from tcplife.tracker.crossing cimport crossed, fins_crossed, had_sent_fin, lives_on, note_earlier_fin, was_held_back
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, cause_of_fin, disprove, doubt, echoes_unseen, fin_passed_before, had_edge, is_copy, may_have_arrived_before, offer, refuses_fin, reports_fin_in_vain, took_octets
from tcplife.tracker.facts cimport (
    DSACK, FIN_FOREIGN, FIN_REPEATED, LOST_ACK_OF_FIN, LOST_FIN, OUT_OF_WINDOW, TIME_WAIT_REACK
)
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.stream cimport Islands
from tcplife.tracker.transitions cimport GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, SENDS_FIN

@cython.locals(p=Endpoint, fin=cython.longlong)
cpdef shows_acknowledgement(Observation o, Endpoint e)
@cython.locals(inbox=Candidate, candidate=Candidate, bare=cython.bint, since=cython.bint)
cdef bint _took_bare_fin(Observation o, Endpoint e) except -1
@cython.locals(inbox=Candidate, candidate=Candidate)
cdef _has_beyond_hole(Observation o, Endpoint e)
@cython.locals(candidate=Candidate)
cdef _confirm_ack_of_fin(Observation o, Endpoint e)
@cython.locals(life=Life, packet=cython.longlong, fin=Candidate, candidate=Candidate, repeated=cython.bint, waited=cython.bint)
cdef _shows_fin_received(Observation o, Endpoint e)
@cython.locals(inbox=Candidate, candidate=Candidate)
cdef bint _reports_fin(Observation o, Endpoint e) except -1
@cython.locals(life=Life, p=Endpoint, packet=cython.longlong, fin=cython.longlong, foreign=cython.bint)
cpdef sends_fin(Observation o, Endpoint e)
@cython.locals(life=Life, p=Endpoint, taken=cython.bint, later=cython.longlong)
cpdef undo_fin(Observation o, Endpoint e)
cpdef forget_fin(Life life, Endpoint e, Endpoint p)
@cython.locals(islands=Islands, edge=cython.longlong)
cpdef fin_with_syn_ack(Observation o, Endpoint e, Endpoint p)
cdef bint _is_octet(Observation o, Endpoint e, long long fin) except -1
cpdef bint has_fin(Life life, Endpoint p) except -1
cdef bint _gives_way(Observation o, Endpoint e, Endpoint p, long long fin) except -1
