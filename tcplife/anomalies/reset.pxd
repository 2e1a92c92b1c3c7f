cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport ResetFacts
from tcplife.model.names cimport ACK, CLOSED, CLOSE_WAIT, ESTABLISHED
from tcplife.tracker.account cimport Account
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport RST_TAKEN
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"
    int FLAGS_AT "((int){7})"
    long long NO_VALUE "((long long){-0x4000000000000000LL})"
    long long SECOND_NS "((long long){1000000000LL})"

@cython.locals(p=Endpoint)
cpdef Py_ssize_t reset_ignored(Observation seen) except? -1
cpdef Py_ssize_t reset_after_close(Observation seen) except? -1
cpdef Py_ssize_t foreign_reset(Observation seen) except? -1
cpdef Py_ssize_t reset_disproved(Observation seen) except? -1
cpdef Py_ssize_t reset_lost(Observation seen) except? -1
cpdef Py_ssize_t time_wait_assassinated(Observation seen) except? -1
cpdef Py_ssize_t idle_then_reset(Observation seen) except? -1
@cython.locals(c=Connection)
cpdef reset_lost_data(Ending end)
@cython.locals(reset=ResetFacts, account=Account)
cpdef half_open_discovered(Ending end)
@cython.locals(reset=ResetFacts)
cpdef reset_forged(Ending end)
