cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag



@cython.final
@cython.no_gc
cdef class Incidents:
    cdef public long long odd_packet, step_ns, step_packet, pause_ns, pause_packet, jump_ns, gap_before, clock_zero_ns, anomalies_omitted
    cdef public object icmp
    cdef public int clock_backs
    cdef public signed char odd_side, step_side
    cdef public flag blank

    cpdef void begin(self) noexcept
