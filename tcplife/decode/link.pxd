cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor

cdef int ARP, OTHER_LINK, SHORT_LINK, UNKNOWN_LINK
cdef int ETHERNET, ETHERTYPE, IPV4, IPV6, NETWORK
cdef int LINK_ETHERNET, LINK_IPV4, LINK_IPV6, LINK_LOOP, LINK_NULL, LINK_RAW, LINK_RAW_BSD, LINK_RAW_OPENBSD
cdef int LINK_SLL, LINK_SLL2
cdef int TYPE_ARP, TYPE_IPV4, TYPE_IPV6, TYPE_QINQ, TYPE_QINQ_OLD, TYPE_VLAN

@cython.locals(kind=cython.int)
cpdef int link(Cursor c) noexcept
cpdef int ethernet(Cursor c) noexcept
cdef int cooked(Cursor c, int type_at, int size) noexcept
@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, family=cython.int)
cdef int loopback(Cursor c) noexcept
cpdef int ethertype(Cursor c) noexcept
