cimport cython

from tcplife.decode cimport wire
from tcplife.model.names cimport M32
from tcplife.model.segment cimport Segment

cdef int TCP, SHORT_TCP, BAD_TCP
cdef int END, NOP, MSS, WSCALE, SACK_OK, SACK, TIMESTAMPS, MPTCP, TFO, MD5, SIGNATURE, EXPERIMENT_1, EXPERIMENT_2, TFO_MAGIC
cdef int MP_CAPABLE, CAPABLE_WITH_KEY, KEYLESS
cdef long long NOP_NOP_TS, MSS_HEAD, SACK_OK_TS, NOP_WSCALE
cdef Py_ssize_t OF_A_SYN

@cython.locals(size=cython.int, head_end=cython.Py_ssize_t)
cpdef int read_tcp(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end, Py_ssize_t limit) noexcept

@cython.locals(kind=cython.int, size=cython.int, broken=cython.bint)
cdef void read_options(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end) noexcept

cdef void read_option(Segment s, const unsigned char* b, Py_ssize_t o, int kind, int size) noexcept

@cython.locals(size=cython.longlong, total=cython.longlong)
cpdef int bad_checksum(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end, Py_ssize_t limit) noexcept

cdef long long folded(unsigned long long half) noexcept
