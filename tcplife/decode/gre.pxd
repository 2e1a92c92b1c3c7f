cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IN_ERSPAN, IN_GRE, IN_GRE_KEY, IN_PPTP, NETWORK, PPP, TYPE_PPP, WIFI
)

cdef extern from *:
    int BAD_TUNNEL "((int){27})"
    int OTHER_IP "((int){5})"
    int CHECKSUM "((int){32768})"
    int ROUTING "((int){16384})"
    int KEY "((int){8192})"
    int SEQUENCE "((int){4096})"
    int ACKNOWLEDGE "((int){128})"
    int TYPE_ERSPAN "((int){35006})"
    int TYPE_ERSPAN_3 "((int){8939})"
    int TYPE_WCCP "((int){34878})"
    int ARUBA_FIRST "((int){33280})"
    int ARUBA_LAST "((int){33648})"

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, flags=cython.int, key=cython.longlong)
cpdef int gre(Cursor c) except -1

cdef int carried(Cursor c) noexcept

@cython.locals(size=cython.int, family=cython.int)
cdef bint skip_routes(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t, size=cython.int)
cdef int erspan(Cursor c, int flags) except -1

@cython.locals(o=cython.Py_ssize_t, size=cython.int)
cdef int point_to_point(Cursor c, int flags) except -1
