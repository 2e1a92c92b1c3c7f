from tcplife.decode cimport wire
from tcplife.decode.layers cimport (
    AYIYA, GENEVE, GRE_UDP, GTP_OLD, GTP_U, L2TP, LISP, MPLS_UDP, PROTO_ICMP, PROTO_UDP, TEREDO, TZSP, UNTOLD, VXLAN,
    VXLAN_GPE, VXLAN_LINUX,
)

cdef extern from *:
    """
    #define TCPLIFE_CODE_UDP 2
    #define TCPLIFE_CODE_ICMP 3
    """
    int UDP "TCPLIFE_CODE_UDP"
    int ICMP "TCPLIFE_CODE_ICMP"


cdef inline bint is_tunnel(int port) noexcept:
    return port in (
        VXLAN, VXLAN_LINUX, VXLAN_GPE, GENEVE, GTP_U, L2TP, TEREDO, LISP, MPLS_UDP, TZSP, GRE_UDP, AYIYA, GTP_OLD,
    )


cdef inline int code_of(const unsigned char* b, Py_ssize_t o, int total, int protocol) noexcept:
    if total >= 20:
        if protocol == PROTO_UDP:
            return UNTOLD if is_tunnel(wire.u16(b, o)) or is_tunnel(wire.u16(b, o + 2)) else UDP
        if protocol == PROTO_ICMP and b[o] not in (3, 4, 5, 11, 12):
            return ICMP
    return UNTOLD
