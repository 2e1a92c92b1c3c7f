from cpython cimport array
from libc.string cimport memmove


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


cdef inline int insert2(array.array rows, Py_ssize_t at, long long a, long long b) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* place
    array.resize_smart(rows, size + 2)
    place = rows.data.as_longlongs + at
    memmove(place + 2, place, (size - at) * sizeof(long long))
    place[0] = a
    place[1] = b
    return 0


cdef inline int remove(array.array rows, Py_ssize_t at, Py_ssize_t count) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* place = rows.data.as_longlongs + at
    memmove(place, place + count, (size - at - count) * sizeof(long long))
    array.resize_smart(rows, size - count)
    return 0


cdef inline array.array zeros(array.array like, Py_ssize_t count):
    return array.clone(like, count, True)


cdef inline array.array copy(array.array rows):
    return array.copy(rows)


cdef inline long long* of(array.array rows) noexcept:
    return rows.data.as_longlongs


cdef inline int sort(array.array rows) except -1:
    return sort_first(rows.data.as_longlongs, len(rows))


cdef inline int sort_first(long long* at, Py_ssize_t size) noexcept:
    # Shell's, with Ciura's gaps carried on by nine fourths: what comes nearly in order is sorted in one pass of each.
    cdef Py_ssize_t gap = 1
    cdef Py_ssize_t i, j
    cdef long long value
    for i in range(1, size):
        if at[i - 1] > at[i]:
            break
    else:
        return 0
    while gap < size // 3:
        gap = gap * 9 // 4 + 1
    while gap > 0:
        for i in range(gap, size):
            value = at[i]
            j = i
            while j >= gap and at[j - gap] > value:
                at[j] = at[j - gap]
                j -= gap
            at[j] = value
        gap = gap * 4 // 9
    return 0
