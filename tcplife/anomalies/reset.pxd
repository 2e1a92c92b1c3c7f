cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef Py_ssize_t NO, YES
cdef int CLOSED
cdef long long SECOND_NS
cdef long long RST_TAKEN

@cython.locals(p=Endpoint)
cpdef Py_ssize_t reset_ignored(Observation seen) except? -1
cpdef Py_ssize_t reset_after_close(Observation seen) except? -1
cpdef Py_ssize_t foreign_reset(Observation seen) except? -1
cpdef Py_ssize_t reset_disproved(Observation seen) except? -1
cpdef Py_ssize_t reset_lost(Observation seen) except? -1
cpdef Py_ssize_t time_wait_assassinated(Observation seen) except? -1
cpdef Py_ssize_t idle_then_reset(Observation seen) except? -1
