cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"
    int MANY_SEGMENTS "((int){8})"
    int TIMESTAMPS "((int){12})"
    long long FULL_OF_FOUR "((long long){3LL})"
    long long WINDOWS "((long long){4LL})"

cpdef Py_ssize_t out_of_window(Observation seen) except? -1
cpdef Py_ssize_t window_shrunk(Observation seen) except? -1
cpdef Py_ssize_t impossible_ack(Observation seen) except? -1
cpdef Py_ssize_t no_ack_flag(Observation seen) except? -1
cpdef Py_ssize_t signed_in_vain(Observation seen) except? -1
cpdef Py_ssize_t challenge_ack(Observation seen) except? -1
cpdef mss_clamped(Ending end)
@cython.locals(stamped=cython.bint, limit=cython.int)
cdef _clamped(Ending end, Endpoint e, Endpoint p)
