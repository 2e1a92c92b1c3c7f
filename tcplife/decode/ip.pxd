cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.tcp cimport read_tcp
from tcplife.model.segment cimport Segment

cdef int BAD_IP, FRAGMENT, ICMP, ICMP_ERROR, OTHER_IP, SCTP, SHORT_IP, SHORT_TCP, TOO_DEEP
cdef int IPV4, IPV6, MAX_NESTED, NETWORK, PROTOCOL, UDP
cdef int PROTO_AH, PROTO_DSTOPTS, PROTO_FRAGMENT, PROTO_HIP, PROTO_HOPOPTS, PROTO_ICMP, PROTO_ICMPV6, PROTO_IPV4
cdef int PROTO_IPV6, PROTO_MOBILITY, PROTO_ROUTING, PROTO_SCTP, PROTO_SHIM6, PROTO_TCP, PROTO_UDP
cdef int LSRR, SSRR

@cython.locals(version=cython.int)
cpdef int network(Cursor c) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int, total=cython.int)
cpdef int ipv4(Cursor c, Segment s) noexcept

@cython.locals(size=cython.int)
cdef void source_route(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cpdef int ipv6(Cursor c, Segment s) noexcept

@cython.locals(kind=cython.int)
cpdef int protocol(Cursor c, Segment s) noexcept

cdef bint is_extension(int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cdef int extension(Cursor c, Segment s) noexcept

cdef void routing(Segment s, const unsigned char* b, Py_ssize_t o, int size) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int fragment_header(Cursor c) noexcept

@cython.locals(o=cython.Py_ssize_t, kind=cython.int)
cdef int icmp(Cursor c, Segment s) noexcept

@cython.locals(o=cython.Py_ssize_t)
cdef int icmpv6(Cursor c, Segment s) noexcept

cdef int enter_quote(Cursor c, Segment s, int kind) noexcept

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int quoted_tcp(Cursor c, Segment s) noexcept
