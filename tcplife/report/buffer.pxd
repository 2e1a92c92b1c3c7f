cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.report cimport native

cdef bint COMPILED
cdef Py_ssize_t ROOM, SPARE, LONGEST
cdef long long STAMPS
cdef arrays.array NUMBERS
cdef long long BILLION, DAY_S, ERA_S


@cython.final
cdef class Buffer:
    cdef public bytearray data
    cdef unsigned char* front
    cdef public Py_ssize_t at, room
    cdef arrays.array _seconds
    cdef list _stamps

    cpdef bytes take(self)
    cpdef hand_to(self, object output)
    cpdef bytes since(self, Py_ssize_t at)
    cpdef int drop(self, Py_ssize_t at) except -1
    cpdef int need(self, Py_ssize_t size) except -1
    cpdef int _grow(self, Py_ssize_t size) except -1
    cpdef int raw(self, bytes octets) except -1
    cpdef int number(self, long long value) except -1
    cpdef int field(self, bytes name, long long value) except -1
    cpdef int optional(self, long long value, long long none) except -1
    cpdef int seconds(self, long long ns) except -1
    cpdef int milliseconds(self, long long ns) except -1
    @cython.locals(at=Py_ssize_t, seconds="long long*", stamp=bytes)
    cpdef bytes stamp(self, long long second)
    @cython.locals(second=cython.longlong, stamp=bytes, at=Py_ssize_t)
    cpdef int timestamp(self, long long ns) except -1
    cpdef int address(self, unsigned long long hi, unsigned long long lo, int version) except -1
    @cython.locals(at=Py_ssize_t, d="unsigned char*", number=cython.int, begin=cython.int, end=cython.int, run=cython.int)
    cdef int _ipv6(self, unsigned long long hi, unsigned long long lo) except -1
    @cython.locals(at=Py_ssize_t)
    cpdef int text(self, str text) except -1


@cython.locals(half=cython.ulonglong)
cdef unsigned int _group(unsigned long long hi, unsigned long long lo, int number) noexcept
cpdef bytes encoded(str text)
@cython.locals(days=cython.longlong, rest=cython.longlong, era=cython.longlong, day=cython.longlong, year=cython.longlong, month=cython.longlong)
cpdef bytes stamp_of(long long second)
