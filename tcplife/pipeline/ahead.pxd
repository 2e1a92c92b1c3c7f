from tcplife.anomalies.wireshark cimport WireStream
from tcplife.capture.reader cimport Reader
from tcplife.flows.table cimport Flow, Table
from tcplife.model cimport words
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.life cimport Life

# Macros where functions would do: a compiler takes a function that only prefetches for one without effect.
cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define TCPLIFE_FETCH(place) __builtin_prefetch(place)
    #else
    #define TCPLIFE_FETCH(place) ((void) (place))
    #endif
    #define TCPLIFE_LINE(place, at) TCPLIFE_FETCH((const char *) (place) + 64 * (at))
    #define TCPLIFE_FETCH_2(place) do { TCPLIFE_LINE(place, 0); TCPLIFE_LINE(place, 1); } while (0)
    #define TCPLIFE_FETCH_5(place) do { \
        TCPLIFE_FETCH_2(place); TCPLIFE_LINE(place, 2); TCPLIFE_LINE(place, 3); TCPLIFE_LINE(place, 4); \
    } while (0)
    #define TCPLIFE_SLOT(list, at) ((void *) &((PyListObject *) (list))->ob_item[at])
    #define TCPLIFE_ITEM(list, at) ((void *) ((PyListObject *) (list))->ob_item[at])
    """
    void TCPLIFE_FETCH(const void* place) noexcept
    void TCPLIFE_LINE(const void* place, int at) noexcept
    void TCPLIFE_FETCH_2(const void* place) noexcept
    void TCPLIFE_FETCH_5(const void* place) noexcept
    void* TCPLIFE_SLOT(void* list, unsigned long long at) noexcept
    void* TCPLIFE_ITEM(void* list, unsigned long long at) noexcept


# The hash of what looks like IPv4 without options in Ethernet; anything, if it is something else.
cdef inline unsigned long long guess(Table table, const unsigned char* b, Py_ssize_t at) noexcept:
    return table.mixed(
        0, words.u32(b, at + 26), 0, words.u32(b, at + 30), words.u16(b, at + 34), words.u16(b, at + 36)
    )


# The life of that hash, or what stands for nothing.
cdef inline void* life_of(Table table, unsigned long long h) noexcept:
    cdef void* p = TCPLIFE_ITEM(<void*>table._heads, h & table._mask)
    while p != <void*>None and (<Flow>p).hash != h:
        p = <void*>(<Flow>p).chain
    return <void*>None if p != <void*>None and (<Flow>p).sown else p


# looks: where the record begins that is looked at next, counted from the beginning of the input; how many records
# after the current one are known; the hash of each, the nearest first.
cdef inline void look(Reader reader, Table table, unsigned long long* looks) noexcept:
    cdef long long at = <long long>looks[0] - reader._base
    cdef const unsigned char* b = reader.data
    cdef unsigned long long h
    cdef void* p
    if reader.frame_at == 0 or table.count < 256:  # so few stay in the cache by themselves
        return
    if at < reader._pos:
        at = reader._pos
        looks[1] = 0
    elif looks[1]:
        looks[1] -= 1
        looks[2] = looks[3]
        looks[3] = looks[4]
        looks[4] = looks[5]
    while looks[1] < 4 and at + reader.frame_at + 54 <= reader._have:
        h = guess(table, b, at + reader.frame_at)
        looks[2 + looks[1]] = h
        looks[1] += 1
        TCPLIFE_FETCH(TCPLIFE_SLOT(<void*>table._heads, h & table._mask))
        at += words.in_order(b, at + reader.length_at, reader.swapped) + reader.hop
    looks[0] = <unsigned long long>(at + reader._base)
    if looks[1] == 4:
        p = TCPLIFE_ITEM(<void*>table._heads, looks[4] & table._mask)
        TCPLIFE_FETCH_5(p)
        p = life_of(table, looks[3])
        if p != <void*>None:
            if not (<Life>p).asleep:
                TCPLIFE_FETCH_2(<void*>(<Life>p).wire)
                TCPLIFE_FETCH(<void*>(<Life>p).zeek)
            TCPLIFE_FETCH_5(<void*>(<Life>p).a)
            TCPLIFE_LINE(<void*>(<Life>p).a, 5)
            TCPLIFE_FETCH_5(<void*>(<Life>p).b)
            TCPLIFE_LINE(<void*>(<Life>p).b, 5)
            TCPLIFE_FETCH(<void*>(<Life>p).spent)
        p = life_of(table, looks[2])
        if p != <void*>None:
            if (<Life>p).wire is not None and not (<Life>p).asleep:
                TCPLIFE_FETCH_2(<void*>(<WireStream>(<Life>p).wire).way0)
                TCPLIFE_FETCH_2(<void*>(<WireStream>(<Life>p).wire).way1)
            if (<Life>p).zeek is not None and not (<Life>p).asleep:
                TCPLIFE_FETCH_2(<void*>(<ZeekLife>(<Life>p).zeek).row)
            TCPLIFE_FETCH_2(<void*>(<Life>p).a.timing)
            TCPLIFE_FETCH_2(<void*>(<Life>p).b.timing)


# Each sixteen, eight and four flows before it leaves: the flow, the slot it is found by, who is the first there.
cdef inline void expect(Table table, list flows, Py_ssize_t at, Py_ssize_t step) noexcept:
    cdef Py_ssize_t first = at + 16 * step
    cdef unsigned long long h
    if first < 0 or first >= len(flows):
        return
    TCPLIFE_FETCH_2(TCPLIFE_ITEM(<void*>flows, first))
    h = (<Flow>TCPLIFE_ITEM(<void*>flows, at + 8 * step)).hash
    TCPLIFE_FETCH(TCPLIFE_SLOT(<void*>table._heads, h & table._mask))
    h = (<Flow>TCPLIFE_ITEM(<void*>flows, at + 4 * step)).hash
    TCPLIFE_FETCH_2(TCPLIFE_ITEM(<void*>table._heads, h & table._mask))


cdef inline void leave(Table table, list rest) noexcept:
    expect(table, rest, len(rest) - 1, -1)


cdef inline void evict(Table table) noexcept:
    expect(table, table._queue, table._queue_at, 1)
