# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One TCP segment as the decoder leaves it: a reused object of plain integers.

The decoder fills the same Segment again and again (no object per packet), so nobody keeps it: what must
outlive the call is copied (`copy_of`). Numbers are raw, as on the wire; only the tracker makes them relative.
"""

from __future__ import annotations

from .pool import pooled_apart


class Segment:
    """Header fields of one segment, and where its octets lie in the buffer.

    packet: record number from 1. ts_ns: capture time. Addresses as two 64-bit halves, IPv4 in `*_lo` alone.
    mptcp: one bit per MPTCP subtype of its options (RFC 8684 3), bit 16 for an MP_CAPABLE without a key.
    bare: it has nothing that few have: no option but timestamps, all captured; no mark of a router's, no bad checksum.
    options_cut: 1 if the capture cut its options off before their end.
    signed: 1 if it has a TCP MD5 signature (RFC 2385), or options in whose place none can be told from nonsense.
    length: payload octets by the IP header (not by what was captured). -1: option or field absent.
    payload_at..payload_end: the captured payload in the buffer handed along with the segment.
    wire_flags, wire_number, wire_window: what Wireshark would show of it, filled in on its arrival (`anomalies`).
    """

    __slots__ = (
        "ack", "bad_checksum", "bare", "checksum", "dport", "dst_hi", "dst_lo", "ecn", "flags", "hop_at", "icmp_code",
        "icmp_type", "ip_at", "ip_id", "ip_version", "length", "mptcp", "mss", "opt_at", "opt_end", "options_cut",
        "packet",
        "payload_at", "payload_end", "sack_at", "sack_count", "sack_ok", "seq", "signed", "sport", "src_hi", "src_lo",
        "tfo", "ts_ecr", "ts_ns", "ts_val", "ttl", "tunnel", "urgent", "window", "wire_flags", "wire_len", "wire_number",
        "wire_window", "wscale",
    )  # fmt: skip

    def __init__(self) -> None:
        self.packet = 0
        self.ts_ns = 0
        self.wire_len = 0
        self.ip_version = 4
        self.ip_at = 0
        self.ip_id = -1
        self.ttl = 0
        self.ecn = 0
        self.src_hi = 0
        self.src_lo = 0
        self.dst_hi = 0
        self.dst_lo = 0
        self.sport = 0
        self.dport = 0
        self.seq = 0
        self.ack = 0
        self.flags = 0
        self.window = 0
        self.urgent = 0
        self.checksum = 0
        self.bad_checksum = 0
        self.bare = False
        self.length = 0
        self.payload_at = 0
        self.payload_end = 0
        self.opt_at = 0
        self.opt_end = 0
        self.options_cut = 0
        self.signed = 0
        self.mss = -1
        self.wscale = -1
        self.sack_ok = 0
        self.sack_at = 0
        self.sack_count = 0
        self.ts_val = -1
        self.ts_ecr = -1
        self.tfo = -1
        self.mptcp = -1
        self.tunnel = 0
        self.icmp_type = -1
        self.icmp_code = -1
        self.hop_at = 0
        self.wire_flags = 0
        self.wire_number = 0
        self.wire_window = 0


pooled_apart(Segment)


def copy_of(segment: Segment) -> Segment:
    """A Segment of its own with the same fields; its buffer positions mean nothing later."""
    twin = Segment.__new__(Segment)  # a call of __init__ costs more than all of this
    liken(twin, segment)
    twin.ip_at = twin.hop_at = twin.sack_at = twin.opt_at = twin.opt_end = twin.payload_at = twin.payload_end = 0
    twin.sack_count = 0
    twin.icmp_type = twin.icmp_code = -1
    return twin


def liken(twin: Segment, segment: Segment) -> None:
    """Make a segment that is at hand like another one; where its octets lie is its own business."""
    twin.packet = segment.packet
    twin.ts_ns = segment.ts_ns
    twin.wire_len = segment.wire_len
    twin.ip_version = segment.ip_version
    twin.ip_id = segment.ip_id
    twin.ttl = segment.ttl
    twin.ecn = segment.ecn
    twin.src_hi = segment.src_hi
    twin.src_lo = segment.src_lo
    twin.dst_hi = segment.dst_hi
    twin.dst_lo = segment.dst_lo
    twin.sport = segment.sport
    twin.dport = segment.dport
    twin.seq = segment.seq
    twin.ack = segment.ack
    twin.flags = segment.flags
    twin.window = segment.window
    twin.urgent = segment.urgent
    twin.checksum = segment.checksum
    twin.bad_checksum = segment.bad_checksum
    twin.bare = segment.bare
    twin.length = segment.length
    twin.options_cut = segment.options_cut
    twin.signed = segment.signed
    twin.mss = segment.mss
    twin.wscale = segment.wscale
    twin.sack_ok = segment.sack_ok
    twin.ts_val = segment.ts_val
    twin.ts_ecr = segment.ts_ecr
    twin.tfo = segment.tfo
    twin.mptcp = segment.mptcp
    twin.tunnel = segment.tunnel
    twin.wire_flags = segment.wire_flags
    twin.wire_number = segment.wire_number
    twin.wire_window = segment.wire_window
