cimport cython

from tcplife.model.names cimport (
    ACK, BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSED, CLOSE_WAIT, CLOSING, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2,
    LAST_ACK, LISTEN, M32, SYN_RECEIVED, SYN_SENT, TIME_WAIT, UNKNOWN
)
from tcplife.tracker.answers cimport arrived_before_answer, reset_that_fits, takes_earlier_answer
from tcplife.tracker.cookies cimport may_stand, refuses
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, cause_of_fin, disprove, had_edge, offer, proves, refused_fin
from tcplife.tracker.facts cimport HALF, LOST_HANDSHAKE_ACK, RST_FOREIGN, RST_IGNORED, RST_IN_TIME_WAIT, RST_TAKEN
from tcplife.tracker.inbox cimport Candidate, chain_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.opening cimport imply_syn_ack
from tcplife.tracker.timestamps cimport echoes_wrongly, is_old
from tcplife.tracker.stream cimport Islands
from tcplife.tracker.transitions cimport (
    GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN, GETS_SYN_ACK, SENDS_RST
)
from tcplife.tracker.unseen cimport sure_edge


cdef extern from *:
    int ROW_WIDTH "((int){4})"
    int WITHDRAWN "((int){-1})"
    int ENOUGH "((int){4})"

@cython.locals(e=Endpoint, p=Endpoint, event=cython.int, state=cython.int, reaches=cython.bint, again=cython.bint)
cpdef sends_rst(Observation o)
cdef _perhaps_forgets_request(Observation o, Endpoint p)
cdef Py_ssize_t _next(Endpoint e) except? -1
cdef Py_ssize_t _next_if_taken(Endpoint e) except? -1
@cython.locals(abort=cython.bint, answers=cython.bint)
cdef _ends_sender(Observation o, Endpoint e, Endpoint p)
@cython.locals(value=cython.longlong)
cdef bint _is_of_life_before(Observation o, Endpoint e) except -1
@cython.locals(life=Life)
cdef bint _stands_behind_request(Observation o, Endpoint e, Endpoint p) except -1
cdef _remember(Observation o, Endpoint e)
@cython.locals(at=Py_ssize_t)
cdef _was_still_there(Observation o, Endpoint e)
@cython.locals(life=Life)
cdef bint _answers_stranger(Observation o, Endpoint e, Endpoint p) except -1
cdef bint _had_opened(Observation o, Endpoint p) except -1
@cython.locals(life=Life)
cdef _imply_opening(Observation o, Endpoint e, Endpoint p)
@cython.locals(life=Life, packet=cython.longlong, crossing=Candidate, answer=Candidate)
cdef _open_before_abort(Observation o, Endpoint e)
@cython.locals(before=cython.int)
cdef _close(Observation o, Endpoint e)
@cython.locals(life=Life, packet=cython.longlong, candidate=Candidate, fin=Candidate, joined=Candidate, told_apart=cython.bint, first=cython.bint, certain=cython.bint)
cdef _arrived_before_abort(Observation o, Endpoint e, Endpoint p)
cdef bint _is_own(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(e=Endpoint, islands=Islands, has_fin=cython.bint, waits=cython.bint, edge=cython.longlong, counted=cython.longlong)
cdef bint _accepts(Observation o, Endpoint p, int state) except -1
