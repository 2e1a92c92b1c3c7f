cimport cython

from tcplife.decode cimport wire
from tcplife.decode.cursor cimport Cursor

cdef int UDP
cdef int ETHERNET, ETHERTYPE, GRE, IPV4, IPV6, MPLS, NETWORK, PPP, TYPE_NSH, WIFI
cdef int IN_AYIYA, IN_GENEVE, IN_GTP, IN_L2TP, IN_LISP, IN_MPLS_UDP, IN_TEREDO, IN_TZSP, IN_VXLAN
cdef int VXLAN, VXLAN_LINUX, VXLAN_GPE, GENEVE, GTP_U, L2TP, TEREDO, LISP, MPLS_UDP, TZSP, GRE_UDP, AYIYA, GTP_OLD
cdef int GPE_IPV4, GPE_IPV6, GPE_ETHERNET, GPE_NSH, GPE_MPLS

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
