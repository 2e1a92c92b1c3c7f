cimport cython

from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation

cdef long long NO_VALUE
cdef int DUPLICATE_ACK_BIT, MAX_ROWS

cpdef add(Life life, long long packet, int side, int kind, long long value, long long related)
@cython.locals(life=Life, packet=cython.longlong, side=cython.int, bit=cython.int, facts=cython.longlong, left=cython.longlong, lowest=cython.longlong)
cpdef judge(Observation o, long long wire_flags, long long number)
