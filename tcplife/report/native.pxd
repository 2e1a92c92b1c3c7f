from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.string cimport memcpy


cdef inline void copy(unsigned char* to, Py_ssize_t at, const unsigned char* octets, Py_ssize_t size) noexcept:
    memcpy(to + at, octets, size)


cdef inline bytes octets(unsigned char* front, Py_ssize_t size):
    return PyBytes_FromStringAndSize(<char*> front, size)
