cimport cython

from tcplife.anomalies cimport asking
from tcplife.tracker.observation cimport Observation


@cython.final
cdef class Rule:
    cdef public int kind, related
    cdef public long long when
    cdef public object judge
    cdef void* way


@cython.final
cdef class EndRule:
    cdef public int kind
    cdef public long long when
    cdef public object judge
    cdef void* way
