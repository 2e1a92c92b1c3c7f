from cpython cimport array as arrays
from cpython.bytearray cimport PyByteArray_AS_STRING

from tcplife.anomalies.streams cimport Streams, _mark, _mixed
from tcplife.anomalies.wireshark cimport WireStream
from tcplife.flows.queue cimport Queue
from tcplife.flows.table cimport Flow, Table
from tcplife.model.fetch cimport (
    TCPLIFE_FETCH, TCPLIFE_FETCH_2, TCPLIFE_FETCH_3, TCPLIFE_FETCH_6, TCPLIFE_ITEM, TCPLIFE_LINE, TCPLIFE_SLOT,
)
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.account cimport Account
from tcplife.tracker.life cimport Life

# The header of a record and the headers in it.
cdef inline void record(const unsigned char* b, Py_ssize_t at) noexcept:
    TCPLIFE_FETCH_2(b + at)


# As far as the options of TCP, wherever in a cache line it begins.
cdef inline void far_record(const unsigned char* b, Py_ssize_t at) noexcept:
    record(b, at)
    TCPLIFE_FETCH(b + at + 82)


cdef inline void slot(Table table, unsigned long long h) noexcept:
    TCPLIFE_FETCH(TCPLIFE_SLOT(<void*>table._heads, h & table._mask))


cdef inline void* item(Table table, unsigned long long h) noexcept:
    return TCPLIFE_ITEM(<void*>table._heads, h & table._mask)


cdef inline void head(Table table, unsigned long long h) noexcept:
    cdef void* p = item(table, h)
    TCPLIFE_FETCH_3(p)


# While it is calm and nobody looks on, a packet touches a life and its endpoints (`tracker.plain`): all that stands first
# in the sender, some of it in the receiver. More lines than needed would be in each other's way.
cdef inline void parts(void* flow, int side) noexcept:
    if flow == <void*>None or (<Flow>flow).sown:
        return
    if (<Life>flow).asleep:
        TCPLIFE_FETCH_6(<void*>(<Life>flow).b if side else <void*>(<Life>flow).a)
        TCPLIFE_FETCH_3(<void*>(<Life>flow).a if side else <void*>(<Life>flow).b)
        return
    TCPLIFE_FETCH(<void*>(<Life>flow).rows)
    TCPLIFE_FETCH(<void*>(<Life>flow).spent)
    TCPLIFE_FETCH_6(<void*>(<Life>flow).a)
    TCPLIFE_FETCH_6(<void*>(<Life>flow).b)
    TCPLIFE_FETCH_2(<void*>(<Life>flow).wire)
    TCPLIFE_FETCH(<void*>(<Life>flow).zeek)


cdef inline void parts_of_parts(void* flow, int side) noexcept:
    if flow == <void*>None or (<Flow>flow).sown:
        return
    TCPLIFE_FETCH_3(<void*>(<Life>flow).b.timing if side else <void*>(<Life>flow).a.timing)
    if (<Life>flow).asleep:
        return
    if (<Life>flow).wire is not None:
        TCPLIFE_FETCH_2(<void*>(<WireStream>(<Life>flow).wire).way0)
        TCPLIFE_FETCH_2(<void*>(<WireStream>(<Life>flow).wire).way1)
    if (<Life>flow).zeek is not None:
        TCPLIFE_FETCH_2(<void*>(<ZeekLife>(<Life>flow).zeek).row)


# All that a life is made of, as it leaves: each part when what leads to it has come.
cdef inline void of_leaving(Life life) noexcept:
    TCPLIFE_FETCH_3(<char*><void*>life + 128)
    TCPLIFE_FETCH_6(<void*>life.a)
    TCPLIFE_FETCH_6(<void*>life.b)


cdef inline void further_of_leaving(Life life) noexcept:
    TCPLIFE_FETCH_3(<char*><void*>life.a + 384)
    TCPLIFE_FETCH_3(<char*><void*>life.b + 384)
    TCPLIFE_FETCH_2(<void*>life.a.fins)
    TCPLIFE_FETCH_2(<void*>life.b.fins)
    TCPLIFE_FETCH_2(<void*>life.spent)
    TCPLIFE_FETCH_2(<void*>life.zeek)
    TCPLIFE_FETCH_2(<void*>life.wire)
    TCPLIFE_FETCH(<void*>life.rows)


