from cpython cimport array


cdef inline long long* longs(array.array rows) noexcept:
    return rows.data.as_longlongs


cdef inline int push(array.array rows, long long first, long long second, long long third, long long fourth) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* numbers
    array.resize_smart(rows, size + 4)
    numbers = rows.data.as_longlongs
    numbers[size] = first
    numbers[size + 1] = second
    numbers[size + 2] = third
    numbers[size + 3] = fourth
    return 0
