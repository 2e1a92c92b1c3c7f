cimport cython

from tcplife.model.names cimport M32
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount, note_sent
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.evidence cimport is_denied
from tcplife.tracker.facts cimport HALF, STEP_NS, UNSURE
from tcplife.tracker.inbox cimport Candidate, candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.timestamps cimport sent_by

cdef extern from *:
    int OTHERS "((int){-1})"

cpdef bint is_in_order(Life life, Segment s, long long gap) noexcept
cpdef bint is_timely(Endpoint e, Segment s) noexcept
cpdef bint denies(Segment s, Endpoint e, Endpoint p, Candidate candidate) noexcept
@cython.locals(number=cython.int, candidate=Candidate)
cpdef int count(Candidate inbox, int event) noexcept
@cython.locals(echoes=cython.bint)
cpdef Candidate candidate_from(int event, Endpoint e, Endpoint p, Segment s, long long sent, bint octets)
@cython.locals(ts=cython.longlong)
cpdef void enter(Life life, Endpoint e, Segment s) noexcept
cpdef void note_ack(Endpoint e, Segment s) noexcept
@cython.locals(window=cython.longlong, right=cython.longlong)
cpdef void offer_window(Endpoint e, Endpoint p, Segment s) noexcept
@cython.locals(mine=SideAccount, other=SideAccount)
cpdef void leave(Account account, Endpoint e, Endpoint p, Segment s, bint rises) noexcept
