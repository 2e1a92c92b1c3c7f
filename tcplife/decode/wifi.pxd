cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport LINK, LLC, WIFI

cdef extern from *:
    int ENCRYPTED "((int){31})"
    int OTHER_LINK "((int){6})"
    int SHORT_LINK "((int){21})"
    int DATA "((int){2})"
    int QOS "((int){128})"
    int NO_DATA "((int){64})"
    int TO_AND_FROM "((int){3})"
    int MORE_PIECES "((int){4})"
    int PROTECTED "((int){64})"
    int ORDER "((int){128})"
    int AMSDU "((int){128})"
    int FCS_PRESENT "((int){16})"
    int PADDED "((int){32})"
    unsigned long long AVS_MAGIC "((unsigned long long){0x80211000ULL})"
    unsigned long long AVS_MASK "((unsigned long long){0xfffff000ULL})"

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
