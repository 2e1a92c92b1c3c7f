cimport cython
from tcplife.model.connection cimport Connection
from tcplife.model.names cimport ACK, FIN, M32, RST, SYN
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek_usual cimport take_answer, take_bare, take_syns
from tcplife.summary.zeek_ending cimport goes_on, why_ended
from tcplife.summary.zeek_names cimport (
    ATTEMPT_NS, CUT_OFF, HELD, HOLED, ROWS_LIMIT, SAID_ACK, SAID_DATA, SKIPPED, UNACKED, WHOLE
)
from tcplife.summary.zeek_row cimport ZeekRow
from tcplife.summary.zeek_state cimport word_of_states
from tcplife.summary.zeek_side cimport ZeekSide

cdef extern from *:
    unsigned long long BROADCAST "((unsigned long long){0xffffffffULL})"

@cython.locals(orig=ZeekSide, resp=ZeekSide, sent=cython.longlong, answered=cython.longlong, state=str)
cpdef line_of(ZeekRow row)


@cython.final
@cython.no_gc
cdef class ZeekLife:
    cdef public ZeekRow row, first
    cdef public list further
    cdef public long long start_ns, last_ns
    cdef public unsigned int seq, tries, cuts
    cdef public unsigned short sport, dport, flags
    cdef public unsigned char side
    cdef public int reasons

    cpdef clear(self)
    @cython.locals(row=ZeekRow, e=ZeekSide, p=ZeekSide, ts_ns=cython.longlong, length=cython.longlong, ackno=cython.longlong, acked=cython.longlong, end=cython.longlong, upto=cython.longlong, in_order=cython.bint, begins=cython.bint, pace=cython.int, said=cython.int)
    cpdef int segment(self, Segment s, int side, bint captured_whole) except -1
    cpdef shake_hands(self, Segment syn, Segment answer, Segment ack)
    @cython.locals(flags=cython.int, why=cython.int)
    cdef int take_slowly(self, ZeekRow row, Segment s, int side, bint captured_whole) except -1
    @cython.locals(broadcast=cython.bint, fresh=ZeekRow)
    cdef ZeekRow next_row(self, ZeekRow row, int why, Segment s, int side)
    cdef int keep(self, ZeekRow row) except -1
    @cython.locals(flags=cython.int, broadcast=cython.bint, row=ZeekRow, same=cython.bint)
    cdef int take_early(self, Segment s, int side, bint captured_whole) except -1
    cdef int keep_syn(self, Segment s, int side) except -1
    @cython.locals(row=ZeekRow)
    cdef ZeekRow early_row(self)
    @cython.locals(row=ZeekRow, orig=ZeekSide, resp=ZeekSide, empty=cython.bint)
    cpdef tell(self, Connection c)
    cpdef line(self)
    cpdef list rows(self)


@cython.locals(made=ZeekLife)
cpdef ZeekLife new_zeek_life()
