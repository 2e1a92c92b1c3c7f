cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.connection cimport Connection
from tcplife.summary cimport soon
from tcplife.summary.capture cimport CaptureView
from tcplife.summary.conclude cimport conclude
from tcplife.summary.piles cimport Piles
from tcplife.tracker.life cimport Life

cdef extern from *:
    int CLOSED "((int){3})"
    int IDLE "((int){1})"

cdef tuple WHY_LEFT


@cython.final
cdef class Finished:
    cdef public object totals
    cdef public CaptureView view
    cdef public Piles piles
    cdef public list ready
    cdef list _left, _tunnels
    cdef public Py_ssize_t together
    cdef public long long two_msl_ns, connections, closed, idle, early

    cpdef take(self, Life life, str tunnel, long long now_ns)
    @cython.locals(left=list, tunnels=list, at=Py_ssize_t, life=Life)
    cpdef settle(self)
    cpdef add(self, Life life, str tunnel, long long now_ns, bint early)
    cpdef enter_alone(self, Connection connection, int left, long long now_ns)
    cpdef enter(self, Connection connection, int left, long long now_ns, bint early)
    cdef _note_why(self, Connection connection, int left)
    cpdef list take_ready(self)
    cpdef sum_up(self)
