from tcplife.capture cimport glimpse
from tcplife.capture.reader cimport Reader
from tcplife.decode cimport straight
from tcplife.decode.decoder cimport Decoder
from tcplife.decode.layers cimport UNTOLD
from tcplife.flows cimport first, mix
from tcplife.flows.table cimport Flow, Table
from tcplife.model.segment cimport Segment
from tcplife.pipeline cimport hints
from tcplife.pipeline.hearing cimport heed
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life
from tcplife.tracker.plain cimport plain

cdef extern from *:
    """
    #define TCPLIFE_GROUP 8
    #define TCPLIFE_GROUPS 4
    #define TCPLIFE_FEW 256
    #define TCPLIFE_TCP 0
    #define TCPLIFE_ETHERNET 1
    #define TCPLIFE_BORROWED(list, at) ((PyListObject *) (list))->ob_item[at]
    """
    enum: GROUP "TCPLIFE_GROUP"
    enum: GROUPS "TCPLIFE_GROUPS"
    int FEW "TCPLIFE_FEW"
    int TCP "TCPLIFE_TCP"
    int ETHERNET "TCPLIFE_ETHERNET"
    void* borrowed "TCPLIFE_BORROWED"(void* list, Py_ssize_t at) noexcept


# A record: where its octets are, and where the next one begins; the rest its segment says. code: what the decoder told at a
# glance; begun: it has only begun to fill the segment (`straight.begin`), and the flow is found by addresses and ports.
# flow, side: what the table answered. Nobody owns segment and flow here, but the list of segments does, and the table while
# it has not changed. Of one cache line, as each step has eight of them in hand.
cdef struct Foreseen:
    Py_ssize_t at, after
    unsigned long long hash, addresses
    size_t flow, segment  # addresses: a struct that holds pointers could not stand for an array in plain Python
    unsigned int ports
    signed char code, side, begun


# Groups of records, each one step behind the one before it, and how many they hold. group, next, last: the one whose turn
# it is, which of the places is gone to next, and where it ends. told: up to which place of it the reader knows. ahead: how
# many are in all groups, up to beyond. changes: of the table, for which those of this group and the next were found. taken,
# others, cut: of what was taken on the way, how many, how many of these are no segments, and of how many not all octets
# were captured; latest_ns: when the latest record was captured, up to there. counts: of those others, by code. scout, lead:
# of a file in a window, where the record begins the head of which was asked for last, some records beyond.
# stood, packet, have, data: where the reader was, and what it had at hand, when somebody else had a look.
cdef struct Ring:
    Foreseen places[32]
    Py_ssize_t held[4]
    Py_ssize_t group, next, last, told, ahead, beyond, scout, lead, stood, have
    long long before, changes, latest_ns, taken, others, cut, packet
    size_t counts, data


cdef inline void forget(Ring* ring, list segments, long long before, long long[::1] counts) noexcept:
    cdef Py_ssize_t at
    ring.counts = <size_t>&counts[0]
    ring.group = ring.next = ring.last = ring.told = ring.ahead = 0
    ring.before = before
    for at in range(GROUPS):
        ring.held[at] = 0
    for at in range(GROUP * GROUPS):
        ring.places[at].segment = <size_t>borrowed(<void*>segments, at)


cdef inline void stay(Ring* ring, Reader reader) noexcept:
    ring.stood = reader._pos
    ring.packet = reader.packet
    ring.have = reader._have
    ring.data = <size_t>reader.data


# Whether nobody has read on meanwhile, so that what was foreseen still is.
cdef inline bint stayed(Ring* ring, Reader reader, long long before) noexcept:
    return (
        ring.data == <size_t>reader.data and ring.stood == reader._pos and ring.packet == reader.packet
        and ring.have == reader._have and ring.before == before
    )


# The record gone to last.
cdef inline Foreseen* current(Ring* ring) noexcept:
    return &ring.places[ring.next - 1]


cdef inline Segment segment(Ring* ring):
    return <Segment><void*>current(ring).segment


cdef inline int code(Ring* ring) noexcept:
    return current(ring).code


# As Table.search(), but for counting who holds a flow.
cdef inline void search(Foreseen* e, Table table, void* flow) noexcept:
    cdef int side = 0
    while flow != <void*>None:
        if (<Flow>flow).hash == e.hash:
            if e.begun:
                side = first.side_of_four(flow, e.addresses, e.ports)
            else:
                side = first.side_of(flow, <void*>e.segment)
            if side >= 0:
                break
        flow = <void*>(<Flow>flow).chain
    e.flow = <size_t>flow
    e.side = side


# What stands first is nearly always it.
cdef inline void seek(Foreseen* e, Table table) noexcept:
    cdef void* flow = hints.item(table, e.hash)
    if flow != <void*>None and (<Flow>flow).hash == e.hash and e.begun:
        e.flow = <size_t>flow
        e.side = first.side_of_four(flow, e.addresses, e.ports)
        if e.side >= 0:
            return
    search(e, table, flow)


