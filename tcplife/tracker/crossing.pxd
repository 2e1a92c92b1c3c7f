cimport cython

from tcplife.model.names cimport BY_SENDING, M32
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport cause, hop_ns
from tcplife.tracker.facts cimport CROSSING_NS, HALF, SOONEST_REPEAT_NS
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.transitions cimport GETS_ACK_OF_FIN, GETS_FIN, SENDS_FIN

cdef int ROW_WIDTH

cpdef bint crossed(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(life=Life, at=Py_ssize_t, basis=cython.int)
cpdef fins_crossed(Observation o, Endpoint e)
@cython.locals(life=Life, answered=Candidate)
cpdef bint was_held_back(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(life=Life, at=Py_ssize_t, age=cython.longlong)
cpdef note_earlier_fin(Observation o, Endpoint e, Endpoint p, long long fin)
@cython.locals(life=Life, at=Py_ssize_t, got=Py_ssize_t)
cdef bint _cross_back(Observation o, Endpoint e, Py_ssize_t sent) except -1
@cython.locals(at=Py_ssize_t, got=Py_ssize_t, event=cython.int, basis=cython.int, sent_basis=cython.int, confirmed=cython.longlong)
cdef bint _uncross(Life life, Endpoint e, Py_ssize_t sent, long long packet, long long ts_ns) except -1
