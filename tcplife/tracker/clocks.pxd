cimport cython

from tcplife.model.names cimport M32
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CLOCK_JUMP, STEP_NS
from tcplife.tracker.incidents cimport Incidents
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    long long AGREED_NS "((long long){100000000LL})"
    long long ENOUGH_TICKS "((long long){10LL})"
    long long HALF "((long long){0x80000000LL})"
    long long MEASURED_NS "((long long){100000000LL})"
    long long PAUSE_NS "((long long){0x37e11d6000LL})"

cdef tuple TICKS_NS

@cython.locals(incidents=Incidents)
cpdef note_silence(Observation o, Endpoint e)
@cython.locals(value=cython.longlong, ticks=cython.longlong, span=cython.longlong, measured=cython.longlong, tick_ns=cython.longlong, passed=cython.longlong, ticked=cython.longlong, step=cython.longlong)
cpdef Py_ssize_t _step(Observation o, Endpoint e) except? -1
@cython.locals(tick_ns=cython.longlong)
cdef Py_ssize_t _tick_ns(long long measured_ns) except? -1
cdef _begin_anew(Observation o, Endpoint e)
