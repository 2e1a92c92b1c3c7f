cimport cython

from tcplife.model cimport longs
from tcplife.model.connection cimport Connection
from tcplife.model.judgement cimport Judgement
from tcplife.model.names cimport CLOSED, SYN_SENT, TIME_WAIT
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life
from tcplife.tracker.mending cimport Mending

cdef extern from *:
    int REFUSED "((int){1})"
    int ICMP "((int){2})"
    int GOT_RESET "((int){3})"
    int SENT_RESET "((int){4})"
    int GAVE_UP_TRIES "((int){3})"
    int GAVE_UP_TIMES "((int){3})"

cdef bytearray _ENDINGS

cdef bytearray _endings()
@cython.locals(account=Account)
cpdef judge_close(Connection c, Life life, Endpoint client, Endpoint server)
@cython.locals(endings=bytearray, size=Py_ssize_t, rows="long long*", at=Py_ssize_t, code=cython.longlong, ending=cython.int, side=cython.int)
cdef bint _judge_rows(Connection c) except -1
@cython.locals(first=Endpoint, second=Endpoint, by=cython.int, bytes_after=cython.longlong, reach=cython.longlong, both=cython.bint, crossed=cython.bint)
cdef _judge_fins(Connection c, Life life, Endpoint client, Endpoint server)
cdef bint _is_closed(int state) noexcept
cdef bint _is_reset_first(Connection c, Endpoint client, Endpoint server) except -1
@cython.locals(judgement=Judgement)
cdef _note_half(Connection c, Endpoint first, Endpoint second, int by, long long octets)
@cython.locals(side=cython.int, e=Endpoint, p=Endpoint, mending=Mending, waited=cython.longlong)
cdef _judge_silence(Connection c, Life life, Endpoint client, Endpoint server, Account account)
