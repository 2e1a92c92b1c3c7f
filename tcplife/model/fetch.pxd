# A compiler takes a function that only prefetches for one without effect and drops it: hence the empty instruction.
cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_FETCH(place) do { __builtin_prefetch(place); __asm__ volatile (""); } while (0)
    #else
    #define TCPLIFE_FETCH(place) ((void) (place))
    #endif
    #define TCPLIFE_LINE(place, at) TCPLIFE_FETCH((const char *) (place) + 64 * (at))
    #define TCPLIFE_FETCH_2(place) do { TCPLIFE_LINE(place, 0); TCPLIFE_LINE(place, 1); } while (0)
    #define TCPLIFE_FETCH_3(place) do { TCPLIFE_FETCH_2(place); TCPLIFE_LINE(place, 2); } while (0)
    #define TCPLIFE_FETCH_6(place) do { \
        TCPLIFE_FETCH_3(place); TCPLIFE_LINE(place, 3); TCPLIFE_LINE(place, 4); TCPLIFE_LINE(place, 5); \
    } while (0)
    #define TCPLIFE_SLOT(list, at) ((void *) &((PyListObject *) (list))->ob_item[at])
    #define TCPLIFE_ITEM(list, at) ((void *) ((PyListObject *) (list))->ob_item[at])
    """
    void TCPLIFE_FETCH(const void* place) noexcept
    void TCPLIFE_LINE(const void* place, int at) noexcept
    void TCPLIFE_FETCH_2(const void* place) noexcept
    void TCPLIFE_FETCH_3(const void* place) noexcept
    void TCPLIFE_FETCH_6(const void* place) noexcept
    void* TCPLIFE_SLOT(void* list, unsigned long long at) noexcept
    void* TCPLIFE_ITEM(void* list, unsigned long long at) noexcept


cdef inline void item(list items, Py_ssize_t at) noexcept:
    if 0 <= at < len(items):
        TCPLIFE_FETCH_2(TCPLIFE_ITEM(<void*>items, at))
