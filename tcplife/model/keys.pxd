from cpython.bytes cimport PyBytes_FromStringAndSize

ctypedef unsigned long long word


cdef inline bytes of_two(word a, word b):
    cdef word[2] words
    words[0] = a
    words[1] = b
    return PyBytes_FromStringAndSize(<char*>words, 16)


cdef inline bytes of_three(word a, word b, word c):
    cdef word[3] words
    words[0] = a
    words[1] = b
    words[2] = c
    return PyBytes_FromStringAndSize(<char*>words, 24)


cdef inline bytes of_five(word a, word b, word c, word d, word e):
    cdef word[5] words
    words[0] = a
    words[1] = b
    words[2] = c
    words[3] = d
    words[4] = e
    return PyBytes_FromStringAndSize(<char*>words, 40)
