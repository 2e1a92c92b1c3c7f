cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.compiled cimport COMPILED
from tcplife.tracker.observation cimport Observation

cdef arrays.array NUMBERS
cdef extern from *:
    int MAX_REPEATS "((int){64})"


@cython.final
@cython.no_gc
cdef class Mending:
    cdef public long long gap_ns, gap_ts_ecr, gap_ts_val, probe_packet, tries_before_ns, tries_ns, tries_packet
    cdef public int gap_ip_id, late_packets, lost_after, lost_before, reordered, spurious, twins
    cdef public arrays.array repeats

    cpdef void begin(self) noexcept
    @cython.locals(repeats=arrays.array)
    cpdef keep_repeat(self, Observation o, int before)
    @cython.locals(repeats=arrays.array, numbers="long long*", at=Py_ssize_t, before=cython.int)
    cpdef was_not_lost(self, Observation o, long long start)
