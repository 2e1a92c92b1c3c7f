cimport cython

from tcplife.model.names cimport M64

cdef unsigned long long MULTIPLIER, MASK
cdef int LEAST_EACH


cpdef int part_of(
    unsigned long long a_hi, unsigned long long a_lo, unsigned long long a_port,
    unsigned long long b_hi, unsigned long long b_lo, unsigned long long b_port
) noexcept
@cython.locals(x=cython.ulonglong, y=cython.ulonglong, z=cython.ulonglong)
cpdef unsigned long long mixed(
    unsigned long long a_hi, unsigned long long a_lo, unsigned long long a_port,
    unsigned long long b_hi, unsigned long long b_lo, unsigned long long b_port
) noexcept
