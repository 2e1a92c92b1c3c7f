from cpython.bytearray cimport PyByteArray_AS_STRING

from tcplife.anomalies.streams cimport Streams, _mark, _mixed
from tcplife.anomalies.wireshark cimport WireStream
from tcplife.flows.queue cimport Queue
from tcplife.flows.table cimport Flow, Table
from tcplife.model.fetch cimport (
    TCPLIFE_FETCH, TCPLIFE_FETCH_2, TCPLIFE_FETCH_3, TCPLIFE_FETCH_6, TCPLIFE_ITEM, TCPLIFE_LINE, TCPLIFE_SLOT,
)
from tcplife.summary cimport soon
from tcplife.summary.zeek cimport ZeekLife
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


# What its views of the wire consist of: unlike what `soon` asks for, only who wakes a life that leaves needs them.
cdef inline void ways_of(Life life) noexcept:
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
        TCPLIFE_FETCH_3(<char*>p + 128)
    p = leaving(flows, at + 13 * step)
    if p != <void*>None:
        soon.of_life(<Life>p)
        TCPLIFE_FETCH_2(<void*>(<Life>p).wire)
    p = leaving(flows, at + 8 * step)
    if p != <void*>None:
        soon.of_its_parts(<Life>p)
    p = leaving(flows, at + 4 * step)
    if p != <void*>None:
        soon.of_zeek(<Life>p)
        ways_of(<Life>p)


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
