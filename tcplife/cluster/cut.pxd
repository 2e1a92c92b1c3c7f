cimport cython

from tcplife.capture.formats cimport RECORD
from tcplife.capture.reader cimport Reader
from tcplife.cluster.rows cimport RowWriter
from tcplife.decode.decoder cimport Decoder
from tcplife.model.pairs cimport part_of
from tcplife.model.segment cimport Segment

cdef int BAD_FRAGMENT, FRAGMENT, FRAGMENT_LOST, KEYS
cdef long long SECOND, LEAST_NS


cdef class Cutter:
    cdef Reader _reader
    cdef Decoder _decoder
    cdef Segment _segment
    cdef list _writers
    cdef int _buckets, _key_at
    cdef object _keys_sink
    cdef long long[::1] _keys, _counts
    cdef public object cut
    cdef public long long cut_packets, tracked

    @cython.locals(reader=Reader, position=cython.longlong, latest=cython.longlong, ts=cython.longlong, tick_s=cython.longlong)
    cpdef run(self)
    @cython.locals(reader=Reader, decoder=Decoder, s=Segment, code=cython.int, part=cython.int, writer=RowWriter, sack_start=cython.longlong)
    cdef _take(self, long long position, long long key_ns)
    cdef _flush_keys(self)
