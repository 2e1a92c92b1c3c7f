# The numbers of names.py that compiled modules use; tests/test_build.py holds both equal. What the .pxd of a module takes
# from here stands in its instructions; declared there as `cdef int`, each would be a variable read at start-up, and
# handed on to whoever cimports that module (measured: 15 of 316 million instructions of a start).
#
# They are compound literals, which to C are values and places at once: the module's .py says `from .names import SYN`
# all the same, as it must in plain Python, and its writing there comes to nothing.
cdef extern from *:
    int FIN "((int){1})"
    int SYN "((int){2})"
    int RST "((int){4})"
    int PSH "((int){8})"
    int ACK "((int){16})"
    int ECE "((int){64})"
    int CWR "((int){128})"
    long long M32 "((long long){0xffffffffLL})"
    unsigned long long M64 "((unsigned long long){0xffffffffffffffffULL})"
    int UNKNOWN "((int){0})"
    int CLOSED "((int){1})"
    int LISTEN "((int){2})"
    int SYN_SENT "((int){3})"
    int SYN_RECEIVED "((int){4})"
    int ESTABLISHED "((int){5})"
    int FIN_WAIT_1 "((int){6})"
    int FIN_WAIT_2 "((int){7})"
    int CLOSE_WAIT "((int){8})"
    int CLOSING "((int){9})"
    int LAST_ACK "((int){10})"
    int TIME_WAIT "((int){11})"
    int BY_SENDING "((int){0})"
    int BY_RECEIVING "((int){1})"
    int BY_IMPLICATION "((int){2})"
    int BY_TIMER "((int){3})"
