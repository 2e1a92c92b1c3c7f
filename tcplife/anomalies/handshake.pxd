cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport ResetFacts
from tcplife.model.names cimport SYN_RECEIVED
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport ACCEPTED_LATE, SYN_IN_LIFE, TWIN
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"
    int IGNORED_TRIES "((int){2})"
    long long NO_VALUE "((long long){-0x4000000000000000LL})"
    long long QUIET_NS "((long long){1000000000LL})"

cpdef Py_ssize_t syn_repeated(Observation seen) except? -1
cpdef Py_ssize_t syn_ack_repeated(Observation seen) except? -1
cpdef Py_ssize_t syn_ack_lost(Observation seen) except? -1
cpdef Py_ssize_t handshake_ack_lost(Observation seen) except? -1
@cython.locals(server=Endpoint)
cpdef Py_ssize_t accept_queue_full(Observation seen) except? -1
cpdef Py_ssize_t stray_syn(Observation seen) except? -1
cpdef Py_ssize_t stray_syn_ack(Observation seen) except? -1
cpdef Py_ssize_t mss_changed(Observation seen) except? -1
cpdef syn_unanswered(Ending end)
cpdef connection_refused(Ending end)
@cython.locals(c=Connection)
cpdef connection_unreachable(Ending end)
cpdef handshake_unfinished(Ending end)
@cython.locals(reset=ResetFacts, syn_ack=cython.longlong)
cpdef stale_syn(Ending end)
@cython.locals(of_client=cython.longlong, of_server=cython.longlong)
cdef _one_sided(Ending end, bint has_client, bint has_server)
cpdef scale_one_sided(Ending end)
cpdef sack_one_sided(Ending end)
cpdef timestamps_one_sided(Ending end)
cpdef ecn_refused(Ending end)
cpdef reopened_in_2msl(Ending end)
