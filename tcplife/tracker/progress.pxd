cimport cython

from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.inbox cimport Candidate, Inbox
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.opening cimport disprove, hop_ns, is_copy

cdef int ACK, BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSE_WAIT, CLOSED, CLOSING, ESTABLISHED, FIN, FIN_WAIT_1
cdef int FIN_WAIT_2, LAST_ACK, LISTEN, SYN_RECEIVED, SYN_SENT, TIME_WAIT, UNKNOWN
cdef long long ACCEPTED_LATE, AFTER_CLOSE, BAD_ACK, CHALLENGE_ACK, DSACK, FIN_FOREIGN, FIN_REPEATED, LOST_ACK_OF_FIN, LOST_FIN, LOST_RST, OUT_OF_WINDOW, TIME_WAIT_REACK, UNDID_RST
cdef int GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN, GETS_SYN_ACK, SENDS_FIN, SENDS_SYN, SENDS_SYN_ACK
cdef int SHOWS_LIFE
cdef long long LATE_NS

@cython.locals(e=Endpoint, state=cython.int)
cpdef shows(Observation o)
cdef _imply(Observation o, Endpoint e, int event)
@cython.locals(inbox=Inbox, candidate=Candidate)
cdef _settle_or_imply(Observation o, Endpoint e, int event)
@cython.locals(p=Endpoint, inbox=Inbox)
cdef bint _shows_open(Observation o, Endpoint e) except -1
cdef bint _sent_nothing_between(Observation o, Endpoint e) except -1
@cython.locals(p=Endpoint, inbox=Inbox, candidate=Candidate)
cdef _shows_accepted(Observation o, Endpoint e)
@cython.locals(p=Endpoint)
cdef _shows_middle(Observation o, Endpoint e)
cdef _shows_after_close(Observation o, Endpoint e)
@cython.locals(p=Endpoint, fin=cython.longlong)
cdef _shows_acknowledgement(Observation o, Endpoint e)
@cython.locals(inbox=Inbox, candidate=Candidate)
cdef _doubt_fin(Observation o, Endpoint e)
@cython.locals(inbox=Inbox, candidate=Candidate)
cdef _confirm_ack_of_fin(Observation o, Endpoint e, long long ack)
@cython.locals(life=Life, packet=cython.longlong, inbox=Inbox, cause=Candidate, candidate=Candidate)
cdef _shows_fin_received(Observation o, Endpoint e)
@cython.locals(s=Segment)
cdef Candidate _cause_of_fin(Observation o, Candidate first, Candidate last)
@cython.locals(life=Life, p=Endpoint, packet=cython.longlong, fin=cython.longlong, foreign=cython.bint)
cdef _sends_fin(Observation o, Endpoint e)
@cython.locals(e=Endpoint, p=Endpoint, life=Life, packet=cython.longlong, mark=cython.longlong)
cpdef passes(Observation o)
cdef _implies_peer(Observation o, Endpoint p)
@cython.locals(age=cython.longlong)
cdef bint _acceptable(Observation o, Endpoint p) except -1
@cython.locals(life=Life)
cdef _fins_crossed(Observation o, Endpoint e)
@cython.locals(life=Life, back=cython.int)
cpdef undo_fin(Observation o, Endpoint e)
