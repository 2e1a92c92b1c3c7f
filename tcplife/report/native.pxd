# cython: cdivision=True
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.string cimport memcpy

cdef extern from "Python.h":
    Py_ssize_t PyBytes_GET_SIZE(object octets) noexcept
    const unsigned char* PyBytes_AS_STRING(object octets) noexcept
    bint PyUnicode_IS_COMPACT_ASCII(object text) noexcept
    const unsigned char* PyUnicode_1BYTE_DATA(object text) noexcept
    Py_ssize_t PyUnicode_GET_LENGTH(object text) noexcept


cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif

    /* A literal's length is known only where these are inlined: its octets are then stored straight, without a call.
       The compiler would rather share the code, so it is told. */
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_INLINE static inline __attribute__((always_inline, unused))
    #define TCPLIFE_SHARED static __attribute__((noinline, unused))
    #else
    #define TCPLIFE_INLINE static CYTHON_INLINE
    #define TCPLIFE_SHARED static
    #endif

    /* "000" to "999", one behind the other; four octets of each are copied, the last of which comes to nothing. */
    #define TCPLIFE_ONES(a) a "0" a "1" a "2" a "3" a "4" a "5" a "6" a "7" a "8" a "9"
    #define TCPLIFE_TENS(a) \
        TCPLIFE_ONES(a "0") TCPLIFE_ONES(a "1") TCPLIFE_ONES(a "2") TCPLIFE_ONES(a "3") TCPLIFE_ONES(a "4") \
        TCPLIFE_ONES(a "5") TCPLIFE_ONES(a "6") TCPLIFE_ONES(a "7") TCPLIFE_ONES(a "8") TCPLIFE_ONES(a "9")
    static const char tcplife_triples[] =
        TCPLIFE_TENS("0") TCPLIFE_TENS("1") TCPLIFE_TENS("2") TCPLIFE_TENS("3") TCPLIFE_TENS("4")
        TCPLIFE_TENS("5") TCPLIFE_TENS("6") TCPLIFE_TENS("7") TCPLIFE_TENS("8") TCPLIFE_TENS("9") "000";

    /* Three digits, zeros in front. */
    TCPLIFE_INLINE Py_ssize_t tcplife_triple(unsigned char* to, Py_ssize_t at, unsigned int value) {
        memcpy(to + at, tcplife_triples + 3 * value, 4);
        return at + 3;
    }

    /* Three decimals without the zeros behind them, one at least; no zero has to be looked for. */
    TCPLIFE_INLINE Py_ssize_t tcplife_decimals(unsigned char* to, Py_ssize_t at, unsigned int value) {
        memcpy(to + at, tcplife_triples + 3 * value, 4);
        return at + 3 - (value % 10 == 0) - (value % 100 == 0);
    }

    /* An integer below 1,000, as short as it can be. */
    TCPLIFE_INLINE Py_ssize_t tcplife_few(unsigned char* to, Py_ssize_t at, unsigned int value) {
        unsigned int zeros = (value < 10) + (value < 100);
        memcpy(to + at, tcplife_triples + 3 * value + zeros, 4);
        return at + 3 - zeros;
    }

    /* Six and nine digits, zeros in front. */
    TCPLIFE_INLINE Py_ssize_t tcplife_six(unsigned char* to, Py_ssize_t at, unsigned int value) {
        unsigned int front = value / 1000;
        return tcplife_triple(to, tcplife_triple(to, at, front), value - 1000 * front);
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_padded9(unsigned char* to, Py_ssize_t at, unsigned int value) {
        unsigned int front = value / 1000000;
        return tcplife_six(to, tcplife_triple(to, at, front), value - 1000000 * front);
    }

    TCPLIFE_SHARED Py_ssize_t tcplife_many(unsigned char* to, Py_ssize_t at, unsigned long long value);

    TCPLIFE_SHARED Py_ssize_t tcplife_digits(unsigned char* to, Py_ssize_t at, unsigned long long value) {
        if (value < 1000)
            return tcplife_few(to, at, (unsigned int)value);
        if (value < 1000000) {
            unsigned int number = (unsigned int)value, front = number / 1000;
            return tcplife_triple(to, tcplife_few(to, at, front), number - 1000 * front);
        }
        if (value < 1000000000) {
            unsigned int number = (unsigned int)value, front = number / 1000000;
            return tcplife_six(to, tcplife_few(to, at, front), number - 1000000 * front);
        }
        return tcplife_many(to, at, value);
    }

    /* From 1,000,000,000 on; apart, as whoever calls itself keeps registers. */
    TCPLIFE_SHARED Py_ssize_t tcplife_many(unsigned char* to, Py_ssize_t at, unsigned long long value) {
        unsigned long long high = value / 1000000000;
        return tcplife_padded9(to, tcplife_digits(to, at, high), (unsigned int)(value - high * 1000000000));
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_number(unsigned char* to, Py_ssize_t at, long long value) {
        if (value >= 0)
            return tcplife_digits(to, at, (unsigned long long)value);
        to[at] = 45;
        return tcplife_digits(to, at + 1, 0ULL - (unsigned long long)value);
    }

    /* Few octets that stand there already; so many are copied whatever their number. */
    TCPLIFE_INLINE Py_ssize_t tcplife_repeat(unsigned char* to, Py_ssize_t at, Py_ssize_t begin, Py_ssize_t size) {
        unsigned char octets[24];
        memcpy(octets, to + begin, 24);
        memcpy(to + at, octets, 24);
        return at + size;
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_put(unsigned char* to, Py_ssize_t at, const unsigned char* literal) {
        memcpy(to + at, literal, strlen((const char*)literal));
        return at + (Py_ssize_t)strlen((const char*)literal);
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_flag(unsigned char* to, Py_ssize_t at, long long value) {
        memcpy(to + at, value ? "true" : "fals", 4);
        to[at + 4] = 101;
        return at + (value ? 4 : 5);
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_field(unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value) {
        at = tcplife_put(to, at, name);
        if ((unsigned long long)value < 10) {
            to[at] = (unsigned char)(48 + value);
            return at + 1;
        }
        return tcplife_number(to, at, value);
    }

    TCPLIFE_INLINE Py_ssize_t tcplife_optional(
        unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value, long long none) {
        at = tcplife_put(to, at, name);
        if (value != none)
            return tcplife_number(to, at, value);
        memcpy(to + at, "null", 4);
        return at + 4;
    }

    /* The whole units of a time and a point; what is left of the time. */
    TCPLIFE_INLINE Py_ssize_t tcplife_whole(
        unsigned char* to, Py_ssize_t at, long long ns, unsigned int unit, unsigned int* rest) {
        unsigned long long value = (unsigned long long)ns, whole;
        if (ns < 0) {
            to[at++] = 45;
            value = 0 - value;
        }
        whole = value / unit;
        *rest = (unsigned int)(value - whole * unit);
        at = whole < 1000 ? tcplife_few(to, at, (unsigned int)whole) : tcplife_digits(to, at, whole);
        to[at] = 46;
        return at + 1;
    }

    /* Thousands of a unit, and what is left below them; whole thousands, what most captures have, take fewer digits. */
    TCPLIFE_INLINE Py_ssize_t tcplife_sixth(
        unsigned char* to, Py_ssize_t at, unsigned int front, unsigned int back) {
        if (back == 0)
            return tcplife_decimals(to, at, front);
        return tcplife_decimals(to, tcplife_triple(to, at, front), back);
    }

    TCPLIFE_SHARED Py_ssize_t tcplife_seconds(unsigned char* to, Py_ssize_t at, long long ns) {
        unsigned int rest, micro, milli;
        at = tcplife_whole(to, at, ns, 1000000000, &rest);
        micro = rest / 1000;
        milli = micro / 1000;
        if (micro * 1000 == rest)
            return tcplife_sixth(to, at, milli, micro - milli * 1000);
        return tcplife_decimals(to, tcplife_six(to, at, micro), rest - micro * 1000);
    }

    /* Below a second in 32 bits throughout. */
    TCPLIFE_SHARED Py_ssize_t tcplife_milliseconds(unsigned char* to, Py_ssize_t at, long long ns) {
        unsigned int rest, micro;
        if ((unsigned long long)ns < 1000000000) {
            unsigned int all = (unsigned int)ns / 1000, whole = all / 1000;
            at = tcplife_few(to, at, whole);
            to[at] = 46;
            return tcplife_sixth(to, at + 1, all - 1000 * whole, (unsigned int)ns - 1000 * all);
        }
        at = tcplife_whole(to, at, ns, 1000000, &rest);
        micro = rest / 1000;
        return tcplife_sixth(to, at, micro, rest - micro * 1000);
    }

    /* Whether JSON spells one of these octets in another way: below 32, above 126, a quote or a backslash. */
    TCPLIFE_INLINE int tcplife_is_odd(unsigned char c) {
        return c < 32 || c > 126 || c == 34 || c == 92;
    }

    /* The same of eight at once: each subtraction borrows from the top bit of such an octet, and of no other as long as
       all of them are below 128. */
    TCPLIFE_INLINE int tcplife_odd_word(unsigned long long x) {
        const unsigned long long ones = 0x0101010101010101ULL;
        unsigned long long odd;
        odd = x | (x - ones * 32) | ((x ^ ones * 34) - ones) | ((x ^ ones * 92) - ones) | ((x ^ ones * 127) - ones);
        return (odd & ones * 128) != 0;
    }

    TCPLIFE_INLINE int tcplife_odd8(const unsigned char* text) {
        unsigned long long x;
        memcpy(&x, text, 8);
        return tcplife_odd_word(x);
    }

    /* The same of sixteen; as signed octets, those above 127 are below 32. */
    TCPLIFE_INLINE int tcplife_odd16(const unsigned char* text) {
    #if defined(__SSE2__)
        __m128i x = _mm_loadu_si128((const __m128i*)text);
        __m128i odd = _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(32)), _mm_cmpeq_epi8(x, _mm_set1_epi8(127)));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8(34)));
        return _mm_movemask_epi8(_mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8(92))));
    #else
        return tcplife_odd8(text) | tcplife_odd8(text + 8);
    #endif
    }

    TCPLIFE_SHARED int tcplife_any_odd(const unsigned char* text, Py_ssize_t size) {
        Py_ssize_t at = 0;
        if (size >= 16) {
            for (; at + 16 < size; at += 16)
                if (tcplife_odd16(text + at))
                    return 1;
            return tcplife_odd16(text + size - 16) != 0;
        }
        if (size >= 8)
            return tcplife_odd8(text) | tcplife_odd8(text + size - 8);
        if (size >= 4) {
            unsigned int front, back;
            memcpy(&front, text, 4);
            memcpy(&back, text + size - 4, 4);
            return tcplife_odd_word(front | (unsigned long long)back << 32);
        }
        for (; at < size; at++)
            if (tcplife_is_odd(text[at]))
                return 1;
        return 0;
    }
    """
    Py_ssize_t few "tcplife_few"(unsigned char* to, Py_ssize_t at, unsigned int value) noexcept
    Py_ssize_t triple "tcplife_triple"(unsigned char* to, Py_ssize_t at, unsigned int value) noexcept
    Py_ssize_t number "tcplife_number"(unsigned char* to, Py_ssize_t at, long long value) noexcept
    Py_ssize_t repeat "tcplife_repeat"(unsigned char* to, Py_ssize_t at, Py_ssize_t begin, Py_ssize_t size) noexcept
    Py_ssize_t padded9 "tcplife_padded9"(unsigned char* to, Py_ssize_t at, unsigned int value) noexcept
    Py_ssize_t seconds "tcplife_seconds"(unsigned char* to, Py_ssize_t at, long long ns) noexcept
    Py_ssize_t milliseconds "tcplife_milliseconds"(unsigned char* to, Py_ssize_t at, long long ns) noexcept
    bint any_odd "tcplife_any_odd"(const unsigned char* text, Py_ssize_t size) noexcept
    Py_ssize_t put "tcplife_put"(unsigned char* to, Py_ssize_t at, const unsigned char* literal) noexcept
    Py_ssize_t flag "tcplife_flag"(unsigned char* to, Py_ssize_t at, long long value) noexcept
    Py_ssize_t field "tcplife_field"(unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value) noexcept
    Py_ssize_t optional "tcplife_optional"(
        unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value, long long none) noexcept


cdef inline Py_ssize_t part(
    unsigned char* to, Py_ssize_t at, const unsigned char* octets, Py_ssize_t begin, Py_ssize_t size
) noexcept:
    memcpy(to + at, octets + begin, size)
    return at + size


cdef inline Py_ssize_t add(unsigned char* to, Py_ssize_t at, bytes octets) noexcept:
    memcpy(to + at, PyBytes_AS_STRING(octets), PyBytes_GET_SIZE(octets))
    return at + PyBytes_GET_SIZE(octets)


cdef inline Py_ssize_t again(unsigned char* to, Py_ssize_t at, Py_ssize_t begin, Py_ssize_t size) noexcept:
    memcpy(to + at, to + begin, size)
    return at + size


cdef inline bytes octets(unsigned char* front, Py_ssize_t size):
    return PyBytes_FromStringAndSize(<char*> front, size)


cdef inline Py_ssize_t ipv4(unsigned char* to, Py_ssize_t at, unsigned long long address) noexcept:
    cdef int shift = 24
    while True:
        at = few(to, at, address >> shift & 255)
        if shift == 0:
            return at
        to[at] = 46
        at += 1
        shift -= 8


cdef inline Py_ssize_t hexadecimal(unsigned char* to, Py_ssize_t at, unsigned int value) noexcept:
    cdef int shift = 12
    cdef unsigned int digit
    while shift > 0 and value >> shift == 0:
        shift -= 4
    while shift >= 0:
        digit = value >> shift & 15
        to[at] = <unsigned char>(48 + digit if digit < 10 else 87 + digit)
        at += 1
        shift -= 4
    return at


cdef inline Py_ssize_t string(unsigned char* to, Py_ssize_t at, str text) noexcept:
    cdef Py_ssize_t size
    if not PyUnicode_IS_COMPACT_ASCII(text):
        return -1
    size = PyUnicode_GET_LENGTH(text)
    if any_odd(PyUnicode_1BYTE_DATA(text), size):
        return -1
    to[at] = 34
    memcpy(to + at + 1, PyUnicode_1BYTE_DATA(text), size)
    to[at + 1 + size] = 34
    return at + size + 2
