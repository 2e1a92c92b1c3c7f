# The numbers of formats.py that compiled modules use: there they stand in the instructions. tests/test_build.py holds
# both equal, and model/names.pxd says why they are written so.
cdef extern from *:
    int END "((int){0})"
    int RECORD "((int){1})"
    int IDLE "((int){2})"
    int AGAIN "((int){3})"
    int LAYOUT_PCAP "((int){1})"
    int LAYOUT_PCAPNG "((int){2})"
    int NO_PACKET "((int){-1})"
    int EOF "((int){0})"
    Py_ssize_t BUFFER_OCTETS "((Py_ssize_t){262144})"
    long long MAX_RECORD "((long long){16777216})"
    long long MAX_NS "((long long){4539628424389459968LL})"
    long long MAX_WIRE "((long long){2147483647})"
    long long PCAP_HEADER "((long long){24})"
