cimport cython

from tcplife.model.close_kinds cimport BEFORE_CAPTURE, BY_INFERENCE
from tcplife.model.connection cimport Connection, SideStats

cdef unsigned long long OF_THE_CAPTURE, OF_THE_CAPTURE_TOO


@cython.final
cdef class CaptureView:
    cdef public long long began_before, connections, cut_packets, duplicate_packets, largest_segment, late_packets
    cdef public long long jump_connections, jump_packet, jump_us, stored_late, unseen_handshakes
    cdef public long long missing_bytes, missing_connections, offload_connections, one_way, twin_packets

    @cython.locals(client=SideStats, server=SideStats, missing=cython.longlong, one_way=cython.bint)
    cpdef take(self, Connection c)

cdef bint _is_one_way(SideStats seen, SideStats other) except -1
