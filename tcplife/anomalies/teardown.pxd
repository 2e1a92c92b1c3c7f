from tcplife.tracker.observation cimport Observation

cdef Py_ssize_t NO, YES
cdef long long COPIES

cpdef Py_ssize_t fin_repeated(Observation seen) except? -1
cpdef Py_ssize_t fin_lost(Observation seen) except? -1
cpdef Py_ssize_t ack_of_fin_lost(Observation seen) except? -1
cpdef Py_ssize_t fin_in_time_wait(Observation seen) except? -1
cpdef Py_ssize_t data_after_fin(Observation seen) except? -1
cpdef Py_ssize_t data_to_closed(Observation seen) except? -1
cpdef Py_ssize_t sent_after_close(Observation seen) except? -1
cpdef Py_ssize_t foreign_fin(Observation seen) except? -1
