cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef Py_ssize_t NO, YES
cdef int MANY_SEGMENTS, TIMESTAMPS
cdef long long FULL_OF_FOUR, WINDOWS

cpdef Py_ssize_t out_of_window(Observation seen) except? -1
cpdef Py_ssize_t window_shrunk(Observation seen) except? -1
cpdef Py_ssize_t impossible_ack(Observation seen) except? -1
cpdef Py_ssize_t no_ack_flag(Observation seen) except? -1
cpdef Py_ssize_t signed_in_vain(Observation seen) except? -1
cpdef Py_ssize_t challenge_ack(Observation seen) except? -1
cpdef mss_clamped(Ending end)
@cython.locals(stamped=cython.bint, limit=cython.int)
cdef _clamped(Ending end, Endpoint e, Endpoint p)
