cimport cython
from tcplife.capture.formats cimport END, RECORD
from tcplife.capture.reader cimport Reader
from tcplife.capture.relay cimport RelayReader


cdef class MergedReader(RelayReader):
    cdef list _open, _waiting
    cdef long long _order, _limit_ts, _limit_order

    @cython.locals(reader=Reader)
    cdef object look(self, long long order, object source, object totals)
    cdef rank(self)
    @cython.locals(child=Reader, ts=cython.longlong)
    cpdef int next(self) except -1
    @cython.locals(child=Reader)
    cdef int switch(self) except -1
    @cython.locals(last=Py_ssize_t)
    cdef tuple bound(self)
    @cython.locals(child=Reader, last=Py_ssize_t)
    cdef Reader earliest(self)
    @cython.locals(child=Reader)
    cdef Reader again(self, str path)
    @cython.locals(child=Reader)
    cpdef close(self)
    cdef gone(self, str path, object error)
