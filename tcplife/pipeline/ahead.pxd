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
    #define TCPLIFE_PLACES 16
    #define TCPLIFE_GROUP 4
    #define TCPLIFE_FEW 256
    #define TCPLIFE_TCP 0
    #define TCPLIFE_ETHERNET 1
    #define TCPLIFE_BORROWED(list, at) ((PyListObject *) (list))->ob_item[at]
    """
    enum: PLACES "TCPLIFE_PLACES"
    int GROUP "TCPLIFE_GROUP"
    int FEW "TCPLIFE_FEW"
    int TCP "TCPLIFE_TCP"
    int ETHERNET "TCPLIFE_ETHERNET"
    void* borrowed "TCPLIFE_BORROWED"(void* list, Py_ssize_t at) noexcept


# A record: where its octets are, and where the next one begins; when it was captured and how long it was, its segment
# says. code: what the decoder told at a glance. flow, side: what the table answered when it had changed so many times
# (never so far: -1). Nobody owns segment and flow here, but the list of segments does, and the table while it has not
# changed. Of one cache line, as each step has four of them in hand.
cdef struct Foreseen:
    Py_ssize_t at, end, after
    unsigned long long hash
    long long changes
    size_t flow, segment  # addresses: a struct that holds pointers could not stand for an array in plain Python
    int code, side


# How many records were gone to, and how many, these among them, are so far: all that is needed is asked for (ready), their
# flows looked up, what stands first at their places in the table asked for, decoded. taken, cut: of what was taken on the
# way, how many, and of how many not all octets were captured; latest_ns: when the latest record was captured, up to there.
cdef struct Ring:
    Foreseen places[16]
    Py_ssize_t gone, ready, found, headed, seen
    long long before, latest_ns, taken, cut


cdef inline void forget(Ring* ring, list segments, long long before) noexcept:
    cdef Py_ssize_t at
    ring.gone = ring.ready = ring.found = ring.headed = ring.seen = 0
    ring.before = before
    for at in range(PLACES):
        ring.places[at].segment = <size_t>borrowed(<void*>segments, at)


cdef inline Foreseen* place(Ring* ring, Py_ssize_t at) noexcept:
    return &ring.places[at & PLACES - 1]


cdef inline Segment segment(Ring* ring):
    return <Segment><void*>place(ring, ring.gone - 1).segment


cdef inline int code(Ring* ring) noexcept:
    return place(ring, ring.gone - 1).code


cdef inline void search(Foreseen* e, Table table) noexcept:
    cdef Flow flow = table.search(<Segment><void*>e.segment, e.hash)
    e.flow = <size_t><void*>flow
    e.side = table.side


cdef inline void seek(Foreseen* e, Table table) noexcept:
    cdef void* flow = hints.item(table, e.hash)
    e.flow = <size_t>flow
    e.side = first.side_of(flow, <void*>e.segment, e.hash)
    e.changes = table.changes
    if e.side < 0:
        search(e, table)


cdef inline Flow find(Ring* ring, Table table):
    cdef Foreseen* e = place(ring, ring.gone - 1)
    if e.changes != table.changes:
        seek(e, table)
    table.side = e.side
    return <Flow><void*>e.flow


cdef inline void decode(
    Foreseen* e, Reader reader, Decoder decoder, bint is_usual, glimpse.Glimpse* g
) noexcept:
    cdef Py_ssize_t limit = max(g.end, g.at + g.wire_len)
    if is_usual and g.end - g.at >= 54 and straight.fill_borrowed(<void*>e.segment, reader.data, g.at, g.end, limit):
        e.code = TCP
    else:
        e.code = decoder.glance(reader.data, g.at, g.end, g.wire_len, reader.link, <Segment><void*>e.segment)


cdef inline void look(Ring* ring, Reader reader, Decoder decoder, Table table) noexcept:
    cdef Py_ssize_t at = ring.seen
    cdef Py_ssize_t last = ring.gone + PLACES
    cdef Py_ssize_t begin = place(ring, at - 1).after if at > ring.gone else reader._pos
    cdef long long packet = reader.packet + ring.before + at - ring.gone
    cdef bint is_usual = reader.link == ETHERNET and not decoder.checksums
    cdef Foreseen* e
    cdef void* s
    cdef glimpse.Glimpse g
    while at < last and glimpse.at(reader, begin, &g):
        begin = g.after
        hints.record(reader.data, begin)
        e = place(ring, at)
        s = <void*>e.segment
        at += 1
        packet += 1
        (<Segment>s).packet = packet
        (<Segment>s).ts_ns = g.ts_ns
        (<Segment>s).wire_len = g.wire_len
        e.at = g.at
        e.end = g.end
        e.after = begin
        e.changes = -1
        decode(e, reader, decoder, is_usual, &g)
        if e.code == TCP:
            e.hash = mix.of(
                table._secret, (<Segment>s).src_hi, (<Segment>s).src_lo, (<Segment>s).dst_hi, (<Segment>s).dst_lo,
                (<Segment>s).sport, (<Segment>s).dport,
            )
            hints.slot(table, e.hash)
    ring.seen = at


# One step for those that are on their way, each group of them where it is: what was asked for in the step before is there.
cdef inline void approach(Ring* ring, Table table) noexcept:
    cdef Py_ssize_t at
    cdef Foreseen* e
    cdef Py_ssize_t last = min(ring.found, ring.gone + GROUP)
    while ring.ready < last:
        e = place(ring, ring.ready)
        ring.ready += 1
        if e.changes == table.changes:
            hints.parts_of_parts(<void*>e.flow)
    last = min(ring.headed, ring.gone + 2 * GROUP)
    for at in range(ring.found, last):
        e = place(ring, at)
        if e.code == TCP:
            seek(e, table)
            hints.parts(<void*>e.flow, e.side)
    ring.found = max(ring.found, last)
    last = min(ring.seen, ring.gone + 3 * GROUP)
    for at in range(ring.headed, last):
        hints.head(table, place(ring, at).hash)  # or that of who was there before, if it is no segment
    ring.headed = max(ring.headed, last)


# Have the next records ready; False if none is foreseen.
cdef inline bint prepare(Ring* ring, Reader reader, Decoder decoder, Table table) noexcept:
    while True:
        if table.count < FEW:  # so few stay in the cache by themselves
            ring.ready = ring.found = ring.headed = ring.seen
        else:
            approach(ring, table)
        look(ring, reader, decoder, table)
        if ring.ready > ring.gone or ring.seen == ring.gone:
            return ring.ready > ring.gone


# As Analysis.step() for a segment before until_ns, of a life that sleeps and need not wake up for it; else it has.
cdef inline bint take(
    Ring* ring, Reader reader, Decoder decoder, Table table, Foreseen* e, long long until_ns
) except -1:
    cdef void* s = <void*>e.segment
    cdef void* a
    cdef void* b
    if e.code != TCP or (<Segment>s).ts_ns >= until_ns:
        return False
    if e.changes != table.changes:
        seek(e, table)
    if e.flow == <size_t><void*>None or (<Flow><void*>e.flow).sown or not (<Life><void*>e.flow).asleep:
        return False
    a = <void*>(<Life><void*>e.flow).a
    b = <void*>(<Life><void*>e.flow).b
    if e.side:
        a, b = b, a
    if not plain(<Life><void*>e.flow, <Endpoint>a, <Endpoint>b, <Segment>s):
        decoder.data = reader.data
        if not heed(<Life><void*>e.flow, e.side, <Segment>s, decoder):
            return False
    ring.taken += 1
    if (<Segment>s).length > (<Segment>s).payload_end - (<Segment>s).payload_at:
        ring.cut += 1
    if ring.latest_ns < (<Segment>s).ts_ns:
        ring.latest_ns = (<Segment>s).ts_ns
    return True


# What is foreseen is still so: between two records nobody but next() reads, and that only where none was foreseen.
cdef inline bint go_on(
    Ring* ring, Reader reader, Decoder decoder, Table table, long long latest_ns, long long until_ns
) except -1:
    cdef Foreseen* e
    ring.taken = 0
    ring.cut = 0
    ring.latest_ns = latest_ns
    while ring.gone < ring.ready or prepare(ring, reader, decoder, table):
        e = place(ring, ring.gone)
        ring.gone += 1
        glimpse.go_beyond(reader, e.after)
        if not take(ring, reader, decoder, table, e, until_ns):
            glimpse.show(reader, e.at, e.end, (<Segment><void*>e.segment).ts_ns, (<Segment><void*>e.segment).wire_len)
            return True
    return False


cdef inline long long taken(Ring* ring) noexcept:
    return ring.taken


cdef inline long long cut(Ring* ring) noexcept:
    return ring.cut


cdef inline long long latest_ns(Ring* ring) noexcept:
    return ring.latest_ns
