cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.compiled cimport COMPILED
from tcplife.report cimport native

cdef extern from *:
    Py_ssize_t ROOM "((Py_ssize_t){131072})"
    Py_ssize_t SPARE "((Py_ssize_t){16384})"
    Py_ssize_t LONGEST "((Py_ssize_t){64})"
    long long STAMPS "((long long){64LL})"

cdef arrays.array NUMBERS
cdef extern from *:
    long long BILLION "((long long){1000000000LL})"
    long long DAY_S "((long long){86400LL})"
    long long ERA_S "((long long){0x2f0605980LL})"


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
