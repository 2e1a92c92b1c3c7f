cimport cython

from cpython cimport array as arrays

from tcplife.flows.table cimport Flow
from tcplife.model cimport longs
from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag
from tcplife.model.names cimport BY_RECEIVING, BY_TIMER, CLOSED, ESTABLISHED, LISTEN, M32, SYN_RECEIVED, TIME_WAIT, UNKNOWN
from tcplife.tracker.cookies cimport had_opened, is_in_doubt
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport TICK_NS
from tcplife.tracker.ignorance cimport may_have_begun_closed, may_have_closed, may_have_closed_before
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.incidents cimport Incidents
from tcplife.tracker.log cimport in_order
from tcplife.tracker.transitions cimport (
    EVENT_COUNT, GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN, NO_ROW, SENDS_RST, TIMER_2MSL
)

cdef arrays.array NUMBERS
cdef Endpoint NOBODY
cdef Incidents NO_INCIDENTS
cdef bytes EVENT_OF, FROM_OF, MAY_BE_IN_TIME_WAIT, NEXT, ROW_OF, TO_OF


@cython.final
@cython.no_gc
cdef class Life(Flow):
    # What each segment asks for stands first: see Endpoint.
    cdef public Endpoint a, b
    cdef public long long last_packet, raw_ns
    cdef public signed char wire_flip
    cdef public flag calm, cookies, doubtful, ended, reported, held_over
    cdef public object spent, wire, zeek, held, mail
    cdef public long long close_packet
    cdef public arrays.array rows
    cdef public Incidents incidents
    cdef public object anomalies, segments, details
    cdef public long long first_packet, start_ns, quiet_ns
    cdef public int tunnel
    cdef public signed char syn_side, synack_side, reopened, left

    cpdef begin(self)
    cpdef Incidents own_incidents(self)
    @cython.locals(listened=Endpoint, called=Endpoint, incidents=Incidents)
    cpdef follows(self, Life old)
    @cython.locals(cell=cython.int, to=cython.int)
    cpdef bint move(self, Endpoint e, int event, long long packet, long long ts_ns, int basis, long long confirmed) except -1
    @cython.locals(inbox=Candidate)
    cpdef bint settle(self, Endpoint e, Candidate candidate, long long confirmed) except -1
    cpdef int view(self, Endpoint e) except -1
    @cython.locals(inbox=Candidate, candidate=Candidate, state=cython.int, to=cython.int)
    cpdef int view_but_for(self, Endpoint e, int event) except -1
    @cython.locals(inbox=Candidate, candidate=Candidate)
    cpdef take_tentative(self, Endpoint e)
    @cython.locals(candidate=Candidate, peer=Endpoint)
    cpdef _take_fin_before(self, Endpoint e, Candidate inbox, Candidate reset)
    @cython.locals(candidate=Candidate, peer=Endpoint, several=cython.bint)
    cpdef bint _only_late(self, Endpoint e, Candidate inbox, Candidate doubted) except -1
    @cython.locals(inbox=Candidate, candidate=Candidate, began=cython.longlong, restarted=cython.longlong)
    cpdef run_timer(self, Endpoint e, long long now_ns, long long two_msl_ns)
    @cython.locals(at=Py_ssize_t)
    cpdef Py_ssize_t last_row(self, Endpoint e) except? -1
    cpdef take_back(self, Endpoint e, Py_ssize_t at)
    @cython.locals(at=Py_ssize_t)
    cpdef bint take_back_if(self, Endpoint e, int event) except -1
    @cython.locals(at=Py_ssize_t, code=cython.longlong)
    cpdef Py_ssize_t row_of(self, Endpoint e, int event) except? -1
    @cython.locals(at=Py_ssize_t)
    cpdef Py_ssize_t time_of(self, long long packet, long long otherwise_ns) except? -1
    @cython.locals(row=Py_ssize_t, code=cython.longlong)
    cpdef list take_back_from(self, Endpoint e, Py_ssize_t at)
    @cython.locals(event=cython.int, packet=cython.longlong, ts_ns=cython.longlong, basis=cython.int, confirmed=cython.longlong)
    cpdef tell_again(self, Endpoint e, list later)
    @cython.locals(first=cython.int, second=cython.int)
    cpdef bint is_over(self) except -1
    cpdef end(self)
    cpdef empty(self)
    cpdef let_go(self)
    @cython.locals(x=Endpoint, y=Endpoint)
    cpdef _admit_ignorance(self)
    @cython.locals(at=Py_ssize_t, last=Py_ssize_t, event=cython.int, code=cython.longlong, reset=cython.bint)
    cpdef _reduce(self, Endpoint e, bint opened)
    cpdef forget(self, Endpoint e)
    @cython.locals(at=Py_ssize_t, peer=Endpoint)
    cpdef begin_again(self, Endpoint e)
    cpdef finish(self, long long now_ns, long long two_msl_ns)
    @cython.locals(never=cython.bint)
    cdef _finish_side(self, Endpoint e, long long now_ns, long long two_msl_ns)
