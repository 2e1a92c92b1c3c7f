from tcplife.tracker.life cimport Life

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_FETCH(place) __builtin_prefetch(place)
    #else
    #define TCPLIFE_FETCH(place) ((void) (place))
    #endif
    """
    void TCPLIFE_FETCH(const char* place) noexcept


cdef inline void fetch_lines(void* thing, int lines) noexcept:
    cdef const char* place = <const char*>thing
    while lines > 0:
        TCPLIFE_FETCH(place)
        place += 64
        lines -= 1


cdef inline void fetch(Life life) noexcept:
    fetch_lines(<void*>life.wire, 1)
    fetch_lines(<void*>life.a, 5)
    fetch_lines(<void*>life.b, 5)
    fetch_lines(<void*>life.zeek, 2)
    fetch_lines(<void*>life.spent, 2)
