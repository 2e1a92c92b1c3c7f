cimport cython

from tcplife.decode cimport aside, straight, wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.gre cimport gre
from tcplife.decode.ip cimport ipv4, ipv6, network, protocol
from tcplife.decode.layers cimport (
    ETHERNET, ETHERTYPE, GRE, IPV4, IPV6, LINK, LLC, MAX_STEPS, MPLS, NETWORK, PPP, PROTO_TCP, PROTOCOL, TYPE_ARP,
    TYPE_IPV4, TYPE_IPV6, UDP, UNTOLD
)
from tcplife.decode.link cimport ethernet, ethertype, llc
from tcplife.decode.record cimport link
from tcplife.decode.serial cimport mpls, ppp
from tcplife.decode.tcp cimport bad_checksum, read_tcp
from tcplife.decode.udp cimport udp
from tcplife.decode.wifi cimport wifi
from tcplife.model.segment cimport Segment

cdef extern from *:
    int ARP "((int){1})"
    int EMPTY "((int){20})"
    int ICMP "((int){3})"
    int ICMP_ERROR "((int){4})"
    int TCP "((int){0})"
    int TOO_DEEP "((int){28})"
    int LINK_ETHERNET "((int){1})"
    int MANY_TAGS "((int){46})"


@cython.final
cdef class Decoder:
    cdef public bint checksums
    cdef public list tunnels
    cdef Cursor cursor
    cdef const unsigned char* data

    @cython.locals(code=cython.int)
    cpdef int decode(
        self, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, int wire_len, int link_type, Segment segment
    ) except -1

    @cython.locals(o=cython.Py_ssize_t, limit=cython.Py_ssize_t, kind=cython.int, total=cython.int, code=cython.int)
    cpdef int glance(
        self, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, int wire_len, int link_type, Segment segment
    ) noexcept

    @cython.locals(c=Cursor, layer=cython.int)
    cpdef int walk(
        self, const unsigned char* b, Py_ssize_t at, Py_ssize_t end, int wire_len, int link_type, Segment segment
    ) except -1

    @cython.locals(layer=cython.int, _=cython.int)
    cdef int steps(self, Cursor c, Segment s) except -1

    cpdef bytes octets(self, Py_ssize_t at, Py_ssize_t end)

    cpdef long long u32(self, Py_ssize_t at) noexcept
