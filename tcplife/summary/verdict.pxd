cimport cython

from tcplife.model.close_kinds cimport THE_CONNECTION
from tcplife.model.connection cimport Connection
from tcplife.model.names cimport SYN_RECEIVED
from tcplife.model.verdict cimport is_half_closed, other, start, unacknowledged
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life


cpdef judge_verdict(Connection c, Life life, Endpoint server)
@cython.locals(tries=cython.int)
cdef _judge_tries(Connection c, Life life)
cdef str _icmp(Connection c, Life life)
@cython.locals(by=cython.int, side=cython.int, tries=cython.int)
cdef str _timed_out(Connection c, Life life)
