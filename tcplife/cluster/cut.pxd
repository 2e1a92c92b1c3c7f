cimport cython

from tcplife.capture.formats cimport RECORD
from tcplife.capture.reader cimport Reader
from tcplife.cluster.rows cimport RowWriter
from tcplife.decode.decoder cimport Decoder
from tcplife.model.pairs cimport part_of
from tcplife.model.segment cimport Segment

cdef extern from *:
    int BAD_FRAGMENT "((int){30})"
    int FRAGMENT "((int){8})"
    int FRAGMENT_LOST "((int){29})"
    int KEYS "((int){8192})"
    long long SECOND "((long long){1000000000LL})"
    long long LEAST_NS "((long long){-0x4000000000000000LL})"


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
