cimport cython

from tcplife.anomalies.wireshark cimport WireStream, WireWay

cpdef bint may_part(WireStream stream, WireWay me, WireWay peer, long long seq, long long other) noexcept
@cython.locals(number=cython.longlong, answer=cython.longlong)
cpdef void parted(WireStream stream, WireWay me, WireWay peer, long long began_ns, long long now_ns, long long window, long long closed_ns, long long other) noexcept
cdef void _close(WireStream stream, WireWay way, long long top, long long ack, long long top_ns) noexcept
