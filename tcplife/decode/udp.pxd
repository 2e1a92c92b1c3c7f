cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor
from tcplife.decode.layers cimport (
    AYIYA, ETHERNET, ETHERTYPE, GENEVE, GRE, GRE_UDP, GTP_OLD, GTP_U, IN_AYIYA, IN_GENEVE, IN_GTP, IN_L2TP,
    IN_LISP, IN_MPLS_UDP, IN_TEREDO, IN_TZSP, IN_VXLAN, IPV4, IPV6, L2TP, LISP, MPLS, MPLS_UDP, NETWORK, PPP,
    TEREDO, TYPE_NSH, TZSP, VXLAN, VXLAN_GPE, VXLAN_LINUX, WIFI
)

cdef extern from *:
    int UDP "((int){2})"
    int GPE_IPV4 "((int){1})"
    int GPE_IPV6 "((int){2})"
    int GPE_ETHERNET "((int){3})"
    int GPE_NSH "((int){4})"
    int GPE_MPLS "((int){5})"

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int, layer=cython.int)
cpdef int udp(Cursor c) except -1

cdef int inside(Cursor c, int port) except -1

cdef int vxlan(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, following=cython.int)
cdef int vxlan_gpe(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, size=cython.int)
cdef int geneve(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, number=cython.longlong, following=cython.int)
cdef int gtp(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int gtp_old(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, following=cython.int)
cdef int ayiya(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, flags=cython.int, number=cython.longlong)
cdef int l2tp(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t)
cdef int teredo(Cursor c) except -1

@cython.locals(b="const unsigned char*", o=cython.Py_ssize_t, carried=cython.int)
cdef int tzsp(Cursor c) except -1
