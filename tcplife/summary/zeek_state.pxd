cimport cython
from tcplife.summary.zeek_side cimport ZeekSide

cdef int ACK, SYN
cdef dict _SPELLED
cdef int CLOSED, ESTABLISHED, INACTIVE, PARTIAL, RESET, SYN_ACK_SENT, SYN_SENT

cpdef bint is_from_server(int flags, int sport, int dport) except -1
cpdef bint is_login_port(int port) noexcept
cpdef bint is_clean(ZeekSide e) noexcept
cpdef str word_of_states(int orig, int resp, bint empty, str history)
@cython.locals(rest=cython.longlong)
cpdef str spelled(long long letters)
cdef str state_reset_by_responder(int orig, bint empty)
cdef bint is_lone_syn_reset(str history) except -1
