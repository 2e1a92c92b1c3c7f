cimport cython

from tcplife.model cimport longs
from tcplife.model.names cimport ACK, ESTABLISHED, FIN, M32, PSH, SYN
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount, awaits_repeat
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CALM_IDS, FLIGHT_ROOM, HALF, LAST_PLACE, MANY, STEP_NS, TICK_NS, TOLD, UNSURE
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.timing cimport new_timing

@cython.locals(ts=cython.longlong, reach=cython.longlong, gap=cython.longlong, length=cython.longlong, sent=cython.longlong, got=cython.longlong, behind=cython.longlong, ack=cython.longlong, before=cython.longlong, offered=cython.longlong, window=cython.longlong, edge=cython.longlong, ts_val=cython.longlong, ahead=cython.longlong, pairs="long long*", ttl=cython.int, ip_id=cython.longlong, name=cython.longlong, step=cython.int, recent="long long*", at=Py_ssize_t, end=cython.longlong, since=cython.longlong, way=cython.longlong)
cpdef bint plain(Life life, Endpoint e, Endpoint p, Segment s) except -1
@cython.locals(end=cython.longlong, sure=cython.longlong)
cpdef void note_doubt(Endpoint p, long long sent, long long ack, long long right) noexcept
@cython.locals(account=Account)
cpdef charge_wait(Life life, long long gap_ns, bint is_window)
cpdef int tell(Observation o, int side, Endpoint e, Segment s) except -1
@cython.locals(a=Endpoint, b=Endpoint)
cpdef bint calm_of(Life life) except -1
cpdef bint calm_but_for_states(Life life) except -1
@cython.locals(account=Account, a=Endpoint, b=Endpoint, in_windows=cython.bint)
cdef bint _is_calm(Life life) except -1
cpdef bint is_mending(Endpoint a, Endpoint b) noexcept
cdef bint _is_settled(Endpoint e, Endpoint p, SideAccount mine) noexcept
@cython.locals(account=Account)
cpdef rouse(Life life)
cdef void _catch_up(SideAccount mine, Endpoint e) noexcept
