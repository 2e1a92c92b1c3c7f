cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IN_ERSPAN, IN_GRE, IN_GRE_KEY, IN_PPTP, NETWORK, PPP, TYPE_PPP, WIFI
)

cdef int BAD_TUNNEL, OTHER_IP
cdef int CHECKSUM, ROUTING, KEY, SEQUENCE, ACKNOWLEDGE, TYPE_ERSPAN, TYPE_ERSPAN_3, TYPE_WCCP, ARUBA_FIRST, ARUBA_LAST

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, flags=cython.int, key=cython.longlong)
cpdef int gre(Cursor c) except -1

cdef int carried(Cursor c) noexcept

@cython.locals(size=cython.int, family=cython.int)
cdef bint skip_routes(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t, size=cython.int)
cdef int erspan(Cursor c, int flags) except -1

@cython.locals(o=cython.Py_ssize_t, size=cython.int)
cdef int point_to_point(Cursor c, int flags) except -1
