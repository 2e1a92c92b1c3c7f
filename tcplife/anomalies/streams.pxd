cimport cython

from tcplife.anomalies.wireshark cimport WireStream
from tcplife.flows.seedling cimport Seedling
from tcplife.flows.table cimport Flow
from tcplife.model cimport keys
from tcplife.model.pairs cimport mixed
from tcplife.model.segment cimport Segment

cdef Py_ssize_t GENERATION, MARKS
cdef unsigned long long PARTS
cdef int BIT_SHIFT, MARK_SHIFT

cpdef bint is_above(Flow flow) noexcept
@cython.locals(one=cython.ulonglong, two=cython.ulonglong)
cpdef bytes key_of(Flow flow)


@cython.final
cdef class Streams:
    cdef list _young, _old
    cdef bytearray _young_marks, _old_marks
    cdef public long long forgotten

    cpdef put(self, Flow flow, object stream)
    @cython.locals(at=Py_ssize_t, young=dict, old=dict)
    cdef _keep(self, unsigned long long word, Flow flow, object stream)
    @cython.locals(at=Py_ssize_t)
    cdef bint _may_wait(self, unsigned long long word) noexcept
    @cython.locals(word=cython.ulonglong, at=Py_ssize_t, young=dict, old=dict)
    cpdef WireStream take(self, Flow flow)
    @cython.locals(word=cython.ulonglong, at=Py_ssize_t, young=dict, old=dict)
    cpdef bint pass_by(self, Seedling flow, bint keep) except -1


@cython.locals(s=Segment, wire=WireStream)
cdef WireStream _grown(Seedling flow)
cdef unsigned long long _mixed(Flow flow) noexcept
cdef Py_ssize_t _mark(unsigned long long word) noexcept
