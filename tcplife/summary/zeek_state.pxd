cdef int CLOSED, ESTABLISHED, INACTIVE, PARTIAL, RESET, SYN_ACK_SENT, SYN_SENT

cpdef str conn_state(int orig, int resp, bint empty, str history)
cdef str state_reset_by_responder(int orig, bint empty)
cdef bint is_lone_syn_reset(str history) except -1
