cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.connection cimport Connection
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life

cdef extern from *:
    int MAX_ANOMALIES "((int){20000})"

cdef arrays.array NUMBERS


@cython.final
cdef class Ending:
    cdef public Connection connection
    cdef public Life life
    cdef public Endpoint client, server
    cdef public int kind

    @cython.locals(c=Connection, rows=arrays.array)
    cpdef tell(self, long long packet, int side, long long value, long long related)
    cpdef long long waited_ns(self, long long since_ns) noexcept
    cpdef int side(self, Endpoint endpoint) noexcept
    @cython.locals(account=Account)
    cpdef SideAccount account(self, Endpoint endpoint)
