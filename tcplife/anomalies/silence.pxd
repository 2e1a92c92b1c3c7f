cimport cython

from tcplife.anomalies.ending cimport Ending
from tcplife.model.connection cimport Connection, SideStats
from tcplife.tracker.account cimport SideAccount
from tcplife.tracker.endpoint cimport Endpoint

cdef extern from *:
    int ENOUGH_TRIES "((int){2})"
    long long QUIET_NS "((long long){1000000000LL})"

cpdef keep_alive_unanswered(Ending end)
@cython.locals(mine=SideAccount)
cdef _unanswered_probes(Ending end, Endpoint e)
@cython.locals(c=Connection, e=Endpoint)
cpdef gave_up(Ending end)
@cython.locals(c=Connection)
cpdef data_never_acknowledged(Ending end)
cdef _unacknowledged(Ending end, Endpoint e, Endpoint p, SideStats stats)
@cython.locals(c=Connection)
cpdef icmp_error(Ending end)