cdef inline Flow find(Ring* ring, Table table):
    cdef Foreseen* e = current(ring)
    if ring.changes != table.changes:
        seek(e, table)
    table.side = e.side
    return <Flow><void*>e.flow


# Decode a record so far that its flow can be found.
cdef inline void decode(
    Foreseen* e, Reader reader, Decoder decoder, Table table, bint is_usual, glimpse.Glimpse* g
) noexcept:
    cdef const unsigned char* b = reader.data
    cdef void* s = <void*>e.segment
    cdef Py_ssize_t at = g.at
    cdef Py_ssize_t limit = max(g.end, at + g.wire_len)
    if is_usual and g.end - at >= 54 and straight.begin(s, b, at, g.end, limit):
        e.begun = True
        e.code = TCP
        e.addresses = straight.addresses(b, at)
        e.ports = straight.ports(b, at)
        e.hash = mix.of(
            table._secret, 0, e.addresses >> 32, 0, <unsigned int>e.addresses, e.ports >> 16, e.ports & 0xFFFF
        )
        return
    e.begun = False
    if is_usual and straight.fill_six(s, b, at, g.end, limit):
        e.code = TCP
    else:
        e.code = decoder.glance(b, at, g.end, g.wire_len, reader.link, <Segment>s)
    if e.code == TCP:
        e.hash = mix.of(
            table._secret, (<Segment>s).src_hi, (<Segment>s).src_lo, (<Segment>s).dst_hi, (<Segment>s).dst_lo,
            (<Segment>s).sport, (<Segment>s).dport,
        )


# Look at as many further records as a group holds, as far as they are there.
cdef inline Py_ssize_t look(Ring* ring, Foreseen* e, Reader reader, Decoder decoder, Table table) noexcept:
    cdef Py_ssize_t seen
    cdef Py_ssize_t begin = ring.beyond if ring.ahead else reader._pos
    if not ring.ahead:
        ring.scout = begin
    cdef long long packet = reader.packet + ring.before + ring.ahead
    cdef bint is_usual = reader.link == ETHERNET and not decoder.checksums
    cdef glimpse.Glimpse g
    for seen in range(GROUP):
        if not glimpse.at(reader, begin, &g):
            break
        begin = g.after
        hints.record(reader.data, begin)
        packet += 1
        (<Segment><void*>e.segment).packet = packet
        (<Segment><void*>e.segment).ts_ns = g.ts_ns
        e.at = g.at
        e.after = begin
        decode(e, reader, decoder, table, is_usual, &g)
        hints.slot(table, e.hash)  # or that of who was there before, if it is no segment
        e += 1
    else:
        seen = GROUP
    ring.beyond = begin
    ring.ahead += seen
    ring.lead -= seen
    if ring.scout <= begin:
        ring.scout = begin
        ring.lead = 0
    return seen


# Find flows.
cdef inline void seek_all(Foreseen* e, Py_ssize_t count, Table table) noexcept:
    cdef Py_ssize_t at
    for at in range(count):
        if e.code == TCP:
            seek(e, table)
        e += 1


# Find flows anew in a table that has changed: all of them, or after one change or two, as of a flow that made room for
# another, those whose place it was.
cdef inline void find_anew(Foreseen* e, Py_ssize_t count, Table table, bint is_little) noexcept:
    cdef Py_ssize_t at
    for at in range(count):
        if e.code == TCP and not (is_little and e.hash != table.changed and e.hash != table.changed_before):
            seek(e, table)
        e += 1


# What was found shall still be what the table answers.
cdef inline void follow(Ring* ring, Table table) noexcept:
    cdef bint is_little = table.changes - ring.changes <= 2
    cdef Py_ssize_t after = ring.group + 1 & GROUPS - 1
    find_anew(&ring.places[ring.next], ring.last - ring.next, table, is_little)
    find_anew(&ring.places[after * GROUP], ring.held[after], table, is_little)
    ring.changes = table.changes


# One step for those that are on their way: what was asked for in the step before is there.
cdef inline void approach(Ring* ring, Table table) noexcept:
    cdef Py_ssize_t at
    cdef Py_ssize_t group = ring.group
    cdef Foreseen* e = &ring.places[group * GROUP]
    for at in range(ring.held[group]):
        if e.code == TCP:
            hints.parts_of_parts(<void*>e.flow, e.side ^ ((<Segment><void*>e.segment).length == 0))
        e += 1
    group = group + 1 & GROUPS - 1
    e = &ring.places[group * GROUP]
    for at in range(ring.held[group]):
        if e.code == TCP:
            seek(e, table)
            hints.parts(<void*>e.flow, e.side)
        e += 1
    group = group + 1 & GROUPS - 1
    e = &ring.places[group * GROUP]
    for at in range(ring.held[group]):
        hints.head(table, e.hash)
        e += 1


