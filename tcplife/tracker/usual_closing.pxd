cimport cython

from tcplife.model.names cimport BY_RECEIVING, BY_SENDING, CLOSE_WAIT, ESTABLISHED, FIN, FIN_WAIT_1, LAST_ACK, M32
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount, awaits_repeat
from tcplife.tracker.cookies cimport is_in_doubt
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport ENOUGH_ACKS, HALF, UNSURE
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.orderly cimport candidate_from, count, denies, enter, is_in_order, is_timely, leave, offer_window
from tcplife.tracker.timestamps cimport note_newer
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.transitions cimport GETS_ACK_OF_FIN, GETS_FIN, SENDS_FIN

@cython.locals(account=Account, mine=SideAccount, other=SideAccount, fin=cython.int, sent=cython.longlong, behind=cython.longlong, ack=cython.longlong, before=cython.longlong, ts=cython.longlong, gap=cython.longlong)
cpdef bint closes(Life life, Endpoint e, Endpoint p, Segment s, int flags) except -1
cdef bint _is_whole(Endpoint e) noexcept
cdef bint _had_fin(Endpoint e, Segment s) noexcept
cdef bint _is_first(Endpoint e, Endpoint p, int fin) noexcept
@cython.locals(brought=Candidate, last=Candidate)
cdef bint _is_answer(Endpoint e, Endpoint p, Segment s, long long ack, int fin) except -1
@cython.locals(last=Candidate)
cdef Candidate _last(Candidate brought)
@cython.locals(brought=Candidate, last=Candidate)
cdef _shows_fin(Life life, Endpoint e, Endpoint p, Segment s)
@cython.locals(packet=cython.longlong, fin=cython.longlong, end=cython.longlong)
cdef _sends_fin(Life life, Endpoint e, Segment s, long long ack)
@cython.locals(behind=cython.bint)
cdef _close_receiver(Endpoint e, Endpoint p, Segment s, long long sent, int fin)
cdef _acknowledge(Endpoint e, Endpoint p, long long ack, long long ts_ns)
@cython.locals(right=cython.longlong)
cdef bint _keeps_window(Endpoint e, Endpoint p, Segment s, long long ack) noexcept
