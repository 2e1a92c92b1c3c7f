# cython: cdivision=True
from libc.string cimport memset

cdef extern from *:
    """
    #define TCPLIFE_TURNED(x, bits) ((x) << (bits) | (x) >> (32 - (bits)))
    #define TCPLIFE_CHOICE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
    #define TCPLIFE_PARITY(b, c, d) ((b) ^ (c) ^ (d))
    #define TCPLIFE_MAJORITY(b, c, d) (((b) & (c)) + ((d) & ((b) ^ (c))))

    /* The word of a round: sixteen are kept, each is replaced when it was used. */
    #define TCPLIFE_WORD(i) ((i) < 16 ? w[(i) & 15] : ( \
        x = w[((i) + 13) & 15] ^ w[((i) + 8) & 15] ^ w[((i) + 2) & 15] ^ w[(i) & 15], w[(i) & 15] = TCPLIFE_TURNED(x, 1)))

    /* Instead of moving five words on after a round, the next one names them one place further. */
    #define TCPLIFE_ROUND(a, b, c, d, e, f, k, i) \
        e += TCPLIFE_TURNED(a, 5) + f(b, c, d) + k + TCPLIFE_WORD(i); b = TCPLIFE_TURNED(b, 30);
    #define TCPLIFE_FIVE(f, k, i) \
        TCPLIFE_ROUND(a, b, c, d, e, f, k, i) TCPLIFE_ROUND(e, a, b, c, d, f, k, (i) + 1) \
        TCPLIFE_ROUND(d, e, a, b, c, f, k, (i) + 2) TCPLIFE_ROUND(c, d, e, a, b, f, k, (i) + 3) \
        TCPLIFE_ROUND(b, c, d, e, a, f, k, (i) + 4)
    #define TCPLIFE_TWENTY(f, k, i) \
        TCPLIFE_FIVE(f, k, i) TCPLIFE_FIVE(f, k, (i) + 5) TCPLIFE_FIVE(f, k, (i) + 10) TCPLIFE_FIVE(f, k, (i) + 15)

    /* One block of FIPS 180-4 6.1.2, in place: sixteen words come in, the five of the digest stand in front afterwards.
       Written out, as a loop over eighty words in memory takes four times as long (measured: 115 ns, 600 ns). */
    static void tcplife_sha1_usual(unsigned int* w) {
        unsigned int a = 0x67452301U, b = 0xEFCDAB89U, c = 0x98BADCFEU, d = 0x10325476U, e = 0xC3D2E1F0U, x;
        TCPLIFE_TWENTY(TCPLIFE_CHOICE, 0x5A827999U, 0)
        TCPLIFE_TWENTY(TCPLIFE_PARITY, 0x6ED9EBA1U, 20)
        TCPLIFE_TWENTY(TCPLIFE_MAJORITY, 0x8F1BBCDCU, 40)
        TCPLIFE_TWENTY(TCPLIFE_PARITY, 0xCA62C1D6U, 60)
        w[0] = a + 0x67452301U;
        w[1] = b + 0xEFCDAB89U;
        w[2] = c + 0x98BADCFEU;
        w[3] = d + 0x10325476U;
        w[4] = e + 0xC3D2E1F0U;
    }

    /* Letters of six bits each, the last ones stand lowest. */
    static void tcplife_put_letters(unsigned char* to, unsigned long long bits, int count) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        while (count--) {
            to[count] = (unsigned char)alphabet[bits & 63];
            bits >>= 6;
        }
    }

    /* The same by the processor's own instructions for it, where it has them, four rounds each.
       Source: Intel 64 and IA-32 Architectures Software Developer's Manual 2, SHA1RNDS4, SHA1NEXTE, SHA1MSG1 and 2. */
    #if defined(__x86_64__) && defined(__GNUC__)
    #include <cpuid.h>
    #include <immintrin.h>

    /* Words stand in the vectors with the first one on top. e: on top what the fifth variable is made of. */
    #define TCPLIFE_FOUR_WORDS(i) ((i) < 4 ? v[(i) & 3] : (v[(i) & 3] = _mm_sha1msg2_epu32( \
        _mm_xor_si128(_mm_sha1msg1_epu32(v[(i) & 3], v[((i) + 1) & 3]), v[((i) + 2) & 3]), v[((i) + 3) & 3])))
    #define TCPLIFE_FOUR_ROUNDS(f, i) \
        words = TCPLIFE_FOUR_WORDS(i); words = (i) ? _mm_sha1nexte_epu32(e, words) : _mm_add_epi32(e, words); \
        e = abcd; abcd = _mm_sha1rnds4_epu32(abcd, words, f);
    #define TCPLIFE_TWENTY_ROUNDS(f) \
        TCPLIFE_FOUR_ROUNDS(f, 5 * f) TCPLIFE_FOUR_ROUNDS(f, 5 * f + 1) TCPLIFE_FOUR_ROUNDS(f, 5 * f + 2) \
        TCPLIFE_FOUR_ROUNDS(f, 5 * f + 3) TCPLIFE_FOUR_ROUNDS(f, 5 * f + 4)

    /* Words are loaded one by one: what was just written in fours is not yet there to be read in sixteens. */
    __attribute__((target("sha,sse4.1,ssse3"))) static void tcplife_sha1_native(unsigned int* w) {
        const __m128i begin = _mm_set_epi32(0x67452301, (int)0xEFCDAB89U, (int)0x98BADCFEU, 0x10325476);
        const __m128i last = _mm_set_epi32((int)0xC3D2E1F0U, 0, 0, 0);
        __m128i abcd = begin, e = last, words, v[4];
        for (int at = 0; at < 4; ++at)
            v[at] = _mm_set_epi32((int)w[4 * at], (int)w[4 * at + 1], (int)w[4 * at + 2], (int)w[4 * at + 3]);
        TCPLIFE_TWENTY_ROUNDS(0)
        TCPLIFE_TWENTY_ROUNDS(1)
        TCPLIFE_TWENTY_ROUNDS(2)
        TCPLIFE_TWENTY_ROUNDS(3)
        _mm_storeu_si128((__m128i*)w, _mm_shuffle_epi32(_mm_add_epi32(abcd, begin), 0x1B));
        w[4] = (unsigned int)_mm_extract_epi32(_mm_sha1nexte_epu32(e, last), 3);
    }

    static int tcplife_has_sha1(void) {
        unsigned int a, b, c, d;
        if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
            return 0;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1;
    }
    #else
    #define tcplife_sha1_native tcplife_sha1_usual
    static int tcplife_has_sha1(void) { return 0; }
    #endif

    /* Which of the two, chosen when it is needed first. */
    static void tcplife_sha1_first(unsigned int* w);
    static void (*tcplife_sha1)(unsigned int*) = tcplife_sha1_first;

    CYTHON_UNUSED static int tcplife_choose_sha1(int native) {
        native = native && tcplife_has_sha1();
        tcplife_sha1 = native ? tcplife_sha1_native : tcplife_sha1_usual;
        return native;
    }

    static void tcplife_sha1_first(unsigned int* w) {
        tcplife_choose_sha1(1);
        tcplife_sha1(w);
    }

    /* The digest of one block as base64, 28 octets. 160 bits: three times 48, and 16 with two to fill up. */
    static void tcplife_put_digest(unsigned char* to, unsigned int* w) {
        tcplife_sha1(w);
        tcplife_put_letters(to, (unsigned long long)w[0] << 16 | w[1] >> 16, 8);
        tcplife_put_letters(to + 8, (unsigned long long)w[1] << 32 | w[2], 8);
        tcplife_put_letters(to + 16, (unsigned long long)w[3] << 16 | w[4] >> 16, 8);
        tcplife_put_letters(to + 24, (w[4] & 0xFFFF) << 2, 3);
        to[27] = 61;
    }
    """
    void put_digest "tcplife_put_digest"(unsigned char* to, unsigned int* words) noexcept
    bint choose "tcplife_choose_sha1"(bint native) noexcept


cdef inline Py_ssize_t put_id(
    unsigned char* to, Py_ssize_t at, int version,
    unsigned long long hi, unsigned long long lo, unsigned int port,
    unsigned long long peer_hi, unsigned long long peer_lo, unsigned int peer_port,
) noexcept:
    cdef unsigned int w[16]
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
    to[at] = 49
    to[at + 1] = 58
    put_digest(to + at + 2, w)
    return at + 30
