cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IPV4, IPV6, LINK, LLC, MPLS, NETWORK, PPP, TYPE_IPV4, TYPE_IPV6, TYPE_PPPOE, WIFI
)
from tcplife.decode.link cimport arcnet, fddi, token_ring
from tcplife.decode.serial cimport cisco, frame_relay, hdlc
from tcplife.decode.wifi cimport avs, ppi, prism, radiotap

cdef int OTHER_LINK, SHORT_LINK, UNKNOWN_LINK
cdef int NULL, EN10MB, TOKEN_RING, ARCNET, PPP_LINK, FDDI, RFC1483_BSD, RAW_BSD, RAW_OPENBSD
cdef int PPP_SERIAL, PPP_ETHER, RFC1483, RAW, C_HDLC, WLAN, FRELAY, LOOP
cdef int ENC, LINUX_SLL, PFLOG, PRISM, IP_OVER_FC, SUNATM, RADIOTAP, ARCNET_LINUX
cdef int IEEE1394, AVS, PPP_PPPD, PPI, ERF, PPP_DIR, C_HDLC_DIR, FRELAY_DIR
cdef int MPLS_LABEL, IPNET, IPV4_LINK, IPV6_LINK, NFLOG
cdef int JUNIPER_ATM2, JUNIPER_ATM1, JUNIPER_ETHER, JUNIPER_PPP, JUNIPER_FRELAY, JUNIPER_CHDLC
cdef int DSA_BRCM, DSA_BRCM_PREPEND, DSA, EDSA, COOKED_PPP
cdef int IPOIB, JUNIPER_MAGIC, JUNIPER_EXTENDED, JUNIPER_BARE, PKTAP, MPACKET, LINUX_SLL2
cdef int HW_FRAD, HW_WLAN, HW_PRISM, HW_RADIOTAP, HW_NETLINK, COOKED_802_2, NFLOG_PAYLOAD

@cython.locals(kind=cython.int)
cpdef int link(Cursor c) noexcept

cdef int rare_link(Cursor c, int kind) noexcept

@cython.locals(o=cython.Py_ssize_t)
cdef int fixed(Cursor c, int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int juniper(Cursor c, int kind) noexcept

cdef int juniper_cells(Cursor c, int kind) noexcept

@cython.locals(o=cython.Py_ssize_t)
cdef int switched(Cursor c, int kind) noexcept

cdef int raw(Cursor c) noexcept

cdef int directed(Cursor c, int kind) noexcept

@cython.locals(o=cython.Py_ssize_t, hardware=cython.int)
cdef int cooked(Cursor c, int type_at, int hardware_at, int size) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, family=cython.int)
cdef int loopback(Cursor c) noexcept

cdef int by_family(int family) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int logged(Cursor c, int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, kind=cython.int, more=cython.int)
cdef int card(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cdef int tapped(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, little=cython.bint, size=cython.int, kind=cython.int)
cdef int netfilter(Cursor c) noexcept