# Have the next group ready, behind which another one takes the place of the one before it; False if none is foreseen.
cdef inline bint prepare(Ring* ring, Reader reader, Decoder decoder, Table table) noexcept:
    cdef Py_ssize_t before, at
    tell(ring, reader)
    while True:
        before = ring.group
        ring.ahead -= ring.held[before]
        ring.group = before + 1 & GROUPS - 1
        if table.count >= FEW:
            approach(ring, table)
        else:  # so few stay in the cache by themselves
            at = ring.group + 1 & GROUPS - 1
            seek_all(&ring.places[at * GROUP], ring.held[at], table)
        ring.held[before] = look(ring, &ring.places[before * GROUP], reader, decoder, table)
        ring.next = ring.told = ring.group * GROUP
        ring.last = ring.next + ring.held[ring.group]
        if ring.next < ring.last or not ring.ahead:
            return ring.next < ring.last


# Let the reader go where the ring is; nobody has asked it meanwhile.
cdef inline void tell(Ring* ring, Reader reader) noexcept:
    cdef Py_ssize_t count = ring.next - ring.told
    if count:
        glimpse.go_beyond(reader, current(ring).after, count)
        ring.taken += count
        ring.told = ring.next


# Fill in what of a segment has been left, as more than a look at it is needed; the decoder speaks of its octets.
cdef inline void complete(Foreseen* e, Reader reader, Decoder decoder) noexcept:
    if e.begun:
        straight.complete(<void*>e.segment, reader.data, e.at)
    decoder.data = reader.data


# As Analysis.step() for a record before until_ns: a segment of a life that sleeps and need not wake up for it, else it has;
# or what is told at a glance to be none.
cdef inline bint take(
    Foreseen* e, Ring* ring, Reader reader, Decoder decoder, Table table, long long until_ns
) except -1:
    cdef void* s = <void*>e.segment
    cdef void* life
    cdef void* sender
    cdef void* receiver
    cdef size_t turn
    if (<Segment>s).ts_ns >= until_ns or e.code == UNTOLD:
        return False
    if e.code != TCP:
        ring.others += 1
        (<long long*>ring.counts)[e.code] += 1
        ring.latest_ns = max(ring.latest_ns, (<Segment>s).ts_ns)
        return True
    life = <void*>e.flow
    if life == <void*>None or not (<Flow>life).asleep:  # no seedling is
        return False
    turn = (<size_t><void*>(<Life>life).a ^ <size_t><void*>(<Life>life).b) & <size_t>-e.side  # no branch: see `first`
    sender = <void*>(<size_t><void*>(<Life>life).a ^ turn)
    receiver = <void*>(<size_t><void*>(<Life>life).b ^ turn)
    if not plain(<Life>life, <Endpoint>sender, <Endpoint>receiver, <Segment>s):
        complete(e, reader, decoder)
        if not heed(<Life>life, e.side, <Segment>s, decoder):
            return False
    ring.cut += (<Segment>s).length > (<Segment>s).payload_end - (<Segment>s).payload_at
    ring.latest_ns = max(ring.latest_ns, (<Segment>s).ts_ns)
    return True


# Nobody has copied what a window shows, so it lies far away, and where a record begins only the one before it says: ask for
# the head of one more, long before it is looked at; of two, until that is so.
cdef inline void reconnoitre(Ring* ring, Reader reader) noexcept:
    cdef int more
    for more in range(1 + (ring.lead < 2 * GROUP)):
        ring.scout = glimpse.beyond(reader, ring.scout)
        ring.lead += 1
        hints.far_record(reader.data, ring.scout)


# What is foreseen is still so: between two records nobody but next() reads, and that only where none was foreseen.
cdef inline bint go_on(
    Ring* ring, Reader reader, Decoder decoder, Table table, long long latest_ns, long long until_ns
) except -1:
    cdef glimpse.Glimpse g
    ring.taken = ring.others = ring.cut = 0
    ring.latest_ns = latest_ns
    if ring.changes != table.changes:
        follow(ring, table)
    while ring.next < ring.last or prepare(ring, reader, decoder, table):
        ring.next += 1
        if reader._in_window:
            reconnoitre(ring, reader)
        if not take(current(ring), ring, reader, decoder, table, until_ns):
            complete(current(ring), reader, decoder)
            ring.next -= 1
            tell(ring, reader)
            ring.next += 1
            ring.told = ring.next
            glimpse.at(reader, reader._pos, &g)
            glimpse.show(reader, &g)
            return True
    return False


cdef inline long long taken(Ring* ring) noexcept:
    return ring.taken


cdef inline long long others(Ring* ring) noexcept:
    return ring.others


cdef inline long long cut(Ring* ring) noexcept:
    return ring.cut


cdef inline long long latest_ns(Ring* ring) noexcept:
    return ring.latest_ns
