cimport cython

from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag
from tcplife.model.names cimport UNKNOWN



@cython.final
@cython.no_gc
cdef class Oddity:
    cdef public long long jump_packet, jump_seq, jump_ack, jump_ns, jump_ts_val, rst_packet, rst_ns, refused_packet
    cdef public long long isn_before, stale_ack, repeated_bytes, unseen, floor
    cdef public Py_ssize_t gone_rows
    cdef public list gone_inbox
    cdef public int repeated_packets, out_of_order, duplicates, keep_alives, zero_windows, sack_blocks, resets, ecn_ce, signed
    cdef public signed char gone_state, undo_state
    cdef public flag blank, jump_dsack

    cpdef void begin(self) noexcept
