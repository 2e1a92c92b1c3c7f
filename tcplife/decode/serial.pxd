cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IPV4, IPV6, MAX_802_3, MPLS, NETWORK, PPP, TYPE_ARP, TYPE_IPV4, TYPE_IPV6, TYPE_MPLS,
    TYPE_QINQ, TYPE_VLAN
)

cdef extern from *:
    int OTHER_LINK "((int){6})"
    int SHORT_LINK "((int){21})"
    int PPP_IPV4 "((int){33})"
    int PPP_IPV6 "((int){87})"
    int PPP_MPLS "((int){641})"
    int PPP_MULTILINK "((int){61})"
    int PPP_BRIDGE "((int){49})"
    int SNAP_POINTS "((int){43690})"
    int MULTILINK_WHOLE "((int){192})"

@cython.locals(first=cython.int)
cpdef int hdlc(Cursor c) noexcept

cpdef int cisco(Cursor c) noexcept

@cython.locals(b="const unsigned char*", number=cython.int)
cpdef int ppp(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t)
cpdef int pppoe(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cpdef int frame_relay(Cursor c) noexcept

@cython.locals(b="const unsigned char*", number=cython.int)
cpdef int network_layer(Cursor c) noexcept

@cython.locals(owner=cython.int)
cpdef int snap(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, last=cython.int, version=cython.int)
cpdef int mpls(Cursor c) noexcept

@cython.locals(kind=cython.int)
cdef bint looks_ethernet(Cursor c, Py_ssize_t o) noexcept

@cython.locals(b="const unsigned char*")
cdef bint looks_ip(Cursor c, Py_ssize_t o) noexcept
