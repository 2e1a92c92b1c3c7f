cimport cython

from tcplife.model.names cimport ACK, M32
from tcplife.model.segment cimport Segment
from tcplife.seqspace cimport unwrap
from tcplife.tracker.account cimport awaits_repeat
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.facts cimport CALM_IDS, HALF, STEP_NS, TOLD
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport charge_wait
from tcplife.tracker.timestamps cimport note_newer

@cython.locals(gap=cython.longlong)
cpdef bint is_duplicate(Life life, Endpoint e, Endpoint p, Segment s, long long sack_start) except -1
@cython.locals(ts=cython.longlong, gap=cython.longlong, ip_id=cython.longlong, step=cython.int)
cpdef take_duplicate(Life life, Endpoint e, Endpoint p, Segment s)
