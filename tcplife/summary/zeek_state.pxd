cimport cython

from cpython cimport array as arrays

from tcplife.model cimport longs
from tcplife.model.names cimport ACK, SYN
from tcplife.summary.zeek_names cimport CLOSED, ESTABLISHED, INACTIVE, PARTIAL, RESET, SYN_ACK_SENT, SYN_SENT
from tcplife.summary.zeek_side cimport ZeekSide

cdef arrays.array _LETTERS
cdef list _WORDS
cdef extern from *:
    long long PLACES "((long long){2048LL})"

cpdef bint is_from_server(int flags, int sport, int dport) except -1
cpdef bint is_login_port(int port) noexcept
cpdef bint is_clean(ZeekSide e) noexcept
cpdef str word_of_states(int orig, int resp, bint empty, str history)
@cython.locals(rest=cython.longlong, bits=cython.int, base=cython.int, at=Py_ssize_t, latest="long long*", word=bytearray, count=Py_ssize_t)
cpdef str spelled(long long letters)
cdef str state_reset_by_responder(int orig, bint empty)
cdef bint is_lone_syn_reset(str history) except -1
