cimport cython

from tcplife.model.names cimport ACK, CLOSING, ESTABLISHED, FIN_WAIT_1, LAST_ACK, M32, SYN_RECEIVED, SYN_SENT
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, hop_ns
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.transitions cimport GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN
from tcplife.tracker.unseen cimport sure_edge

cdef extern from *:
    long long ANSWER_NS "((long long){5000000LL})"

@cython.locals(reset=Candidate, refusal=Candidate, crossing=Candidate, answered=Candidate, fin=Candidate, came_first=cython.bint)
cpdef arrived_before_answer(Observation o, Endpoint e, Endpoint p)
@cython.locals(answer=Candidate, gone_on=cython.bint)
cdef bint _had_taken_answer(Observation o, Endpoint e, Endpoint p, Candidate refusal) except -1
@cython.locals(inbox=Candidate, candidate=Candidate)
cdef _deny_what_is_answered(Observation o, Endpoint e, Endpoint p)
@cython.locals(inbox=Candidate, candidate=Candidate)
cdef bint _was_overtaken(Endpoint e, Candidate reset) except -1
@cython.locals(candidate=Candidate, late=cython.bint)
cdef _answers_in_syn_received(Observation o, Endpoint e, Endpoint p, Candidate reset)
cdef bint _came_too_late(Observation o, Endpoint p, Candidate answered) except -1
@cython.locals(inbox=Candidate, candidate=Candidate, found=Candidate)
cpdef Candidate reset_that_fits(Observation o, Endpoint e, Endpoint p)
@cython.locals(first=Candidate, candidate=Candidate, answered=cython.longlong, sent=cython.longlong)
cdef bint _answers_in_fin_wait_1(Observation o, Endpoint e, Endpoint p, Candidate reset) except -1
@cython.locals(inbox=Candidate, fin=Candidate)
cdef _answers_in_established(Observation o, Endpoint e, Endpoint p, Candidate reset)
cpdef takes_earlier_answer(Observation o, Endpoint p)
