cimport cython
from tcplife.capture.formats cimport END, IDLE, RECORD
from tcplife.capture.reader cimport Reader


cdef class RelayReader(Reader):
    cdef Reader _child
    cdef long long _elsewhere

    cdef int show(self, Reader child) except -1
    cdef adopt(self, Reader child)
    cdef meet(self, Reader child)
    cdef over(self, Reader child)
    cdef adopt_words(self, Reader child)
    @cython.locals(child=Reader)
    cpdef close(self)


cdef class LiveReader(RelayReader):
    cdef object _opening

    @cython.locals(got=cython.int, child=Reader)
    cpdef int next(self) except -1
    cpdef close(self)
