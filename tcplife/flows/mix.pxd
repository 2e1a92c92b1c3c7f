# The two's halves of addresses and ports, and a secret, in one word.
cdef inline unsigned long long of(
    unsigned long long secret,
    unsigned long long src_hi, unsigned long long src_lo, unsigned long long dst_hi, unsigned long long dst_lo,
    unsigned long long sport, unsigned long long dport,
) noexcept:
    cdef unsigned long long x = (src_lo ^ src_hi * 31 ^ sport << 40 ^ secret) * 0x9E3779B97F4A7C15ULL
    cdef unsigned long long y = (dst_lo ^ dst_hi * 31 ^ dport << 40 ^ secret) * 0x9E3779B97F4A7C15ULL
    cdef unsigned long long z = (x ^ x >> 29) + (y ^ y >> 29)
    return z ^ z >> 32
