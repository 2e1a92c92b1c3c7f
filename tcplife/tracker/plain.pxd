cimport cython

from tcplife.model cimport longs
from tcplife.model.names cimport ACK, CWR, ECE, ESTABLISHED, FIN, M32, PSH, RST, SYN
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport (
    CALM_IDS, CALM_IN_WINDOWS, FLIGHT_ROOM, HALF, LAST_PLACE, MANY, MENDING, STEP_NS, TICK_NS, UNKNOWN_EDGE,
    UNSURE
)
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.timing cimport Timing

cdef int TOLD, RESTLESS, CALM

@cython.locals(e=Endpoint, p=Endpoint, ts=cython.longlong, reach=cython.longlong, gap=cython.longlong, flags=cython.longlong, length=cython.longlong, sent=cython.longlong, taken=cython.longlong, got=cython.longlong, behind=cython.longlong, ack=cython.longlong, before=cython.longlong, offered=cython.longlong, window=cython.longlong, edge=cython.longlong, ts_val=cython.longlong, ahead=cython.longlong, timing=Timing, flight=Timing, pairs="long long*", calm=cython.int, packet=cython.longlong, ttl=cython.int, ip_id=cython.longlong, proof=cython.longlong, step=cython.int, recent="long long*", at=cython.int, end=cython.longlong, since=cython.longlong, account=Account, way=cython.longlong)
cpdef bint plain(Life life, int side, Segment s) except -1
cpdef int tell(Observation o, int side, Endpoint e, Segment s) except -1
@cython.locals(a=Endpoint, b=Endpoint)
cpdef int calm_of(Life life) except -1
@cython.locals(account=Account, a=Endpoint, b=Endpoint, calm=cython.int)
cpdef int calm_but_for_states(Life life) except -1
cdef bint _is_mending(SideAccount mine, Endpoint p) noexcept
cpdef bint awaits_repeat(Account account, Endpoint e, long long before, long long taken) noexcept
@cython.locals(account=Account, other=SideAccount)
cpdef stop_tries(Life life, Endpoint p)
cdef bint _is_settled(Endpoint e, Endpoint p, SideAccount mine) noexcept
@cython.locals(account=Account)
cpdef rouse(Life life)
cdef _catch_up(SideAccount mine, Endpoint e)
