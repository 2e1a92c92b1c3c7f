cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, IPV4, IPV6, LINK, LLC, MPLS, NETWORK, PPP, TYPE_IPV4, TYPE_IPV6, TYPE_PPPOE, WIFI
)
from tcplife.decode.link cimport arcnet, fddi, token_ring
from tcplife.decode.serial cimport cisco, frame_relay, hdlc
from tcplife.decode.wifi cimport avs, ppi, prism, radiotap

cdef extern from *:
    int OTHER_LINK "((int){6})"
    int SHORT_LINK "((int){21})"
    int UNKNOWN_LINK "((int){26})"
    int NULL "((int){0})"
    int EN10MB "((int){1})"
    int TOKEN_RING "((int){6})"
    int ARCNET "((int){7})"
    int PPP_LINK "((int){9})"
    int FDDI "((int){10})"
    int RFC1483_BSD "((int){11})"
    int RAW_BSD "((int){12})"
    int RAW_OPENBSD "((int){14})"
    int PPP_SERIAL "((int){50})"
    int PPP_ETHER "((int){51})"
    int RFC1483 "((int){100})"
    int RAW "((int){101})"
    int C_HDLC "((int){104})"
    int WLAN "((int){105})"
    int FRELAY "((int){107})"
    int LOOP "((int){108})"
    int ENC "((int){109})"
    int LINUX_SLL "((int){113})"
    int PFLOG "((int){117})"
    int PRISM "((int){119})"
    int IP_OVER_FC "((int){122})"
    int SUNATM "((int){123})"
    int RADIOTAP "((int){127})"
    int ARCNET_LINUX "((int){129})"
    int IEEE1394 "((int){138})"
    int AVS "((int){163})"
    int PPP_PPPD "((int){166})"
    int PPI "((int){192})"
    int ERF "((int){197})"
    int PPP_DIR "((int){204})"
    int C_HDLC_DIR "((int){205})"
    int FRELAY_DIR "((int){206})"
    int MPLS_LABEL "((int){219})"
    int IPNET "((int){226})"
    int IPV4_LINK "((int){228})"
    int IPV6_LINK "((int){229})"
    int NFLOG "((int){239})"
    int JUNIPER_ATM2 "((int){135})"
    int JUNIPER_ATM1 "((int){137})"
    int JUNIPER_ETHER "((int){178})"
    int JUNIPER_PPP "((int){179})"
    int JUNIPER_FRELAY "((int){180})"
    int JUNIPER_CHDLC "((int){181})"
    int DSA_BRCM "((int){281})"
    int DSA_BRCM_PREPEND "((int){282})"
    int DSA "((int){284})"
    int EDSA "((int){285})"
    int COOKED_PPP "((int){7})"
    int IPOIB "((int){242})"
    int JUNIPER_MAGIC "((int){5064515})"
    int JUNIPER_EXTENDED "((int){128})"
    int JUNIPER_BARE "((int){2})"
    int PKTAP "((int){258})"
    int MPACKET "((int){274})"
    int LINUX_SLL2 "((int){276})"
    int HW_FRAD "((int){770})"
    int HW_WLAN "((int){801})"
    int HW_PRISM "((int){802})"
    int HW_RADIOTAP "((int){803})"
    int HW_NETLINK "((int){824})"
    int COOKED_802_2 "((int){4})"
    int NFLOG_PAYLOAD "((int){9})"

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
