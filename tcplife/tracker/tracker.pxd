cimport cython

from tcplife.model.names cimport ACK, CLOSED, CWR, ECE, ESTABLISHED, FIN, FIN_WAIT_2, PSH, RST, SYN, SYN_SENT, UNKNOWN
from tcplife.model.segment cimport Segment
from tcplife.tracker.answers cimport takes_earlier_answer
from tcplife.tracker.account cimport charge
from tcplife.tracker.clocks cimport note_silence
from tcplife.tracker.closing cimport forget_fin, undo_fin
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.evidence cimport is_refused, is_signed_in_vain, is_too_old, note_answer
from tcplife.tracker.facts cimport (
    ACKS_UNSEEN, AFTER_PAUSE, BAD_ACK, BELOW_ACK, CLOCK_BACK, CONTROL, DATA_AFTER_FIN, DOUBLE_NS, DSACK, DUPLICATE,
    ECN_ECHO, ECN_MARKED, ECN_REDUCED, FILLS_GAP, KEEP_ALIVE, MISSING_ACK, OUT_OF_WINDOW, PARTLY_SEEN,
    RST_IGNORED, SEEN_BEFORE, SOONEST_REPEAT_NS, STEP_NS, STORED_LATE, SYN_ACK_OTHER, SYN_IN_LIFE, SYN_OTHER,
    TIMESTAMP_BACK, TO_CLOSED, TWIN, UNSURE, WINDOW_PROBE, WINDOW_SHRUNK
)
from tcplife.tracker.inbox cimport Candidate
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.seqspace cimport unwrap
from tcplife.tracker.opening cimport sends_syn, sends_syn_ack
from tcplife.tracker.plain cimport calm_of, plain, rouse, tell
from tcplife.tracker.progress cimport passes, shows
from tcplife.tracker.resets cimport sends_rst
from tcplife.tracker.timestamps cimport date, note_timestamp
from tcplife.tracker.timing cimport Timing, new_timing
from tcplife.tracker.unseen cimport empty_elsewhere, fin_alone, has_beyond_window, miss, octets_in_doubt, sure_edge, write_off
from tcplife.tracker.usual cimport take_usual

cdef extern from *:
    long long ODD "((long long){0x4002000e00LL})"
    long long MIXED_NS "((long long){10000000LL})"

cdef bytes MAY_BE_IN_TIME_WAIT


@cython.final
cdef class Tracker:
    cdef public Observation seen
    cdef public long long two_msl_ns
    cdef public bint straight

    @cython.locals(o=Observation, e=Endpoint, p=Endpoint, ts=cython.longlong, facts=cython.longlong, flags=cython.int, seq=cython.longlong, ack=cython.longlong, length=cython.longlong, end=cython.longlong, sack_at=cython.longlong)
    cpdef Py_ssize_t segment(self, Life life, int side, Segment s, long long sack_start) except? -1
    @cython.locals(a=cython.longlong, b=cython.longlong, ip_id=cython.longlong, age=cython.longlong)
    cdef bint _is_double(self, Observation o, Endpoint e, Segment s) except -1
    @cython.locals(flags=cython.int)
    cdef _slow(self, Observation o, Life life, Endpoint e, Endpoint p, long long sack_start)
    @cython.locals(seq=cython.longlong, data_end=cython.longlong, facts=cython.longlong, repeated=cython.longlong, in_doubt=cython.bint)
    cdef _octets(self, Observation o, Endpoint e, Endpoint p)
    @cython.locals(ack=cython.longlong, limit=cython.longlong)
    cdef _acknowledge(self, Observation o, Endpoint e, Endpoint p)
    @cython.locals(window=cython.longlong, right=cython.longlong, refuses=cython.bint)
    cdef _offer_window(self, Observation o, Endpoint e, Endpoint p)
