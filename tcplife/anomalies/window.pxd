from tcplife.tracker.observation cimport Observation

cdef Py_ssize_t NO, YES

cpdef Py_ssize_t out_of_window(Observation seen) except? -1
cpdef Py_ssize_t window_shrunk(Observation seen) except? -1
cpdef Py_ssize_t impossible_ack(Observation seen) except? -1
cpdef Py_ssize_t no_ack_flag(Observation seen) except? -1
cpdef Py_ssize_t challenge_ack(Observation seen) except? -1
