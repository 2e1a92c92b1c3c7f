cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport LINK, LLC, WIFI

cdef int ENCRYPTED, OTHER_LINK, SHORT_LINK
cdef int DATA, QOS, NO_DATA, TO_AND_FROM, MORE_PIECES, PROTECTED, ORDER, AMSDU, FCS_PRESENT, PADDED
cdef unsigned long long AVS_MAGIC, AVS_MASK

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int, field=cython.int, more=cython.int, flags=cython.int)
cpdef int radiotap(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cpdef int prism(Cursor c) noexcept

@cython.locals(size=cython.longlong)
cpdef int avs(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cpdef int ppi(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int, control=cython.int)
cpdef int wifi(Cursor c, int padded) noexcept

@cython.locals(o=cython.Py_ssize_t)
cdef int amsdu(Cursor c) noexcept
