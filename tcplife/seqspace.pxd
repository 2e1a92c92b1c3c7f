cimport cython

cdef long long CIRCLE, HALF, MASK

@cython.locals(d=cython.longlong)
cpdef long long distance(long long a, long long b) noexcept

@cython.locals(d=cython.longlong)
cpdef long long unwrap(long long raw, long long base, long long near) noexcept
