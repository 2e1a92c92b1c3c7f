cimport cython

from tcplife.anomalies.wireshark cimport WireStream
from tcplife.flows.seedling cimport Seedling
from tcplife.flows.table cimport Flow
from tcplife.model.pairs cimport part_of
from tcplife.model.segment cimport Segment

cdef Py_ssize_t GENERATION

cpdef bint is_above(Flow flow) except -1
@cython.locals(one=cython.ulonglong, two=cython.ulonglong, other=cython.ulonglong, low=object)
cpdef object key_of(Flow flow)
@cython.locals(key=object, hi=object, lo=object, port=object)
cdef object _key_of_six(Flow flow)


@cython.final
cdef class Streams:
    cdef list _young, _old
    cdef public long long forgotten

    @cython.locals(at=cython.int, young=dict, old=dict)
    cpdef put(self, Flow flow, object stream)
    @cython.locals(at=cython.int, young=dict, old=dict)
    cpdef WireStream take(self, Flow flow)
    @cython.locals(at=cython.int, young=dict, old=dict)
    cpdef bint pass_by(self, Seedling flow, bint keep) except -1
    @cython.locals(old=dict)
    cdef dict _room(self, int at)


@cython.locals(s=Segment, wire=WireStream)
cdef WireStream _grown(Seedling flow)
cdef int _part(Flow flow) except -1
