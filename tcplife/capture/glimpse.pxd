from tcplife.capture.formats cimport LAYOUT_PCAP, LAYOUT_PCAPNG, MAX_RECORD, MAX_WIRE
from tcplife.capture.pcap cimport PcapReader
from tcplife.capture.pcapng cimport PcapngReader
from tcplife.capture.reader cimport Reader
from tcplife.model cimport words

cdef extern from *:
    long long SECOND_NS "((long long){1000000000})"


# at..end: its octets; after: where the next record begins.
cdef struct Glimpse:
    long long ts_ns, wire_len
    Py_ssize_t after, at, end


# As PcapReader.next() where all of it is at hand.
cdef inline bint of_pcap(PcapReader r, Py_ssize_t o, Glimpse* g) noexcept:
    cdef const unsigned char* d = r.data + o
    cdef Py_ssize_t at = o + r._head
    cdef long long seconds, fraction, length, wire
    if at > r._have:
        return False
    if r._big:
        seconds = words.u32(d, 0)
        fraction = words.u32(d, 4)
        length = words.u32(d, 8)
        wire = words.u32(d, 12)
    else:
        seconds = words.le32(d, 0)
        fraction = words.le32(d, 4)
        length = words.le32(d, 8)
        wire = words.le32(d, 12)
    if length > r._have - at or length > MAX_RECORD:
        return False
    g.ts_ns = seconds * SECOND_NS + fraction * r._unit
    g.wire_len = wire if wire < MAX_WIRE else MAX_WIRE
    g.at = at
    g.end = g.after = at + length
    return True


# As PcapngReader.next() for an enhanced block of the interface that came last, in order at a glance.
cdef inline bint of_pcapng(PcapngReader r, Py_ssize_t o, Glimpse* g) noexcept:
    cdef const unsigned char* d = r.data + o
    cdef bint big = r._big
    cdef long long total, length, wire
    cdef unsigned long long units
    if r._have - o < 32 or words.in_order(d, 0, big) != 6 or words.in_order(d, 8, big) != r._current:
        return False
    total = words.in_order(d, 4, big)
    length = words.in_order(d, 20, big)
    wire = words.in_order(d, 24, big)
    if total > r._have - o or total > MAX_RECORD or total & 3 or length + 32 > total:
        return False
    units = words.in_order(d, 12, big)
    units = units << 32 | <unsigned long long>words.in_order(d, 16, big)
    if words.in_order(d, total - 4, big) != total or not r._mult or units > r._limit:
        return False
    g.ts_ns = units * r._mult
    g.ts_ns += r._offset
    g.wire_len = wire if wire < MAX_WIRE else MAX_WIRE
    g.after = o + total
    g.at = o + 28
    g.end = o + 28 + length
    return True


cdef inline bint at(Reader r, Py_ssize_t o, Glimpse* g) noexcept:
    if r.layout == LAYOUT_PCAP:
        return of_pcap(<PcapReader>r, o, g)
    return r.layout == LAYOUT_PCAPNG and of_pcapng(<PcapngReader>r, o, g)


# Where the record after that at o begins, as long as its first octets are at hand; else o.
cdef inline Py_ssize_t beyond(Reader r, Py_ssize_t o) noexcept:
    cdef long long length
    if r._have - o < 16:
        return o
    if r.layout == LAYOUT_PCAP:
        length = (<PcapReader>r)._head + <long long>words.in_order(r.data, o + 8, (<PcapReader>r)._big)
    else:
        length = words.in_order(r.data, o + 4, (<PcapngReader>r)._big)
    return o + length if length <= r._have - o else o


cdef inline void go_beyond(Reader r, Py_ssize_t after, Py_ssize_t records) noexcept:
    r._pos = after
    r.packet += records


cdef inline void show(Reader r, Glimpse* g) noexcept:
    go_beyond(r, g.after, 1)
    r.at = g.at
    r.end = g.end
    r.ts_ns = g.ts_ns
    r.wire_len = g.wire_len