cdef inline void inner_of_leaving(Life life) noexcept:
    TCPLIFE_FETCH_6(<void*>life.a.timing)
    TCPLIFE_FETCH_6(<void*>life.b.timing)
    if life.spent is not None:
        TCPLIFE_FETCH_2(<void*>(<Account>life.spent).a)
        TCPLIFE_FETCH_2(<void*>(<Account>life.spent).b)
    if life.zeek is not None:
        TCPLIFE_FETCH_2(<void*>(<ZeekLife>life.zeek).row)
    if life.rows is not None:
        TCPLIFE_FETCH_2((<arrays.array>life.rows).data.as_longlongs)


cdef inline void innermost_of_leaving(Life life) noexcept:
    if life.zeek is not None and (<ZeekLife>life.zeek).row is not None:
        TCPLIFE_FETCH_2(<void*>(<ZeekLife>life.zeek).row.a)
        TCPLIFE_FETCH_2(<void*>(<ZeekLife>life.zeek).row.b)
    if life.wire is not None:
        TCPLIFE_FETCH(<void*>(<WireStream>life.wire).way0)
        TCPLIFE_FETCH(<void*>(<WireStream>life.wire).way1)


# A flow that leaves some time after; what stands for nothing, where it is a seedling.
cdef inline void* leaving(list flows, Py_ssize_t at) noexcept:
    cdef void* p = TCPLIFE_ITEM(<void*>flows, at)
    return <void*>None if (<Flow>p).sown else p


# Whether anything is known of the pair of a seedling that leaves: others with its mark.
cdef inline void mark(Streams streams, Flow flow) noexcept:
    cdef Py_ssize_t at
    if flow.sown:
        at = _mark(_mixed(flow))
        TCPLIFE_FETCH(PyByteArray_AS_STRING(streams._young_marks) + at)
        TCPLIFE_FETCH(PyByteArray_AS_STRING(streams._old_marks) + at)


# Some flows before it leaves: the flow, the slot it is found by, who is the first there, and its parts.
cdef inline void expect(Table table, Streams streams, list flows, Py_ssize_t at, Py_ssize_t step) noexcept:
    cdef Py_ssize_t first = at + 24 * step
    cdef unsigned long long h
    cdef void* p
    if first < 0 or first >= len(flows):
        return
    TCPLIFE_FETCH_2(TCPLIFE_ITEM(<void*>flows, first))
    h = (<Flow>TCPLIFE_ITEM(<void*>flows, at + 8 * step)).hash
    TCPLIFE_FETCH(TCPLIFE_SLOT(<void*>table._heads, h & table._mask))
    h = (<Flow>TCPLIFE_ITEM(<void*>flows, at + 4 * step)).hash
    TCPLIFE_FETCH_2(TCPLIFE_ITEM(<void*>table._heads, h & table._mask))
    mark(streams, <Flow>TCPLIFE_ITEM(<void*>flows, at + 4 * step))
    p = leaving(flows, at + 18 * step)
    if p != <void*>None:
        of_leaving(<Life>p)
    p = leaving(flows, at + 13 * step)
    if p != <void*>None:
        further_of_leaving(<Life>p)
    p = leaving(flows, at + 8 * step)
    if p != <void*>None:
        inner_of_leaving(<Life>p)
    p = leaving(flows, at + 4 * step)
    if p != <void*>None:
        innermost_of_leaving(<Life>p)


cdef inline void leave(Table table, Streams streams, list rest) noexcept:
    expect(table, streams, rest, len(rest) - 1, -1)


cdef inline void evict(Table table, Streams streams) noexcept:
    expect(table, streams, table._queue, table._queue_at, 1)


# A life joins those that have ended, and the one that waits there first leaves for it at once; next time the one behind it.
cdef inline void close(Queue queue, Py_ssize_t most) noexcept:
    cdef void* p
    if queue.waiting >= most > 0:
        p = TCPLIFE_ITEM(<void*>queue._flows, queue._at)
        TCPLIFE_FETCH_2(<char*><void*>(<Life>p).a + 384)
        TCPLIFE_FETCH_2(<char*><void*>(<Life>p).b + 384)
        if queue.waiting > 1:
            TCPLIFE_FETCH_3(TCPLIFE_ITEM(<void*>queue._flows, queue._at + 1))
