from tcplife.model cimport memory

cpdef Py_ssize_t held() except? -1
cpdef bint large_arenas() noexcept
