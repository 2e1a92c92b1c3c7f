from tcplife.capture cimport glimpse
from tcplife.capture.reader cimport Reader
from tcplife.decode cimport straight
from tcplife.decode.decoder cimport Decoder
from tcplife.flows cimport first, mix
from tcplife.flows.table cimport Flow, Table
from tcplife.model.segment cimport Segment
from tcplife.pipeline cimport hints
from tcplife.pipeline.sleep cimport heed
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport plain

cdef extern from *:
    """
    #define TCPLIFE_PLACES 8
    #define TCPLIFE_FAR 7
    #define TCPLIFE_TCP 0
    #define TCPLIFE_ETHERNET 1
    #define TCPLIFE_BORROWED(list, at) ((PyListObject *) (list))->ob_item[at]
    """
    enum: PLACES "TCPLIFE_PLACES"
    int FAR "TCPLIFE_FAR"
    int TCP "TCPLIFE_TCP"
    int ETHERNET "TCPLIFE_ETHERNET"
    void* borrowed "TCPLIFE_BORROWED"(void* list, Py_ssize_t at) noexcept


# code: what the decoder told at a glance. flow, side: what the table answered when it had changed so many times (never
# so far: -1). Nobody owns segment and flow here, but the list of segments does, and the table while it has not changed.
# An odd size costs four instructions each time a place is found: 128 octets.
cdef struct Foreseen:
    glimpse.Glimpse record
    unsigned long long hash
    long long changes
    size_t flow, segment
    int code, side
    long long unused[6]


# at: records gone to; known: how many behind the current one are foreseen. taken, cut: of what was taken on the way, how
# many, and of how many not all octets were captured; latest_ns: when the latest record was captured, up to there.
cdef struct Ring:
    Foreseen places[8]
    Py_ssize_t at, known
    long long before, latest_ns, taken, cut


cdef inline void forget(Ring* ring, list segments, long long before) noexcept:
    cdef Py_ssize_t at
    ring.known = 0
    ring.before = before
    for at in range(PLACES):
        ring.places[at].segment = <size_t>borrowed(<void*>segments, at)


cdef inline Foreseen* place(Ring* ring, Py_ssize_t at) noexcept:
    return &ring.places[at & PLACES - 1]


cdef inline Segment segment(Ring* ring):
    return <Segment><void*>place(ring, ring.at - 1).segment


cdef inline int code(Ring* ring) noexcept:
    return place(ring, ring.at - 1).code


cdef inline void search(Foreseen* e, Table table, Segment s) noexcept:
    cdef Flow flow = table.search(s, e.hash)
    e.flow = <size_t><void*>flow
    e.side = table.side


cdef inline void seek(Foreseen* e, Table table, Segment s) noexcept:
    cdef void* flow = hints.item(table, e.hash)
    cdef int side = first.side_of(flow, s, e.hash)
    e.changes = table.changes
    if side < 0:
        search(e, table, s)
    else:
        e.flow = <size_t>flow
        e.side = side


cdef inline Foreseen* found(Ring* ring, Table table) noexcept:
    cdef Foreseen* e = place(ring, ring.at - 1)
    if e.changes != table.changes:
        seek(e, table, <Segment><void*>e.segment)
    return e


cdef inline Flow find(Ring* ring, Table table):
    cdef Foreseen* e = found(ring, table)
    table.side = e.side
    return <Flow><void*>e.flow


cdef inline void decode(Foreseen* e, Reader reader, Decoder decoder, Segment s) noexcept:
    cdef Py_ssize_t at = e.record.at
    cdef Py_ssize_t end = e.record.end
    cdef Py_ssize_t limit = max(end, at + e.record.wire_len)
    if end - at >= 54 and reader.link == ETHERNET and not decoder.checksums and straight.fill(s, reader.data, at, end, limit):
        e.code = TCP
    else:
        e.code = decoder.glance(reader.data, at, end, e.record.wire_len, reader.link, s)


