cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IPV4, IPV6, LLC, MAX_802_3, MPLS, NETWORK, PPP, TYPE_ARP, TYPE_BRIDGED, TYPE_ETAG,
    TYPE_FABRIC, TYPE_HSR, TYPE_IPV4, TYPE_IPV6, TYPE_MACSEC, TYPE_METADATA, TYPE_MPLS, TYPE_MPLS_UPSTREAM,
    TYPE_NSH, TYPE_PBB, TYPE_PPP, TYPE_PPPOE, TYPE_QINQ, TYPE_QINQ_OLD, TYPE_TRILL, TYPE_VLAN, TYPE_VNTAG
)
from tcplife.decode.serial cimport network_layer, pppoe, snap

cdef extern from *:
    int ARP "((int){1})"
    int ENCRYPTED "((int){31})"
    int OTHER_LINK "((int){6})"
    int SHORT_LINK "((int){21})"
    int SAP_IP "((int){6})"
    int SAP_ISO "((int){254})"
    int SAP_SNAP "((int){170})"
    int ISL_SIZE "((int){26})"
    int SOURCE_ROUTED "((int){128})"

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cpdef int ethernet(Cursor c) noexcept

cdef int vlan(Cursor c) noexcept

@cython.locals(kind=cython.int)
cpdef int ethertype(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int rare_ethertype(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t, following=cython.int)
cdef int service_chain(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t, control=cython.int)
cdef int macsec(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cpdef int llc(Cursor c) noexcept

cpdef int fddi(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cpdef int token_ring(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cpdef int arcnet(Cursor c, int size) noexcept
