cimport cython

cdef extern from *:
    long long CIRCLE "((long long){0x100000000LL})"
    long long HALF "((long long){0x80000000LL})"
    long long MASK "((long long){0xffffffffLL})"

@cython.locals(d=cython.longlong)
cpdef long long distance(long long a, long long b) noexcept

@cython.locals(d=cython.longlong)
cpdef long long unwrap(long long raw, long long base, long long near) noexcept
