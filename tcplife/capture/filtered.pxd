cimport cython
from tcplife.capture.formats cimport END, IDLE, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.capture.relay cimport RelayReader


cdef class FilteredReader(RelayReader):
    cdef object _filter
    cdef public long long left_out

    @cython.locals(got=cython.int, child=Reader, octets=bytes)
    cpdef int next(self) except -1
    cdef meet(self, Reader child)
    cpdef tell(self)
