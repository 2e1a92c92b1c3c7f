cimport cython

from tcplife.model.names cimport ACK, FIN, FIN_WAIT_2, M32, RST, SYN, SYN_RECEIVED, TIME_WAIT
from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport CHALLENGE_ACK, CROSSING_NS, DSACK, HALF, LOST_RST, SIGNED_IN_VAIN, STALE_CLOCK_NS
from tcplife.tracker.inbox cimport Candidate, candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.timing cimport Timing
from tcplife.tracker.transitions cimport GETS_ACK_OF_FIN, GETS_FIN

cdef extern from *:
    long long DELAYED_NS "((long long){200000000LL})"
    long long FEW "((long long){3LL})"
    long long M16 "((long long){65535LL})"

@cython.locals(timing=Timing)
cpdef Py_ssize_t hop_ns(Endpoint e, Endpoint p) except? -1
@cython.locals(e=Endpoint, p=Endpoint, way=cython.longlong)
cpdef Py_ssize_t had_edge(Observation o) except? -1
@cython.locals(s=Segment, candidate=Candidate, value=cython.longlong, octets=cython.bint, waits=cython.bint, echoes=cython.bint)
cpdef offer(Observation o, Endpoint p, int event)
@cython.locals(inbox=Candidate, candidate=Candidate)
cpdef disprove(Observation o, Endpoint e, int event, long long fact)
@cython.locals(inbox=Candidate, candidate=Candidate, other=Candidate, way=cython.longlong, repeats=cython.bint, closes=cython.bint)
cpdef disprove_reset(Observation o, Endpoint e, int event)
@cython.locals(inbox=Candidate, candidate=Candidate)
cpdef doubt(Observation o, Endpoint e, int event, long long fact)
@cython.locals(p=Endpoint, echo=cython.longlong)
cpdef bint denies(Observation o, Candidate candidate) except -1
cpdef bint is_denied(Candidate candidate, long long sent_by_ns, long long echo, long long acked) noexcept
@cython.locals(echo=cython.longlong)
cpdef bint proves(Observation o, Candidate candidate) except -1
@cython.locals(inbox=Candidate, candidate=Candidate, found=Candidate)
cpdef Candidate cause(Observation o, Endpoint e, int event)
@cython.locals(inbox=Candidate, s=Segment, candidate=Candidate, later=Candidate, first=Candidate, last=Candidate, live=Candidate, echoed=Candidate, early=Candidate, late=Candidate, possible=Candidate)
cpdef Candidate cause_of_fin(Observation o, Endpoint e)
@cython.locals(value=cython.longlong, p=Endpoint)
cpdef bint is_refused(Observation o, Endpoint e) except -1
@cython.locals(candidate=Candidate, cut=cython.bint, other=cython.bint)
cpdef bint may_have_arrived_before(Observation o, Endpoint e, Candidate fin) except -1
@cython.locals(candidate=Candidate)
cpdef reports_fin_in_vain(Observation o, Endpoint e)
@cython.locals(inbox=Candidate, last=Candidate)
cpdef refuses_fin(Observation o, Endpoint e)
cpdef bint fills_below(Observation o, Endpoint p) except -1
cpdef bint fin_passed_before(Endpoint p, Candidate candidate) except -1
cdef bint _reports_nothing(Observation o) except -1
@cython.locals(e=Endpoint, state=cython.int)
cpdef bint is_signed_in_vain(Observation o, Endpoint p) except -1
cpdef bint before_its_reset(Observation o, Endpoint e) except -1
@cython.locals(p=Endpoint)
cpdef bint echoes_unseen(Observation o) except -1
@cython.locals(newer=cython.longlong)
cpdef bint had_gone_on(Observation o, Endpoint p) except -1
@cython.locals(lost=cython.longlong)
cpdef int not_captured(Observation o, Endpoint e) except? -2
@cython.locals(s=Segment)
cpdef bint is_too_old(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(before_ns=cython.longlong, candidate=Candidate)
cpdef bint took_octets(Observation o, Endpoint e, Endpoint p) except -1
cpdef bint is_copy(Observation o, int ip_id, long long ts_val, long long sent_ns) except -1
cpdef note_answer(Observation o, Life life, int side)
@cython.locals(candidate=Candidate, refused=cython.bint)
cpdef bint refused_fin(Endpoint p) except -1
