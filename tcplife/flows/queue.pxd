cimport cython

from tcplife.flows.table cimport Flow

cdef extern from *:
    Py_ssize_t SLACK "((Py_ssize_t){64})"


@cython.final
cdef class Queue:
    cdef list _flows
    cdef Py_ssize_t _at
    cdef public Py_ssize_t waiting

    cpdef push(self, Flow flow)
    cpdef Flow first(self)
    @cython.locals(flows=list)
    cpdef drop(self)
