from cpython cimport array
from libc.string cimport memmove


# Cython's own resize_smart gives back room that is not half full. The collector need not know of numbers: to take an
# array off its lists when it goes touches its neighbours there, which are of other connections and in no cache.
cdef extern from *:
    """
    #include <stdlib.h>
    #include <string.h>
    #define TCPLIFE_UNTRACK(rows) do { if (PyType_IS_GC(Py_TYPE(rows))) PyObject_GC_UnTrack(rows); } while (0)
    #define TCPLIFE_ROOM(rows) (((arrayobject *) (rows))->allocated)
    #define TCPLIFE_SET_SIZE(rows, size) Py_SET_SIZE((PyVarObject *) (rows), size)

    /* Shell's, with Ciura's gaps carried on by nine fourths: what comes nearly in order is sorted in one pass of each; few
       numbers by one pass of all, which is less work than two. */
    #define TCPLIFE_FEW 16
    #define TCPLIFE_SORT(name, number) \
        static CYTHON_UNUSED void name(number* at, Py_ssize_t size) { \
            Py_ssize_t gap = 1, i = 1, j; \
            while (i < size && at[i - 1] <= at[i]) i++; \
            if (i >= size) return; \
            if (size > TCPLIFE_FEW) while (gap < size / 3) gap = gap * 9 / 4 + 1; \
            for (; gap > 0; gap = gap * 4 / 9) \
                for (i = gap; i < size; i++) { \
                    number value = at[i]; \
                    for (j = i; j >= gap && at[j - gap] > value; j -= gap) at[j] = at[j - gap]; \
                    at[j] = value; \
                } \
        }
    TCPLIFE_SORT(tcplife_sort_steps, long long)

    /* Many: by their octets from the lowest on, as far as they differ; no comparison has to be foreseen. */
    #define TCPLIFE_MANY 256
    static CYTHON_UNUSED void tcplife_sort_long(long long* at, Py_ssize_t size) {
        Py_ssize_t i, counts[256];
        unsigned long long low, span = 0;
        long long *from = at, *to, *other;
        int shift;
        for (i = 1; i < size && at[i - 1] <= at[i]; i++) ;
        if (i >= size) return;
        other = size < TCPLIFE_MANY ? NULL : (long long*)malloc((size_t)size * sizeof(long long));
        if (other == NULL) {
            tcplife_sort_steps(at, size);
            return;
        }
        to = other;
        long long least = at[0];
        for (i = 1; i < size; i++) if (at[i] < least) least = at[i];
        low = (unsigned long long)least;
        for (i = 0; i < size; i++) span |= (unsigned long long)at[i] - low;
        for (shift = 0; shift < 64 && span >> shift; shift += 8) {
            Py_ssize_t sum = 0;
            long long* swap = from;
            memset(counts, 0, sizeof(counts));
            for (i = 0; i < size; i++) counts[((unsigned long long)from[i] - low) >> shift & 255]++;
            for (i = 0; i < 256; i++) {
                Py_ssize_t count = counts[i];
                counts[i] = sum;
                sum += count;
            }
            for (i = 0; i < size; i++) to[counts[((unsigned long long)from[i] - low) >> shift & 255]++] = from[i];
            from = to;
            to = swap;
        }
        if (from != at) memcpy(at, from, (size_t)size * sizeof(long long));
        free(other);
    }
    TCPLIFE_SORT(tcplife_sort_short, unsigned int)
    """
    void tcplife_sort_long(long long* at, Py_ssize_t size) noexcept
    void sort_first "tcplife_sort_short"(unsigned int* at, Py_ssize_t size) noexcept
    void TCPLIFE_UNTRACK(array.array rows) noexcept
    Py_ssize_t TCPLIFE_ROOM(array.array rows) noexcept
    void TCPLIFE_SET_SIZE(array.array rows, Py_ssize_t size) noexcept


cdef inline int more(array.array rows, Py_ssize_t size) except -1:
    if size <= TCPLIFE_ROOM(rows):
        TCPLIFE_SET_SIZE(rows, size)
        return 0
    return array.resize_smart(rows, size)


cdef inline int reserve(array.array rows, Py_ssize_t count) except -1:
    cdef Py_ssize_t size = len(rows)
    if size + count > TCPLIFE_ROOM(rows):
        array.resize(rows, size + count)
        TCPLIFE_SET_SIZE(rows, size)
    return 0


cdef inline int push(array.array rows, long long value) except -1:
    cdef Py_ssize_t size = len(rows)
    more(rows, size + 1)
    rows.data.as_longlongs[size] = value
    return 0


cdef inline bint are_short(array.array rows) noexcept:
    return rows.ob_descr.itemsize == sizeof(int)


cdef inline int push_any(array.array rows, long long value) except -1:
    cdef Py_ssize_t size = len(rows)
    more(rows, size + 1)
    if are_short(rows):
        rows.data.as_uints[size] = <unsigned int>value
    else:
        rows.data.as_longlongs[size] = value
    return 0


cdef inline int push3(array.array rows, long long a, long long b, long long c) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* at
    more(rows, size + 3)
    at = rows.data.as_longlongs + size
    at[0] = a
    at[1] = b
    at[2] = c
    return 0


cdef inline int push4(array.array rows, long long a, long long b, long long c, long long d) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* at
    more(rows, size + 4)
    at = rows.data.as_longlongs + size
    at[0] = a
    at[1] = b
    at[2] = c
    at[3] = d
    return 0


cdef inline int insert2(array.array rows, Py_ssize_t at, long long a, long long b) except -1:
    cdef Py_ssize_t size = len(rows)
    cdef long long* place
    more(rows, size + 2)
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
    cdef array.array rows = array.clone(like, count, True)
    TCPLIFE_UNTRACK(rows)
    return rows


cdef inline array.array spare(array.array like, Py_ssize_t room):
    cdef array.array rows = array.clone(like, room, False)
    TCPLIFE_SET_SIZE(rows, 0)
    TCPLIFE_UNTRACK(rows)
    return rows


cdef inline array.array widened(array.array like, array.array rows):
    cdef Py_ssize_t size = len(rows)
    cdef Py_ssize_t at
    cdef array.array wide = spare(like, size)
    more(wide, size)
    for at in range(size):
        wide.data.as_longlongs[at] = rows.data.as_uints[at]
    return wide


cdef inline array.array copy(array.array rows):
    cdef array.array made = array.copy(rows)
    TCPLIFE_UNTRACK(made)
    return made


cdef inline long long* of(array.array rows) noexcept:
    return rows.data.as_longlongs


cdef inline int sort(array.array rows) except -1:
    if are_short(rows):
        sort_first(rows.data.as_uints, len(rows))
    else:
        tcplife_sort_long(rows.data.as_longlongs, len(rows))
    return 0


cdef inline long long at(array.array rows, Py_ssize_t index) noexcept:
    return rows.data.as_uints[index] if are_short(rows) else rows.data.as_longlongs[index]
