# The numbers of kinds.py that compiled modules use: there they stand in the instructions. tests/test_build.py holds
# both equal, and model/names.pxd says why they are written so.
cdef extern from *:
    int RETRANSMISSION "((int){1})"
    int FAST_RETRANSMISSION "((int){2})"
    int SPURIOUS_RETRANSMISSION "((int){4})"
    int OUT_OF_ORDER "((int){8})"
    int DUPLICATE_ACK "((int){16})"
    int LOST_SEGMENT "((int){32})"
    int ACK_LOST_SEGMENT "((int){64})"
    int ZERO_WINDOW "((int){128})"
    int ZERO_WINDOW_PROBE "((int){256})"
    int ZERO_WINDOW_PROBE_ACK "((int){512})"
    int WINDOW_UPDATE "((int){1024})"
    int WINDOW_FULL "((int){2048})"
    int KEEP_ALIVE "((int){4096})"
    int KEEP_ALIVE_ACK "((int){8192})"
    int REUSED_PORTS "((int){16384})"
