cimport cython

from tcplife.model.segment cimport Segment
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life


@cython.final
cdef class Observation:
    cdef public Segment segment
    cdef public Life life
    cdef public Endpoint sender, receiver
    cdef public int side, flags
    cdef public long long seq, end, edge_before, ack, ack_before, snd_max_before, length, window, ts_ns, gap_ns, facts, lost, missing, repeated, answers, sack_at, shrunk
    cdef public long long sent_ns, sent_by_ns
