cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_FETCH(place) __builtin_prefetch(place)
    #else
    #define TCPLIFE_FETCH(place) ((void) (place))
    #endif
    """
    void TCPLIFE_FETCH(const char* place) noexcept


cdef inline void fetch_lines(object thing, int lines) noexcept:
    cdef const char* place = <const char*><void*>thing
    while lines > 0:
        TCPLIFE_FETCH(place)
        place += 64
        lines -= 1


cdef inline void fetch(object wire, object a, object b, object zeek, object spent) noexcept:
    fetch_lines(wire, 1)
    fetch_lines(a, 5)
    fetch_lines(b, 5)
    fetch_lines(zeek, 2)
    fetch_lines(spent, 2)
