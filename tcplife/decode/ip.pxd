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

cdef extern from *:
    int BAD "((int){2})"
    int WHOLE "((int){1})"
    int BAD_FRAGMENT "((int){30})"
    int BAD_IP "((int){23})"
    int FRAGMENT "((int){8})"
    int FRAGMENT_LOST "((int){29})"
    int ICMP "((int){3})"
    int ICMP_ERROR "((int){4})"
    int OTHER_IP "((int){5})"
    int SCTP "((int){7})"
    int SHORT_IP "((int){22})"
    int TOO_DEEP "((int){28})"
    int LSRR "((int){131})"
    int SSRR "((int){137})"
    int SOURCE_ROUTING "((int){0})"
    int MOBILE_ROUTING "((int){2})"
    int RPL_ROUTING "((int){3})"
    int SEGMENT_ROUTING "((int){4})"

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
