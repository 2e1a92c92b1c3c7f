cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef Py_ssize_t NO, YES
cdef int IGNORED_TRIES
cdef long long ACCEPTED_LATE, SYN_IN_LIFE, TWIN

cpdef Py_ssize_t syn_repeated(Observation seen) except? -1
cpdef Py_ssize_t syn_ack_repeated(Observation seen) except? -1
cpdef Py_ssize_t syn_ack_lost(Observation seen) except? -1
cpdef Py_ssize_t handshake_ack_lost(Observation seen) except? -1
@cython.locals(server=Endpoint)
cpdef Py_ssize_t accept_queue_full(Observation seen) except? -1
cpdef Py_ssize_t stray_syn(Observation seen) except? -1
cpdef Py_ssize_t stray_syn_ack(Observation seen) except? -1
cpdef Py_ssize_t mss_changed(Observation seen) except? -1
