cimport cython

from tcplife.anomalies.wireshark cimport WireStream
from tcplife.model.names cimport ACK, SYN
from tcplife.model.segment cimport Segment
from tcplife.pipeline.sleep cimport wake
from tcplife.tracker.life cimport Life

@cython.locals(wire=WireStream)
cpdef show(Life life, int side, Segment s)
@cython.locals(wire=WireStream)
cpdef show_error(Life life, int side, Segment s)
