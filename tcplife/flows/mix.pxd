# Both halves of a product of 128 bits, one upon the other.
cdef extern from *:
    """
    #if defined(__SIZEOF_INT128__)
    static CYTHON_INLINE unsigned long long tcplife_fold(unsigned long long x, unsigned long long y) {
        unsigned __int128 product = (unsigned __int128) x * y;
        return (unsigned long long) product ^ (unsigned long long) (product >> 64);
    }
    #else
    static CYTHON_INLINE unsigned long long tcplife_fold(unsigned long long x, unsigned long long y) {
        unsigned long long x1 = x >> 32, x0 = x & 0xFFFFFFFFu, y1 = y >> 32, y0 = y & 0xFFFFFFFFu;
        unsigned long long upper = x1 * y0, middle = (x0 * y0 >> 32) + (upper & 0xFFFFFFFFu) + x0 * y1;
        return x * y ^ (x1 * y1 + (upper >> 32) + (middle >> 32));
    }
    #endif
    #define TCPLIFE_MULTIPLIER 0x9E3779B97F4A7C15ULL
    """
    unsigned long long fold "tcplife_fold"(unsigned long long x, unsigned long long y) noexcept
    unsigned long long MULTIPLIER "TCPLIFE_MULTIPLIER"


cdef inline unsigned long long of(
    unsigned long long secret,
    unsigned long long src_hi, unsigned long long src_lo, unsigned long long dst_hi, unsigned long long dst_lo,
    unsigned long long sport, unsigned long long dport,
) noexcept:
    cdef unsigned long long x = src_lo ^ secret
    cdef unsigned long long y = dst_lo ^ secret
    if src_hi | dst_hi:
        x = fold(x, src_hi ^ secret * MULTIPLIER)
        y = fold(y, dst_hi ^ secret * MULTIPLIER)
    return fold(fold(x, y) ^ (sport * dport << 17 | sport + dport), secret ^ MULTIPLIER)
