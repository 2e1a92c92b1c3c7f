cimport cython

from tcplife.model cimport longs
from tcplife.model.names cimport ACK, CWR, ECE, ESTABLISHED, M32, PSH, SYN, SYN_RECEIVED
from tcplife.model.segment cimport Segment
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.facts cimport HALF, STALE_CLOCK_NS, STEP_NS
from tcplife.tracker.inbox cimport candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.opening cimport note_options
from tcplife.tracker.orderly cimport offer_window
from tcplife.tracker.timestamps cimport note_newer
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.transitions cimport GETS_ACK_OF_SYN

cdef int ANSWERS, CALLS, GETS_ANSWER
cdef extern from *:
    int SYN_ACK "((int){18})"

@cython.locals(stamped=cython.bint, gap=cython.longlong, later=cython.longlong)
cpdef bint is_usual(Segment syn, Segment answer, Segment ack) noexcept
@cython.locals(e=Endpoint, p=Endpoint, account=Account, called=cython.longlong, answered=cython.longlong, now=cython.longlong, packet=cython.longlong, value=cython.longlong)
cpdef greeted(Life life, Segment syn, Segment answer, Segment ack)
cdef void _enter(SideAccount mine, Endpoint e, Segment latest) noexcept
@cython.locals(ts=cython.longlong, value=cython.longlong)
cdef void _introduce(Endpoint e, Segment s) noexcept
