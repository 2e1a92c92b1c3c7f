cimport cython

from tcplife.decode.decoder cimport Decoder
from tcplife.model.names cimport ESTABLISHED
from tcplife.model.segment cimport Segment
from tcplife.pipeline.sleep cimport fall_asleep, hear, hear_news, take_plain, wake
from tcplife.summary.zeek cimport ZeekLife
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CONTROL
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport calm_but_for_states
from tcplife.tracker.usual_opening cimport accepted, asked, may_accept, may_ask

cdef extern from *:
    long long NEVER "((long long){-0x4000000000000000LL})"

cpdef doze(Life life, bint sleeps)
cpdef bint listen(Life life, int side, Segment s, Decoder decoder) except -1
cpdef bint heed(Life life, int side, Segment s, Decoder decoder) except -1
@cython.locals(e=Endpoint, p=Endpoint, asks=cython.bint, zeek=ZeekLife, row=ZeekRow, sent=cython.longlong, right=cython.longlong)
cpdef bint hear_opening(Life life, int side, Segment s) except -1
