cimport cython
from tcplife.capture.formats cimport END, IDLE, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.capture.relay cimport RelayReader


cdef class FollowReader(RelayReader):
    cdef object _folder, _newest
    cdef list _paths
    cdef int _idle_ms
    cdef bint _stopped

    cpdef stop(self)
    @cython.locals(child=Reader, got=cython.int)
    cpdef int next(self) except -1
    cdef bint may_end(self) except -1
    @cython.locals(child=Reader, ready=list)
    cdef int go_on(self) except -1
    cdef left(self, Reader child)
    cpdef close(self)
