cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag



@cython.final
@cython.no_gc
cdef class Fins:
    cdef public long long packet, ts_ns, last_packet, acked_packet, acked_ns, seen_packet
    cdef public long long ts_val, ack, later, tw_ns, first_ack, peer_sent
    cdef public int tries, ip_id
    cdef public flag blank

    cpdef void begin(self) noexcept
