cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    ETHERNET, GRE, IN_4IN6, IN_6IN4, IN_6IN6, IN_ETHERIP, IN_ETHERNET_IP, IN_IPIP, IN_MPLS_IP, IPV4, IPV6,
    MAX_NESTED, MPLS, NETWORK, PROTOCOL, PROTO_AH, PROTO_DSTOPTS, PROTO_ETHERIP, PROTO_ETHERNET, PROTO_FRAGMENT,
    PROTO_GRE, PROTO_HOPOPTS, PROTO_ICMP, PROTO_ICMPV6, PROTO_IPCOMP, PROTO_IPV4, PROTO_IPV6, PROTO_MPLS,
    PROTO_ROUTING, PROTO_SCTP, PROTO_SHIM6, PROTO_TCP, PROTO_UDP, UDP
)
from tcplife.decode.tcp cimport read_tcp
from tcplife.model.segment cimport Segment

cdef int BAD, WHOLE, BAD_FRAGMENT, BAD_IP, FRAGMENT, FRAGMENT_LOST, ICMP, ICMP_ERROR, OTHER_IP, SCTP, SHORT_IP, TOO_DEEP
cdef int LSRR, SSRR, SOURCE_ROUTING, MOBILE_ROUTING, RPL_ROUTING, SEGMENT_ROUTING

@cython.locals(version=cython.int)
cpdef int network(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int, total=cython.int)
cpdef int ipv4(Cursor c, Segment s) except -1

@cython.locals(size=cython.int)
cdef void source_route(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cpdef int ipv6(Cursor c, Segment s) noexcept

@cython.locals(kind=cython.int)
cpdef int protocol(Cursor c, Segment s) except -1

cdef int tunnel(Cursor c, Segment s, int kind) except -1

@cython.locals(o=cython.Py_ssize_t, octets=bytes)
cdef int compressed(Cursor c, Segment s) except -1

@cython.locals(size=cython.int)
cdef swap(Cursor c, Segment s, bytes payload)

cdef bint is_extension(int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cdef int extension(Cursor c, Segment s) noexcept

cdef bint options_fit(const unsigned char* b, Py_ssize_t o, Py_ssize_t end) noexcept

@cython.locals(kind=cython.int)
cdef void routing(Segment s, const unsigned char* b, Py_ssize_t o, int size) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int fragment_header(Cursor c, Segment s) except -1

@cython.locals(protocol_of=cython.int, key=tuple, octets=bytes, done=cython.int)
cdef int piece(Cursor c, Segment s, int offset, int more, long long number) except -1

@cython.locals(o=cython.Py_ssize_t, kind=cython.int)
cdef int icmp(Cursor c, Segment s) noexcept

@cython.locals(o=cython.Py_ssize_t)
cdef int icmpv6(Cursor c, Segment s) noexcept

cdef int enter_quote(Cursor c, Segment s, int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int quoted_tcp(Cursor c, Segment s) noexcept
