cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.model.judgement cimport Judgement
from tcplife.model.names cimport CLOSE_WAIT, FIN_WAIT_2
from tcplife.tracker.account cimport Account
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.evidence cimport hop_ns
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"
    long long COPIES "((long long){0x40200000000000LL})"
    long long LONG_HALF_NS "((long long){0xdf8475800LL})"
    long long MS "((long long){1000000LL})"
    long long QUIET_NS "((long long){1000000000LL})"
    long long SILENT_NS "((long long){1000000000LL})"
    long long STUCK_NS "((long long){40000000LL})"

cpdef Py_ssize_t fin_repeated(Observation seen) except? -1
cpdef Py_ssize_t fin_lost(Observation seen) except? -1
cpdef Py_ssize_t ack_of_fin_lost(Observation seen) except? -1
cpdef Py_ssize_t fin_in_time_wait(Observation seen) except? -1
cpdef Py_ssize_t data_after_fin(Observation seen) except? -1
cpdef Py_ssize_t data_to_closed(Observation seen) except? -1
cpdef Py_ssize_t sent_after_close(Observation seen) except? -1
cpdef Py_ssize_t foreign_fin(Observation seen) except? -1
cpdef fin_never_acknowledged(Ending end)
@cython.locals(late=cython.bint)
cdef _unacknowledged_fin(Ending end, Endpoint e, Endpoint p)
@cython.locals(account=Account, waited=cython.longlong, idle=cython.longlong)
cdef _stuck(Ending end, Endpoint e, Endpoint fin, Endpoint other)
cpdef stuck_in_close_wait(Ending end)
cpdef stuck_in_fin_wait_2(Ending end)
@cython.locals(judgement=Judgement)
cpdef half_closed_long(Ending end)
