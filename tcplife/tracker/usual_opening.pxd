cimport cython

from tcplife.model.names cimport BY_RECEIVING, BY_SENDING, M32
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.cookies cimport is_in_doubt, lies_back, may_keep_nothing
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CONGESTED, ENOUGH_ACKS, UNSURE
from tcplife.tracker.inbox cimport Candidate, candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.opening cimport note_options
from tcplife.tracker.orderly cimport candidate_from, count, denies, enter, is_in_order, is_timely, leave, note_ack, offer_window
from tcplife.tracker.plain cimport calm_but_for_states, is_mending, plain, rouse
from tcplife.tracker.timestamps cimport note_newer
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.transitions cimport GETS_ACK_OF_SYN, GETS_SYN_ACK, SENDS_SYN_ACK

@cython.locals(packet=cython.longlong, ts=cython.longlong, gap=cython.longlong, value=cython.longlong, account=Account, other=SideAccount)
cpdef bint answers(Life life, Endpoint e, Endpoint p, Segment s) except -1
cpdef bint may_answer(Segment s, long long next_raw, long long ts_val) noexcept
@cython.locals(account=Account, brought=Candidate, ts=cython.longlong, gap=cython.longlong)
cpdef bint completes(Life life, Endpoint e, Endpoint p, Segment s) except -1
@cython.locals(sent=cython.longlong)
cpdef bint asks(Life life, Endpoint e, Endpoint p, Segment s) except -1
cpdef bint may_ask(Endpoint e, Endpoint p, Segment s) except -1
cpdef asked(Endpoint e, Endpoint p, Segment s, long long sent)
cpdef bint accepts(Life life, Endpoint e, Endpoint p, Segment s) except -1
@cython.locals(brought=Candidate)
cpdef bint may_accept(Endpoint e, Endpoint p, Segment s) except -1
cpdef accepted(Life life, Endpoint e, Segment s)
@cython.locals(calm=cython.int)
cdef bint _take_plain(Life life, Endpoint e, Endpoint p, Segment s) except -1
