# One load and, where the machine's order is the other one, one swap: compilers do not always see that by themselves.
cdef extern from *:
    """
    #include <string.h>
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && (defined(__GNUC__) || defined(__clang__))
    static CYTHON_INLINE unsigned int tcplife_u16(const unsigned char *p) {
        unsigned short x;
        memcpy(&x, p, sizeof x);
        return __builtin_bswap16(x);
    }
    static CYTHON_INLINE unsigned int tcplife_u32(const unsigned char *p) {
        unsigned int x;
        memcpy(&x, p, sizeof x);
        return __builtin_bswap32(x);
    }
    static CYTHON_INLINE unsigned long long tcplife_u64(const unsigned char *p) {
        unsigned long long x;
        memcpy(&x, p, sizeof x);
        return __builtin_bswap64(x);
    }
    static CYTHON_INLINE unsigned int tcplife_le32(const unsigned char *p) {
        unsigned int x;
        memcpy(&x, p, sizeof x);
        return x;
    }
    #else
    static CYTHON_INLINE unsigned int tcplife_u16(const unsigned char *p) { return (unsigned int) p[0] << 8 | p[1]; }
    static CYTHON_INLINE unsigned int tcplife_u32(const unsigned char *p) {
        return tcplife_u16(p) << 16 | tcplife_u16(p + 2);
    }
    static CYTHON_INLINE unsigned long long tcplife_u64(const unsigned char *p) {
        return (unsigned long long) tcplife_u32(p) << 32 | tcplife_u32(p + 4);
    }
    static CYTHON_INLINE unsigned int tcplife_le32(const unsigned char *p) {
        return (unsigned int) p[3] << 24 | (unsigned int) p[2] << 16 | (unsigned int) p[1] << 8 | p[0];
    }
    #endif
    """
    unsigned int tcplife_u16(const unsigned char* p) noexcept
    unsigned int tcplife_u32(const unsigned char* p) noexcept
    unsigned long long tcplife_u64(const unsigned char* p) noexcept
    unsigned int tcplife_le32(const unsigned char* p) noexcept


cdef inline int u16(const unsigned char* b, Py_ssize_t o) noexcept:
    return tcplife_u16(b + o)


cdef inline long long u32(const unsigned char* b, Py_ssize_t o) noexcept:
    return tcplife_u32(b + o)


cdef inline unsigned long long u64(const unsigned char* b, Py_ssize_t o) noexcept:
    return tcplife_u64(b + o)


cdef inline int le16(const unsigned char* b, Py_ssize_t o) noexcept:
    return b[o + 1] << 8 | b[o]


cdef inline long long le32(const unsigned char* b, Py_ssize_t o) noexcept:
    return tcplife_le32(b + o)


cdef inline long long in_order(const unsigned char* b, Py_ssize_t o, bint big) noexcept:
    return tcplife_u32(b + o) if big else tcplife_le32(b + o)
