cimport cython

from tcplife.model.names cimport M64

cdef extern from *:
    unsigned long long MULTIPLIER "((unsigned long long){0x9e3779b97f4a7c15ULL})"
    unsigned long long MASK "((unsigned long long){255ULL})"
    int LEAST_EACH "((int){64})"


cpdef int part_of(
    unsigned long long a_hi, unsigned long long a_lo, unsigned long long a_port,
    unsigned long long b_hi, unsigned long long b_lo, unsigned long long b_port
) noexcept
@cython.locals(x=cython.ulonglong, y=cython.ulonglong, z=cython.ulonglong)
cpdef unsigned long long mixed(
    unsigned long long a_hi, unsigned long long a_lo, unsigned long long a_port,
    unsigned long long b_hi, unsigned long long b_lo, unsigned long long b_port
) noexcept
