from tcplife.model.names cimport M32
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"
    long long MICROSECOND_NS "((long long){1000LL})"

cpdef Py_ssize_t clock_step(Observation seen) except? -1
cpdef Py_ssize_t clock_jump(Observation seen) except? -1
cpdef Py_ssize_t stored_late(Observation seen) except? -1
cpdef Py_ssize_t timestamp_back(Observation seen) except? -1
cpdef Py_ssize_t ecn_marked(Observation seen) except? -1
cpdef Py_ssize_t ecn_echoed(Observation seen) except? -1
cpdef Py_ssize_t ecn_reduced(Observation seen) except? -1
