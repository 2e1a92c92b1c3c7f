cimport cython
from tcplife.capture.formats cimport AGAIN, END, LAYOUT_PCAPNG, MAX_NS, MAX_RECORD, MAX_WIRE, NO_PACKET, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.model cimport words
from tcplife.model.compiled cimport COMPILED

cdef extern from *:
    long long SECTION "((long long){168627466LL})"
    long long INTERFACE "((long long){1LL})"
    long long PACKET "((long long){2LL})"
    long long SIMPLE "((long long){3LL})"
    long long STATISTICS "((long long){5LL})"
    long long ENHANCED "((long long){6LL})"
    long long BLOCK_OCTETS "((long long){12LL})"
    long long SECTION_OCTETS "((long long){28LL})"
    long long ENHANCED_OCTETS "((long long){32LL})"
    long long SIMPLE_OCTETS "((long long){16LL})"


cdef class PcapngReader(Reader):
    cdef bint _started, _big
    cdef long long _skip, _first, _current, _offset, _clamped
    cdef unsigned long long _mult, _limit
    cdef str _order
    cdef list _clocks
    cdef dict _unknown, _dropped
    cdef object _clock, _unpack2, _unpack5

    cdef sort(self, bint big)
    @cython.locals(got=cython.int)
    cpdef int start(self) except -1
    @cython.locals(o=Py_ssize_t, d="const unsigned char*", got=cython.int, kind=cython.longlong, total=cython.longlong)
    cpdef int next(self) except -1
    @cython.locals(o=Py_ssize_t, d="const unsigned char*", number=cython.longlong, units=cython.ulonglong,
                   low=cython.ulonglong, length=cython.longlong, wire=cython.longlong, again=cython.longlong)
    cdef int enhanced(self, long long total, long long kind) except -1
    @cython.locals(o=Py_ssize_t, wire=cython.longlong, length=cython.longlong)
    cdef int simple(self, long long total) except -1
    @cython.locals(o=Py_ssize_t)
    cdef int event(self, long long total) except -1
    cdef bint choose(self, long long number) except -1
    @cython.locals(got=cython.int, step=cython.longlong)
    cdef int block(self) except -1
    @cython.locals(got=cython.int, again=cython.longlong, least=cython.longlong)
    cdef int other(self, long long kind, long long total) except -1
    @cython.locals(o=Py_ssize_t)
    cdef int described(self, long long kind, long long total) except -1
    @cython.locals(o=Py_ssize_t, got=cython.int, total=cython.longlong, again=cython.longlong)
    cdef int section(self) except -1
    cdef int unsound(self, str what) except -1
    cdef int mismatch(self, long long total, long long again) except -1
    cdef int bad(self, str what) except -1
    cdef count(self, long long kind)
