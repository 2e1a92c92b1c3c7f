from cpython cimport array as arrays

from tcplife.model.fetch cimport TCPLIFE_FETCH, TCPLIFE_FETCH_2, TCPLIFE_FETCH_3, TCPLIFE_FETCH_6, TCPLIFE_ITEM
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.account cimport Account
from tcplife.tracker.life cimport Life

# Lives between one part being asked for and the next, which is found by way of it.
cdef enum:
    STEP = 2
    AHEAD = 3 * STEP


# Each part when what leads to it has come. Whoever lets lives go asks for the same, as some have to be woken before (`hints`).
cdef inline void of_life(Life life) noexcept:
    TCPLIFE_FETCH_6(<void*>life.a)
    TCPLIFE_FETCH_3(<char*><void*>life.a + 384)
    TCPLIFE_FETCH_6(<void*>life.b)
    TCPLIFE_FETCH_3(<char*><void*>life.b + 384)
    TCPLIFE_FETCH_2(<void*>life.spent)
    TCPLIFE_FETCH_2(<void*>life.zeek)
    TCPLIFE_FETCH(<void*>life.rows)


cdef inline void of_its_parts(Life life) noexcept:
    TCPLIFE_FETCH_3(<void*>life.a.fins)
    TCPLIFE_FETCH_3(<void*>life.b.fins)
    TCPLIFE_FETCH_2(<void*>life.a.inbox)
    TCPLIFE_FETCH_2(<void*>life.b.inbox)
    TCPLIFE_FETCH_6(<void*>life.a.timing)
    TCPLIFE_FETCH_6(<void*>life.b.timing)
    if life.rows is not None:
        TCPLIFE_FETCH_6((<arrays.array>life.rows).data.as_longlongs)
    if life.spent is not None:
        TCPLIFE_FETCH_2(<void*>(<Account>life.spent).a)
        TCPLIFE_FETCH_2(<void*>(<Account>life.spent).b)
    if life.zeek is not None:
        TCPLIFE_FETCH_3(<void*>(<ZeekLife>life.zeek).row)


cdef inline void of_zeek(Life life) noexcept:
    if life.zeek is not None and (<ZeekLife>life.zeek).row is not None:
        TCPLIFE_FETCH_3(<void*>(<ZeekLife>life.zeek).row.a)
        TCPLIFE_FETCH_3(<void*>(<ZeekLife>life.zeek).row.b)


cdef inline void leaving(list left, Py_ssize_t at) noexcept:
    cdef Py_ssize_t size = len(left)
    if at + 3 * STEP < size:
        of_life(<Life>TCPLIFE_ITEM(<void*>left, at + 3 * STEP))
    if 0 <= at + 2 * STEP < size:
        of_its_parts(<Life>TCPLIFE_ITEM(<void*>left, at + 2 * STEP))
    if 0 <= at + STEP < size:
        of_zeek(<Life>TCPLIFE_ITEM(<void*>left, at + STEP))
