cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.observation cimport Observation

cdef long long KEEP_ALIVE, NOT_CAPTURED, OPENS_GAP, OUT_OF_WINDOW

cpdef empty_elsewhere(Observation o, Endpoint e)
@cython.locals(limit=cython.longlong)
cpdef write_off(Observation o, Endpoint e, long long upto)
cpdef miss(Observation o, long long octets)
