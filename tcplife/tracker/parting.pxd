cimport cython

from tcplife.model cimport longs
from tcplife.model.names cimport (
    BY_RECEIVING, BY_SENDING, CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, LAST_ACK, M32, TIME_WAIT
)
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.facts cimport CALM_IDS, HALF
from tcplife.tracker.fins cimport Fins
from tcplife.tracker.inbox cimport Candidate, candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.timestamps cimport sent_by, tick
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.transitions cimport EVENT_COUNT, GETS_ACK_OF_FIN, GETS_FIN, SENDS_FIN

cdef int CLOSES, CLOSES_TOO, GETS_ANSWER, GETS_CLOSE, GETS_CLOSE_TOO

@cython.locals(account=Account)
cpdef bint is_usual(Life life, Endpoint e, Endpoint p, Segment began, Segment first, Segment closing, Segment last, long long two_msl_ns) except -1
@cython.locals(fins=Fins)
cdef bint _is_whole(Endpoint e) noexcept
@cython.locals(reach=cython.longlong)
cdef bint _keeps_window(Endpoint e, long long ack, Segment one, long long later, Segment other) noexcept
@cython.locals(clock=cython.longlong, clock_max_ns=cython.longlong, clock_ns=cython.longlong, by_ns=cython.longlong)
cdef bint _is_timely(Endpoint e, Endpoint p, Segment began, Segment first, Segment closing, Segment last) noexcept
cdef bint _is_before(Segment s, long long value) noexcept
@cython.locals(account=Account, first=Segment, answered=cython.longlong, closed=cython.longlong, now=cython.longlong, packet=cython.longlong, fins=Fins, others=Fins, value=cython.longlong, sent=cython.longlong)
cpdef parted(Life life, Endpoint e, Endpoint p, Segment began, Segment answer, Segment closing, Segment last)
@cython.locals(gap=cython.longlong)
cdef void _charge(Account account, Life life, Endpoint e, Endpoint p, long long began, long long now) noexcept
@cython.locals(one=cython.int, two=cython.int)
cdef _move(Life life, Endpoint e, Endpoint p, Segment began, Segment first, Segment closing, long long packet)
cdef void _acknowledges(Endpoint e, long long ts_ns, long long packet) noexcept
@cython.locals(ip_id=cython.int, step=cython.int, window=cython.longlong)
cdef _sends(Endpoint e, Segment s)
@cython.locals(fin=cython.longlong, end=cython.longlong, fins=Fins)
cdef _sends_fin(Endpoint e, Segment s, long long acked_ns)
cdef void _leave(SideAccount mine, Endpoint e) noexcept
