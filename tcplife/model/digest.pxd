# cython: cdivision=True
from libc.string cimport memset


cdef inline unsigned int turned(unsigned int x, int bits) noexcept:
    return x << bits | x >> (32 - bits)


cdef inline void sha1(unsigned int* w) noexcept:
    # One block of FIPS 180-4 6.1.2: w holds its sixteen words and room for the schedule; the digest comes into w[0:5].
    # Each line is a round; instead of moving five words on, the next line names them one place further.
    cdef unsigned int a = 0x67452301U, b = 0xEFCDAB89U, c = 0x98BADCFEU, d = 0x10325476U, e = 0xC3D2E1F0U
    cdef int at
    for at in range(16, 80):
        w[at] = turned(w[at - 3] ^ w[at - 8] ^ w[at - 14] ^ w[at - 16], 1)
    for at in range(0, 20, 5):
        e += turned(a, 5) + (d ^ (b & (c ^ d))) + 0x5A827999U + w[at]; b = turned(b, 30)
        d += turned(e, 5) + (c ^ (a & (b ^ c))) + 0x5A827999U + w[at + 1]; a = turned(a, 30)
        c += turned(d, 5) + (b ^ (e & (a ^ b))) + 0x5A827999U + w[at + 2]; e = turned(e, 30)
        b += turned(c, 5) + (a ^ (d & (e ^ a))) + 0x5A827999U + w[at + 3]; d = turned(d, 30)
        a += turned(b, 5) + (e ^ (c & (d ^ e))) + 0x5A827999U + w[at + 4]; c = turned(c, 30)
    for at in range(20, 40, 5):
        e += turned(a, 5) + (b ^ c ^ d) + 0x6ED9EBA1U + w[at]; b = turned(b, 30)
        d += turned(e, 5) + (a ^ b ^ c) + 0x6ED9EBA1U + w[at + 1]; a = turned(a, 30)
        c += turned(d, 5) + (e ^ a ^ b) + 0x6ED9EBA1U + w[at + 2]; e = turned(e, 30)
        b += turned(c, 5) + (d ^ e ^ a) + 0x6ED9EBA1U + w[at + 3]; d = turned(d, 30)
        a += turned(b, 5) + (c ^ d ^ e) + 0x6ED9EBA1U + w[at + 4]; c = turned(c, 30)
    for at in range(40, 60, 5):
        e += turned(a, 5) + ((b & c) + (d & (b ^ c))) + 0x8F1BBCDCU + w[at]; b = turned(b, 30)
        d += turned(e, 5) + ((a & b) + (c & (a ^ b))) + 0x8F1BBCDCU + w[at + 1]; a = turned(a, 30)
        c += turned(d, 5) + ((e & a) + (b & (e ^ a))) + 0x8F1BBCDCU + w[at + 2]; e = turned(e, 30)
        b += turned(c, 5) + ((d & e) + (a & (d ^ e))) + 0x8F1BBCDCU + w[at + 3]; d = turned(d, 30)
        a += turned(b, 5) + ((c & d) + (e & (c ^ d))) + 0x8F1BBCDCU + w[at + 4]; c = turned(c, 30)
    for at in range(60, 80, 5):
        e += turned(a, 5) + (b ^ c ^ d) + 0xCA62C1D6U + w[at]; b = turned(b, 30)
        d += turned(e, 5) + (a ^ b ^ c) + 0xCA62C1D6U + w[at + 1]; a = turned(a, 30)
        c += turned(d, 5) + (e ^ a ^ b) + 0xCA62C1D6U + w[at + 2]; e = turned(e, 30)
        b += turned(c, 5) + (d ^ e ^ a) + 0xCA62C1D6U + w[at + 3]; d = turned(d, 30)
        a += turned(b, 5) + (c ^ d ^ e) + 0xCA62C1D6U + w[at + 4]; c = turned(c, 30)
    w[0] = a + 0x67452301U
    w[1] = b + 0xEFCDAB89U
    w[2] = c + 0x98BADCFEU
    w[3] = d + 0x10325476U
    w[4] = e + 0xC3D2E1F0U


cdef inline Py_ssize_t put_base64(unsigned char* to, Py_ssize_t at, const unsigned int* w) noexcept:
    # 160 bits as 27 letters and a filler: four times 30 bits of the stream and 10 bits to spare at each turn.
    cdef const char* letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    cdef unsigned long long bits
    cdef int number, place
    for number in range(27):
        place = number * 6
        bits = <unsigned long long>w[place >> 5] << 32 | w[(place >> 5) + 1]
        to[at + number] = letters[bits >> (58 - (place & 31)) & 63]
    to[at + 27] = 61
    return at + 28


cdef inline Py_ssize_t put_id(
    unsigned char* to, Py_ssize_t at, int version,
    unsigned long long hi, unsigned long long lo, unsigned int port,
    unsigned long long peer_hi, unsigned long long peer_lo, unsigned int peer_port,
) noexcept:
    cdef unsigned int w[80]
    cdef unsigned long long x
    cdef unsigned int p
    if hi > peer_hi or (hi == peer_hi and (lo > peer_lo or (lo == peer_lo and port > peer_port))):
        x = hi; hi = peer_hi; peer_hi = x
        x = lo; lo = peer_lo; peer_lo = x
        p = port; port = peer_port; peer_port = p
    # Seed 0 in sixteen bits, so that all that follows stands half a word further.
    memset(w, 0, 64)
    if version == 4:
        w[0] = lo >> 16
        w[1] = <unsigned int>(lo << 16) | <unsigned int>(peer_lo >> 16)
        w[2] = <unsigned int>(peer_lo << 16) | 0x0600
        w[3] = port << 16 | peer_port
        w[4] = 0x80000000U
        w[15] = 128
    else:
        w[0] = hi >> 48
        w[1] = <unsigned int>(hi >> 16)
        w[2] = <unsigned int>(hi << 16 | lo >> 48)
        w[3] = <unsigned int>(lo >> 16)
        w[4] = <unsigned int>(lo << 16) | <unsigned int>(peer_hi >> 48)
        w[5] = <unsigned int>(peer_hi >> 16)
        w[6] = <unsigned int>(peer_hi << 16 | peer_lo >> 48)
        w[7] = <unsigned int>(peer_lo >> 16)
        w[8] = <unsigned int>(peer_lo << 16) | 0x0600
        w[9] = port << 16 | peer_port
        w[10] = 0x80000000U
        w[15] = 320
    sha1(w)
    w[5] = 0
    to[at] = 49
    to[at + 1] = 58
    return put_base64(to, at + 2, w)