cdef inline void foresee(Foreseen* e, Reader reader, Decoder decoder, Table table, Segment s) noexcept:
    e.changes = -1
    decode(e, reader, decoder, s)
    if e.code == TCP:
        e.hash = mix.of(table._secret, s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport)
        hints.slot(table, e.hash)


cdef inline void look(Ring* ring, Reader reader, Decoder decoder, Table table) noexcept:
    cdef Py_ssize_t at = ring.at
    cdef Py_ssize_t known = ring.known
    cdef Py_ssize_t begin = place(ring, at + known - 1).record.after if known else reader._pos
    cdef Foreseen* e
    while known < FAR:
        e = place(ring, at + known)
        if not glimpse.at(reader, begin, &e.record):
            break
        begin = e.record.after
        hints.record(reader.data, begin)
        foresee(e, reader, decoder, table, <Segment><void*>e.segment)
        known += 1
    ring.known = known
    if known < FAR or table.count < 256:  # so few stay in the cache by themselves
        return
    hints.head(table, place(ring, at + 5).hash)  # or that of who was there before, if it is no segment
    e = place(ring, at + 4)
    if e.code == TCP:
        seek(e, table, <Segment><void*>e.segment)
        hints.parts(<void*>e.flow, e.side)
    e = place(ring, at + 2)
    if e.changes == table.changes:
        hints.parts_of_parts(<void*>e.flow)


# As Analysis.step() for a segment before until_ns, of a life that sleeps and need not wake up for it; else it has.
cdef inline bint take(
    Ring* ring, Reader reader, Decoder decoder, Table table, Foreseen* e, long long until_ns
) except -1:
    cdef void* a
    cdef void* b
    if e.code != TCP or e.record.ts_ns >= until_ns:
        return False
    if e.changes != table.changes:
        seek(e, table, <Segment><void*>e.segment)
    if e.flow == <size_t><void*>None or (<Flow><void*>e.flow).sown or not (<Life><void*>e.flow).asleep:
        return False
    (<Segment><void*>e.segment).packet = reader.packet + ring.before
    (<Segment><void*>e.segment).ts_ns = e.record.ts_ns
    (<Segment><void*>e.segment).wire_len = e.record.wire_len
    a = <void*>(<Life><void*>e.flow).a
    b = <void*>(<Life><void*>e.flow).b
    if e.side:
        a, b = b, a
    if not plain(<Life><void*>e.flow, <Endpoint>a, <Endpoint>b, <Segment><void*>e.segment):
        decoder.data = reader.data
        if not heed(<Life><void*>e.flow, e.side, <Segment><void*>e.segment, decoder):
            return False
    ring.taken += 1
    if (<Segment><void*>e.segment).length > (<Segment><void*>e.segment).payload_end - (<Segment><void*>e.segment).payload_at:
        ring.cut += 1
    if ring.latest_ns < e.record.ts_ns:
        ring.latest_ns = e.record.ts_ns
    return True


# What is foreseen is still so: between two records nobody but next() reads, and that only where none was foreseen.
cdef inline bint go_on(
    Ring* ring, Reader reader, Decoder decoder, Table table, long long latest_ns, long long until_ns
) except -1:
    cdef Foreseen* e
    ring.taken = 0
    ring.cut = 0
    ring.latest_ns = latest_ns
    while True:
        look(ring, reader, decoder, table)
        if not ring.known:
            return False
        e = place(ring, ring.at)
        ring.at += 1
        ring.known -= 1
        glimpse.pass_by(reader, &e.record)
        if not take(ring, reader, decoder, table, e, until_ns):
            glimpse.show(reader, &e.record)
            return True


cdef inline long long taken(Ring* ring) noexcept:
    return ring.taken


cdef inline long long cut(Ring* ring) noexcept:
    return ring.cut


cdef inline long long latest_ns(Ring* ring) noexcept:
    return ring.latest_ns
