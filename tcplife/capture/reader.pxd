cimport cython

from tcplife.capture cimport window
from tcplife.capture.formats cimport BUFFER_OCTETS, END, EOF, IDLE, RECORD
from tcplife.model.compiled cimport COMPILED



cdef class Reader:
    cdef public long long packet, ts_ns, wire_len, snaplen, bytes_read, bytes_total
    cdef public Py_ssize_t at, end
    cdef public int link, interface
    cdef public bytearray buf
    cdef const unsigned char* data
    cdef public bint cut
    cdef public object damage
    cdef public list damages, notes
    cdef public str source, format
    cdef object _input
    cdef bint _done
    cdef Py_ssize_t _pos, _have
    cdef long long _base
    cdef int layout, _descriptor
    cdef bint _in_window

    cpdef take(self, bytearray head, Py_ssize_t have)
    cpdef int next(self) except -1
    cpdef int start(self) except -1
    cpdef close(self)
    cpdef open_window(self)
    cpdef bytes octets(self, Py_ssize_t at, Py_ssize_t end)
    @cython.locals(got=Py_ssize_t)
    cdef int wait(self, Py_ssize_t need) except -1
    @cython.locals(size=Py_ssize_t, tail=Py_ssize_t, got=Py_ssize_t, grown=bytearray)
    cdef Py_ssize_t fill(self, Py_ssize_t need) except? -2
    @cython.locals(offset=cython.longlong, size=cython.longlong, begin=cython.longlong, seen="const unsigned char*", source=object)
    cdef int move_window(self, Py_ssize_t need) except -1
    cdef long long file_size(self) except? -1
    cdef bint has_lost(self, long long size) except -1
    cdef shut_window(self)
    cdef ended(self)
    cdef finish(self)
    cpdef tell(self)
    cdef int damaged(self, str what, long long at_byte) except -1
