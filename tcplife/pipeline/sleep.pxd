cimport cython

from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.summary.zeek cimport ZeekLife
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_side cimport ZeekSide
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life

cdef long long FAR, M32
cdef int CALM_IN_WINDOWS, CUT_OFF, FEW, HELD, NO_END, SAID_ACK, SAID_DATA, UNKNOWN_SCALE, WHOLE

@cython.locals(wire=WireStream, zeek=ZeekLife, row=ZeekRow, a=Endpoint, b=Endpoint, way_a=WireWay, way_b=WireWay)
cpdef fall_asleep(Life life)
@cython.locals(scale=cython.int)
cdef bint _wire_is_plain(WireWay way, Endpoint e, Endpoint p, int calm) noexcept
cdef bint _zeek_is_plain(ZeekSide z, Endpoint e, Endpoint p) noexcept
cdef _leave_word(Endpoint e, WireWay way, ZeekRow row, ZeekSide z)
@cython.locals(told=cython.longlong)
cdef Py_ssize_t _rises(ZeekRow row, ZeekSide z) except -1
@cython.locals(wire=WireStream, zeek=ZeekLife, row=ZeekRow, a=Endpoint, b=Endpoint, way_a=WireWay, way_b=WireWay)
cpdef wake(Life life)
@cython.locals(octets=cython.longlong)
cdef _sum_up(Life life, Endpoint e, ZeekSide z)
@cython.locals(ack=cython.longlong)
cdef _tell_wire(WireWay way, Endpoint e, Endpoint p, int operations)
cdef _tell_acks(WireWay way, Endpoint e)
@cython.locals(ack=cython.longlong)
cdef _tell_zeek(ZeekRow row, ZeekSide z, Endpoint e, Endpoint p)
