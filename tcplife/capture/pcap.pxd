cimport cython
from tcplife.capture.formats cimport LAYOUT_PCAP, MAX_RECORD, MAX_WIRE, PCAP_HEADER, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.model cimport words
from tcplife.model.compiled cimport COMPILED

cdef extern from *:
    long long NS "((long long){1000000000LL})"


cdef class PcapReader(Reader):
    cdef bint _started, _big
    cdef Py_ssize_t _head
    cdef int _swap
    cdef long long _unit
    cdef object _unpack

    @cython.locals(o=Py_ssize_t, head=Py_ssize_t, d="const unsigned char*", big=cython.bint, got=cython.int,
                   seconds=cython.longlong, fraction=cython.longlong, length=cython.longlong, wire=cython.longlong)
    cpdef int next(self) except -1
    @cython.locals(got=cython.int)
    cpdef int start(self) except -1
    @cython.locals(got=cython.int)
    cdef int record(self, Py_ssize_t head) except -1
    cdef int absurd(self, long long length) except -1
