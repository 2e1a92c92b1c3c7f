from cpython cimport array


cdef inline int push(array.array rows, long long value) except -1:
    cdef Py_ssize_t size = len(rows)
    array.resize_smart(rows, size + 1)
    rows.data.as_longlongs[size] = value
    return 0


cdef inline int push4(array.array rows, long long a, long long b, long long c, long long d) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* at
    array.resize_smart(rows, size + 4)
    at = rows.data.as_longlongs + size
    at[0] = a
    at[1] = b
    at[2] = c
    at[3] = d
    return 0


cdef inline array.array zeros(array.array like, Py_ssize_t count):
    return array.clone(like, count, True)


cdef inline long long* of(array.array rows) noexcept:
    return rows.data.as_longlongs
