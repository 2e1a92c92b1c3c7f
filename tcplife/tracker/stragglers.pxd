cimport cython

from tcplife.model.names cimport BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, LISTEN, SYN_SENT, UNKNOWN
from tcplife.tracker.closing cimport sends_fin
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.transitions cimport GETS_FIN, GETS_RST, GETS_SYN, SENDS_RST, SENDS_SYN, SENDS_SYN_ACK, SHOWS_LIFE

cdef bytes EVENT_OF, FROM_OF

@cython.locals(life=Life, at=Py_ssize_t, code=cython.longlong, event=cython.int, later=list)
cpdef fin_before_close(Observation o, Endpoint e)
@cython.locals(life=Life, p=Endpoint, at=Py_ssize_t, code=cython.longlong, event=cython.int)
cpdef got_fin_before_close(Observation o, Endpoint e)
@cython.locals(life=Life, at=Py_ssize_t, gone=list, candidate=Candidate, reset=Candidate)
cpdef fin_between_resets(Observation o, Endpoint e)
cpdef answers_copy(Observation o, Endpoint e)
@cython.locals(life=Life, began=cython.bint)
cpdef calls_still(Observation o, Endpoint e)
@cython.locals(life=Life, inbox=Candidate, p=Endpoint, refusal=Candidate)
cpdef bint calls_no_more(Observation o, Endpoint e) except -1
