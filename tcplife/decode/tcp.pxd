cimport cython

from tcplife.decode cimport wire
from tcplife.model.names cimport M32
from tcplife.model.segment cimport Segment

cdef extern from *:
    int TCP "((int){0})"
    int SHORT_TCP "((int){24})"
    int BAD_TCP "((int){25})"
    int END "((int){0})"
    int NOP "((int){1})"
    int MSS "((int){2})"
    int WSCALE "((int){3})"
    int SACK_OK "((int){4})"
    int SACK "((int){5})"
    int TIMESTAMPS "((int){8})"
    int MPTCP "((int){30})"
    int TFO "((int){34})"
    int MD5 "((int){19})"
    int SIGNATURE "((int){18})"
    int EXPERIMENT_1 "((int){253})"
    int EXPERIMENT_2 "((int){254})"
    int TFO_MAGIC "((int){63881})"
    int MP_CAPABLE "((int){0})"
    int CAPABLE_WITH_KEY "((int){12})"
    int KEYLESS "((int){16})"
    long long NOP_NOP_TS "((long long){16844810LL})"
    long long MSS_HEAD "((long long){516LL})"
    long long SACK_OK_TS "((long long){67241994LL})"
    long long NOP_WSCALE "((long long){66307LL})"
    Py_ssize_t OF_A_SYN "((Py_ssize_t){20})"

@cython.locals(size=cython.int, head_end=cython.Py_ssize_t)
cpdef int read_tcp(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end, Py_ssize_t limit) noexcept

@cython.locals(kind=cython.int, size=cython.int, broken=cython.bint)
cdef void read_options(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end) noexcept

cdef void read_option(Segment s, const unsigned char* b, Py_ssize_t o, int kind, int size) noexcept

@cython.locals(size=cython.longlong, total=cython.longlong)
cpdef int bad_checksum(Segment s, const unsigned char* b, Py_ssize_t o, Py_ssize_t end, Py_ssize_t limit) noexcept

cdef long long folded(unsigned long long half) noexcept
