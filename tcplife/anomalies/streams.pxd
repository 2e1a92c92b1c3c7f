cimport cython

from cpython cimport array as arrays

from tcplife.anomalies.wireshark cimport WireStream, WireWay
from tcplife.flows.seedling cimport Seedling
from tcplife.flows.table cimport Flow
from tcplife.model cimport keys, longs
from tcplife.model.names cimport M32
from tcplife.model.pairs cimport mixed
from tcplife.model.segment cimport Segment

cdef extern from *:
    Py_ssize_t GENERATION "((Py_ssize_t){128})"
    Py_ssize_t MARKS "((Py_ssize_t){256})"
    unsigned long long PARTS "((unsigned long long){256ULL})"
    int BIT_SHIFT "((int){40})"
    int MARK_SHIFT "((int){16})"

cpdef bint is_above(Flow flow) noexcept
@cython.locals(one=cython.ulonglong, two=cython.ulonglong)
cpdef bytes key_of(Flow flow)


@cython.final
@cython.no_gc
cdef class Waiting:
    cdef public unsigned long long one, two
    cdef public bytes key
    cdef public WireStream stream


@cython.locals(made=Waiting)
cdef Waiting _waiting(Flow flow, object stream)
@cython.locals(one=cython.ulonglong, two=cython.ulonglong)
cdef bint _is_of(Waiting found, Flow flow) except -1


@cython.final
@cython.no_gc
cdef class Generation:
    cdef public arrays.array words
    cdef public list waiting

    @cython.locals(at=Py_ssize_t, words="long long*", half=cython.longlong)
    cdef Py_ssize_t find(self, unsigned long long word, Flow flow) except? -2
    cdef put(self, unsigned long long word, object waiting)
    @cython.locals(last=Py_ssize_t)
    cdef object take(self, Py_ssize_t at)


@cython.final
@cython.no_gc
cdef class Streams:
    cdef list _young, _old
    cdef bytearray _young_marks, _old_marks
    cdef public long long forgotten

    cpdef put(self, Flow flow, object stream)
    @cython.locals(at=Py_ssize_t, place=Py_ssize_t, bit=cython.int, young=Generation, old=Generation)
    cdef _keep(self, unsigned long long word, Flow flow, object waiting)
    @cython.locals(generation=Generation)
    cdef Py_ssize_t _waits_in(self, list generations, unsigned long long word, Flow flow) except? -2
    @cython.locals(at=Py_ssize_t)
    cdef bint _may_wait(self, unsigned long long word) noexcept
    cpdef bint may_know(self, Flow flow) noexcept
    @cython.locals(word=cython.ulonglong, place=Py_ssize_t, generation=Generation)
    cpdef WireStream take(self, Flow flow)
    @cython.locals(word=cython.ulonglong)
    cpdef bint pass_by(self, Seedling flow, bint keep) except -1


cdef WireStream _grown(Seedling flow)
@cython.locals(stream=WireStream)
cpdef WireStream opened_by(Segment s, int side)
@cython.locals(way=WireWay, back=WireWay)
cpdef answered_by(WireStream stream, Segment s, int side)
@cython.locals(way=WireWay)
cdef WireWay _begun_way(WireStream stream, Segment s, int side)
cdef unsigned long long _mixed(Flow flow) noexcept
cdef Py_ssize_t _mark(unsigned long long word) noexcept
