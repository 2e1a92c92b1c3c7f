cimport cython

from tcplife.model.names cimport BY_IMPLICATION, BY_RECEIVING, BY_SENDING, CLOSED, M32
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, hop_ns
from tcplife.tracker.facts cimport CROSSING_NS, DSACK, HALF, SOONEST_REPEAT_NS
from tcplife.tracker.fins cimport Fins
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.transitions cimport (
    GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_SYN, GETS_SYN_ACK, SENDS_FIN, SENDS_SYN, SENDS_SYN_ACK
)

cdef bytes EVENT_OF
cdef extern from *:
    int ROW_WIDTH "((int){4})"

@cython.locals(p=Endpoint, life=Life, at=Py_ssize_t, syn_ack=cython.longlong, shown=cython.longlong)
cpdef bint was_active(Observation o, Endpoint e) except -1
@cython.locals(life=Life, at=Py_ssize_t, packet=cython.longlong, ts_ns=cython.longlong, basis=cython.int)
cpdef was_crossed(Observation o, Endpoint e, Endpoint p)
@cython.locals(life=Life, p=Endpoint, at=cython.Py_ssize_t, basis=cython.int)
cpdef had_crossed(Observation o, Endpoint e)
@cython.locals(age=cython.longlong)
cpdef bint crossed(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(life=Life, at=Py_ssize_t, basis=cython.int)
cpdef fins_crossed(Observation o, Endpoint e)
@cython.locals(life=Life, fins=Fins, at=Py_ssize_t, age=cython.longlong)
cpdef note_earlier_fin(Observation o, Endpoint e, Endpoint p, long long fin)
@cython.locals(life=Life, at=Py_ssize_t, got=Py_ssize_t)
cdef bint _cross_back(Observation o, Endpoint e, Py_ssize_t sent) except -1
@cython.locals(age=cython.longlong)
cpdef had_sent_fin(Observation o, Endpoint e, Endpoint p)
@cython.locals(answered=Candidate)
cpdef bint was_held_back(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(candidate=Candidate)
cpdef bint lives_on(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(at=Py_ssize_t)
cdef bint _had_closed_first(Observation o, Endpoint e) except -1
@cython.locals(at=Py_ssize_t, got=Py_ssize_t, event=cython.int, basis=cython.int, sent_basis=cython.int, confirmed=cython.longlong)
cdef bint _uncross(Life life, Endpoint e, Py_ssize_t sent, long long packet, long long ts_ns) except -1
