# cython: cdivision=True
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.string cimport memcpy, strlen

cdef extern from "Python.h":
    Py_ssize_t PyBytes_GET_SIZE(object octets) noexcept
    const unsigned char* PyBytes_AS_STRING(object octets) noexcept
    bint PyUnicode_IS_COMPACT_ASCII(object text) noexcept
    const unsigned char* PyUnicode_1BYTE_DATA(object text) noexcept
    Py_ssize_t PyUnicode_GET_LENGTH(object text) noexcept


cdef inline Py_ssize_t copy(unsigned char* to, Py_ssize_t at, const unsigned char* octets, Py_ssize_t size) noexcept:
    memcpy(to + at, octets, size)
    return at + size


cdef inline Py_ssize_t put(unsigned char* to, Py_ssize_t at, const unsigned char* literal) noexcept:
    cdef size_t size = strlen(<const char*> literal)  # a constant: the compiler stores the octets straight
    memcpy(to + at, literal, size)
    return at + size


cdef inline Py_ssize_t add(unsigned char* to, Py_ssize_t at, bytes octets) noexcept:
    memcpy(to + at, PyBytes_AS_STRING(octets), PyBytes_GET_SIZE(octets))
    return at + PyBytes_GET_SIZE(octets)


cdef inline Py_ssize_t flag(unsigned char* to, Py_ssize_t at, long long value) noexcept:
    return put(to, at, b"true") if value else put(to, at, b"false")


cdef inline bytes octets(unsigned char* front, Py_ssize_t size):
    return PyBytes_FromStringAndSize(<char*> front, size)


cdef inline void pair(unsigned char* to, Py_ssize_t at, unsigned long long value) noexcept:
    cdef const char* pairs = (
        b"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
        b"5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
    )
    memcpy(to + at, pairs + 2 * value, 2)


cdef inline Py_ssize_t digits(unsigned char* to, Py_ssize_t at, unsigned long long value) noexcept:
    cdef unsigned long long rest, limit
    cdef Py_ssize_t size, a
    if value < 10:
        to[at] = <unsigned char>(48 + value)
        return at + 1
    size = 2
    limit = 100
    while value >= limit and size < 20:
        size += 1
        limit = limit * 10 if size < 20 else limit
    a = at + size
    while value >= 100:
        rest = value // 100
        a -= 2
        pair(to, a, value - rest * 100)
        value = rest
    if value >= 10:
        pair(to, a - 2, value)
    else:
        to[a - 1] = <unsigned char>(48 + value)
    return at + size


cdef inline Py_ssize_t number(unsigned char* to, Py_ssize_t at, long long value) noexcept:
    if value < 0:
        to[at] = 45
        return digits(to, at + 1, <unsigned long long>0 - <unsigned long long>value)
    return digits(to, at, <unsigned long long>value)


cdef inline Py_ssize_t field(unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value) noexcept:
    at = put(to, at, name)
    if 0 <= value < 10:
        to[at] = <unsigned char>(48 + value)
        return at + 1
    return number(to, at, value)


cdef inline Py_ssize_t optional(unsigned char* to, Py_ssize_t at, const unsigned char* name, long long value, long long none) noexcept:
    at = put(to, at, name)
    return put(to, at, b"null") if value == none else number(to, at, value)


cdef inline Py_ssize_t padded9(unsigned char* to, Py_ssize_t at, unsigned long long value) noexcept:
    cdef unsigned int high = <unsigned int>(value // 100000), low = <unsigned int>(value - 100000ULL * high)
    pair(to, at, high // 100)
    pair(to, at + 2, high % 100)
    to[at + 4] = <unsigned char>(48 + low // 10000)
    pair(to, at + 5, low // 100 % 100)
    pair(to, at + 7, low % 100)
    return at + 9


cdef inline Py_ssize_t trimmed(unsigned char* to, Py_ssize_t at) noexcept:
    while to[at - 1] == 48:
        at -= 1
    return at


cdef inline Py_ssize_t seconds(unsigned char* to, Py_ssize_t at, long long ns) noexcept:
    cdef unsigned long long value = <unsigned long long>ns, whole
    if ns < 0:
        to[at] = 45
        at += 1
        value = 0 - value
    whole = value // 1000000000
    at = digits(to, at, whole)
    value -= whole * 1000000000
    if value == 0:
        return put(to, at, b".0")
    to[at] = 46
    return trimmed(to, padded9(to, at + 1, value))


cdef inline Py_ssize_t milliseconds(unsigned char* to, Py_ssize_t at, long long ns) noexcept:
    cdef unsigned long long value = <unsigned long long>ns, whole
    if ns == 0:
        return put(to, at, b"0.0")
    if ns < 0:
        to[at] = 45
        at += 1
        value = 0 - value
    whole = value // 1000000
    at = digits(to, at, whole)
    value -= whole * 1000000
    if value == 0:
        return put(to, at, b".0")
    to[at] = 46
    pair(to, at + 1, value // 10000)
    pair(to, at + 3, value // 100 % 100)
    pair(to, at + 5, value % 100)
    return trimmed(to, at + 7)


cdef inline Py_ssize_t ipv4(unsigned char* to, Py_ssize_t at, unsigned long long address) noexcept:
    cdef int shift = 24
    cdef unsigned int octet, rest
    while True:
        octet = address >> shift & 255
        if octet >= 100:
            rest = octet // 100
            to[at] = <unsigned char>(48 + rest)
            pair(to, at + 1, octet - 100 * rest)
            at += 3
        elif octet >= 10:
            pair(to, at, octet)
            at += 2
        else:
            to[at] = <unsigned char>(48 + octet)
            at += 1
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


cdef inline unsigned long long odd8(unsigned long long x) noexcept:
    # Whether one of eight octets is below 32, above 126, a quote or a backslash: each of the subtractions borrows from
    # an octet's top bit in that case, and in no other while all of the octets are below 128.
    cdef unsigned long long ones = 0x0101010101010101ULL, tops = 0x8080808080808080ULL
    cdef unsigned long long quote = x ^ ones * 34, slash = x ^ ones * 92, delete = x ^ ones * 127
    return (x | (x - ones * 32) | (quote - ones) | (slash - ones) | (delete - ones)) & tops


cdef inline bint is_odd(const unsigned char* text, Py_ssize_t size) noexcept:
    cdef unsigned long long x, odd = 0
    cdef Py_ssize_t at = 0
    cdef unsigned char c
    while at + 8 <= size:
        memcpy(&x, text + at, 8)
        odd |= odd8(x)
        at += 8
    if odd == 0 and at < size and size >= 8:
        memcpy(&x, text + size - 8, 8)
        return odd8(x) != 0
    while at < size:
        c = text[at]
        if c < 32 or c > 126 or c == 34 or c == 92:
            return True
        at += 1
    return odd != 0


cdef inline Py_ssize_t string(unsigned char* to, Py_ssize_t at, str text) noexcept:
    cdef Py_ssize_t size
    if not PyUnicode_IS_COMPACT_ASCII(text):
        return -1
    size = PyUnicode_GET_LENGTH(text)
    if is_odd(PyUnicode_1BYTE_DATA(text), size):
        return -1
    to[at] = 34
    memcpy(to + at + 1, PyUnicode_1BYTE_DATA(text), size)
    to[at + 1 + size] = 34
    return at + size + 2
