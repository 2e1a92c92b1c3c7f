cimport cython

from tcplife.report cimport native

cdef bint COMPILED
cdef Py_ssize_t ROOM
cdef int DIGITS
cdef long long BILLION, MILLION


@cython.final
cdef class Buffer:
    cdef public bytearray data
    cdef unsigned char* front
    cdef public Py_ssize_t at, room
    cdef long long _second
    cdef bytes _stamp

    cpdef bytes take(self)
    cpdef bytes since(self, Py_ssize_t at)
    cpdef int drop(self, Py_ssize_t at) except -1
    @cython.locals(size=Py_ssize_t)
    cpdef int raw(self, bytes octets) except -1
    cpdef int _grow(self, Py_ssize_t size) except -1
    cpdef int number(self, long long value) except -1
    @cython.locals(size=Py_ssize_t, d="unsigned char*")
    cpdef int field(self, bytes name, long long value) except -1
    @cython.locals(size=cython.int, a=Py_ssize_t, d="unsigned char*")
    cdef int _digits(self, long long value) except -1
    cpdef int optional(self, long long value, long long none) except -1
    @cython.locals(rest=cython.longlong)
    cpdef int decimal(self, long long value, long long unit) except -1
    @cython.locals(a=Py_ssize_t, d="unsigned char*")
    cdef int _fraction(self, long long rest, long long unit) except -1
    cpdef int seconds(self, long long ns) except -1
    cpdef int milliseconds(self, long long ns) except -1
    @cython.locals(second=cython.longlong)
    cpdef int timestamp(self, long long ns) except -1
    @cython.locals(i=cython.int, a=Py_ssize_t, d="unsigned char*")
    cpdef int _padded(self, long long value) except -1
    cpdef int address(self, unsigned long long hi, unsigned long long lo, int version) except -1
    cpdef int text(self, str text) except -1
    @cython.locals(size=Py_ssize_t, a=Py_ssize_t, i=Py_ssize_t, d="unsigned char*", s="const unsigned char*", c=cython.int)
    cdef bint _plain_text(self, bytes octets) except -1


@cython.locals(size=cython.int, limit=cython.longlong)
cdef int _digits_of(long long value) noexcept
cpdef bytes encoded(str text)
