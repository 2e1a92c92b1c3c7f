cimport cython

from tcplife.model cimport longs
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport ResetFacts
from tcplife.model.names cimport ACK, CLOSED, UNKNOWN
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport RST_TAKEN

cdef extern from *:
    int ID_STEP "((int){256})"

cdef bytes FROM_OF, TO_OF
cdef tuple GOES_ON
cdef extern from *:
    long long QUICK_NS "((long long){1000000LL})"
    long long SLOW_ANSWER_NS "((long long){50000000LL})"

@cython.locals(r=ResetFacts, sender=Endpoint, mine=SideAccount, by_client=cython.bint, fits=cython.bint)
cpdef examine_reset(Connection c, Account account, Endpoint client, Endpoint server)
cdef tuple _signs(ResetFacts r, Endpoint sender, bint calm, long long hop_ns, long long window_before, int flags)
@cython.locals(numbers="long long*", at=Py_ssize_t, code=cython.longlong, state=cython.int, first=cython.bint)
cpdef int state_before(object rows, int side, long long packet) except -1
