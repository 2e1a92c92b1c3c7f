# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record of one connection as JSON, straight from its packed rows: no dict, no object per row.

In: a Connection. Out: one JSON object in a Buffer, equal to json.dumps of `schema.record` (a test holds them so).
Everything that can be said beforehand (names of rows, kinds, states) is rendered once, when it is first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import digest, longs
from ..model.catalogue import KINDS, ROWS
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, TRANSITION_WIDTH, flag_letters
from ..model.names import BASES, M32, ROLES, STATES
from . import native
from .buffer import quoted
from .judged_writer import JudgedWriter
from .stats_writer import StatsWriter

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from ..model.connection import Connection, SideStats
    from .buffer import Buffer

FLAG_WORDS = 512
MOST = 2048
"""More octets than a group of fields takes, and than a row of transitions, anomalies or segments does."""


class RecordWriter:
    """Writes one connection after the other into a buffer."""

    __slots__ = (
        "_bases",
        "_buffer",
        "_flags",
        "_judged",
        "_kind_ends",
        "_kind_tails",
        "_kinds",
        "_rfcs",
        "_roles",
        "_states",
        "_stats",
        "_values",
    )

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._stats = StatsWriter(buffer, blank)
        self._judged = JudgedWriter(buffer)
        self._states = [quoted(str(state)) for state in STATES]
        self._roles = [quoted(str(role)) for role in ROLES]
        self._bases: list[bytes | None] = [None] * (8 * len(ROWS))  # by the packed code: side | basis << 1 | row << 3
        self._rfcs = [b',"rfc":%b}' % quoted(row.rfc) for row in ROWS]
        self._kinds = [quoted(kind.name) for kind in KINDS]
        self._kind_tails: list[bytes | None] = [None] * (2 * len(KINDS))
        self._kind_ends = [b',"guess":true}' if kind.guess else b"}" for kind in KINDS]
        self._values = [b",%b:" % quoted(kind.value_name or "value") for kind in KINDS]
        self._flags: list[bytes] = []

    def write_lines(self, connections: Sequence[Connection], begin: int, full: int) -> int:
        """Write a line for each connection from that index on, until so many octets are there; returns the next index."""
        b = self._buffer
        at = begin
        size = len(connections)
        while at < size and b.at < full:
            self.write(connections[at])
            b.raw(b"\n")
            at += 1
        return at

    def write(self, c: Connection) -> None:
        """Write the record of one connection, without a line end."""
        b = self._buffer
        self._ends(c)
        if c.client_guess is not None:
            b.raw(b',"client_basis":')
            b.text(c.client_guess)
        if c.tunnel:
            b.raw(b',"tunnel":')
            b.text(c.tunnel)
        self._times(c)
        self._transitions(c)
        self._close(c)
        self._zeek(c)
        self._anomalies(c)
        b.raw(b',"stats":{"client":')
        self._stats.write(c.client_stats)
        b.raw(b',"server":')
        self._stats.write(c.server_stats)
        b.raw(b'},"verdict":')
        b.text(c.verdict)
        if c.judgement is not None:
            b.raw(b',"judged":')
            self._judged.write(c)
        if c.left_early is not None:
            b.raw(b',"left_early":')
            b.text(c.left_early)
        if c.segment_rows is not None:
            self._segments(c, c.segment_rows)
        b.raw(b"}")

    def _ends(self, c: Connection) -> None:
        b = self._buffer
        b.need(MOST)
        b.at = native.field(b.front, b.at, b'{"schema_version":1,"index":', c.index)
        b.at = native.put(b.front, b.at, b',"client":{"ip":"')
        b.address(c.client_hi, c.client_lo, c.ip_version)
        b.at = native.field(b.front, b.at, b'","port":', c.client_port)
        b.at = native.put(b.front, b.at, b'},"server":{"ip":"')
        b.address(c.server_hi, c.server_lo, c.ip_version)
        d = b.front
        at = native.field(d, b.at, b'","port":', c.server_port)
        at = native.put(d, at, b'},"community_id":"')
        at = digest.put_id(
            d, at, c.ip_version, c.client_hi, c.client_lo, c.client_port, c.server_hi, c.server_lo, c.server_port
        )
        b.at = native.put(d, at, b'"')

    def _times(self, c: Connection) -> None:
        b = self._buffer
        b.need(MOST)
        at = native.field(b.front, b.at, b',"first_packet":', c.first_packet)
        at = native.field(b.front, at, b',"last_packet":', c.last_packet)
        b.at = native.put(b.front, at, b',"start":')
        b.timestamp(c.start_ns)
        d = b.front
        at = native.field(d, b.at, b',"start_ns":', c.start_ns)
        at = native.seconds(d, native.put(d, at, b',"duration":'), c.end_ns - c.start_ns)
        at = native.add(d, native.put(d, at, b',"final":{"client":'), self._states[c.final_client])
        at = native.add(d, native.put(d, at, b',"server":'), self._states[c.final_server])
        at = native.put(d, at, b'},"handshake_ms":')
        if c.handshake_ns == -1:
            b.at = native.put(d, at, b"null")
        else:
            b.at = native.milliseconds(d, at, c.handshake_ns)

    def _transitions(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"transitions":[')
        if c.transition_rows is not None:
            size = len(c.transition_rows)
            rows = longs.of(c.transition_rows)
            at = 0
            while at < size:
                self._transition(rows[at], rows[at + 1] - c.start_ns, rows[at + 2], rows[at + 3])
                at += TRANSITION_WIDTH
            if size:
                b.drop(b.at - 1)
        b.raw(b"]")

    def _transition(self, packet: int, offset_ns: int, code: int, confirmed: int) -> None:
        """Write one row and a comma."""
        b = self._buffer
        base = self._bases[code]
        if base is None:
            base = self._bases[code] = self._base(code)
        b.need(MOST)
        d = b.front
        at = native.optional(d, b.at, b'{"packet":', packet, 0)
        at = native.seconds(d, native.put(d, at, b',"offset":'), offset_ns)
        at = native.optional(d, native.add(d, at, base), b"", confirmed, 0)
        at = native.add(d, at, self._rfcs[code >> 3])
        b.at = native.put(d, at, b",")

    def _base(self, code: int) -> bytes:
        row = ROWS[code >> 3]
        return b',"endpoint":%b,"from":%b,"to":%b,"event":%b,"basis":%b,"confirmed_by":' % (
            self._roles[code & 1],
            self._states[row.from_state],
            self._states[row.to_state],
            quoted(row.event),
            quoted(BASES[code >> 1 & 3]),
        )

    def _close(self, c: Connection) -> None:
        b = self._buffer
        if c.close_kind is None:
            b.raw(b',"close":null')
            return
        b.raw(b',"close":{"kind":')
        b.text(c.close_kind)
        b.raw(b',"initiator":')
        b.raw(self._roles[c.close_initiator] if c.close_initiator >= 0 else b"null")
        b.need(MOST)
        b.at = native.put(b.front, native.field(b.front, b.at, b',"packet":', c.close_packet), b"}")

    def _zeek(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"zeek":{"conn_state":')
        b.text(c.zeek_state)
        b.raw(b',"history":')
        b.text(c.zeek_history)
        b.need(MOST)
        d = b.front
        at = native.field(d, b.at, b',"orig_bytes":', c.zeek_bytes_orig)
        at = native.field(d, at, b',"resp_bytes":', c.zeek_bytes_resp)
        at = native.field(d, at, b',"orig_pkts":', c.zeek_pkts_orig)
        at = native.field(d, at, b',"resp_pkts":', c.zeek_pkts_resp)
        b.at = native.field(d, at, b',"missed_bytes":', c.zeek_missed)
        if c.zeek_note is not None:
            b.raw(b',"note":')
            b.text(c.zeek_note)
        if c.zeek_rows is not None:
            b.raw(b',"rows":')
            b.raw(zeek_text(c))
        b.raw(b"}")

    def _anomalies(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"anomalies":[')
        if c.anomaly_rows is not None:
            size = len(c.anomaly_rows)
            rows = longs.of(c.anomaly_rows)
            at = 0
            while at < size:
                self._anomaly(rows[at], rows[at + 1], rows[at + 2], rows[at + 3])
                at += ANOMALY_WIDTH
            if size:
                b.drop(b.at - 1)
        b.raw(b"]")
        if c.anomalies_omitted:
            b.field(b',"anomalies_omitted":', c.anomalies_omitted)

    def _anomaly(self, packet: int, code: int, value: int, related: int) -> None:
        """Write one row and a comma."""
        b = self._buffer
        kind = code >> 1
        b.raw(b'{"kind":')
        b.raw(self._kinds[kind])
        b.field(b',"packet":', packet)
        b.raw(self._kind_tail(code))
        if value != NO_VALUE:
            b.raw(self._values[kind])
            b.number(value)
        if related != 0:
            b.field(b',"related":', related)
        b.raw(self._kind_ends[kind])
        b.raw(b",")

    def _kind_tail(self, code: int) -> bytes:
        tail = self._kind_tails[code]
        if tail is None:
            word = KINDS[code >> 1].severity.word
            tail = b',"endpoint":%b,"severity":%b' % (self._roles[code & 1], quoted(word))
            self._kind_tails[code] = tail
        return tail

    def _segments(self, c: Connection, packed: array[int]) -> None:
        b = self._buffer
        if not self._flags:
            self._flags = [quoted(flag_letters(word)) for word in range(FLAG_WORDS)]
        b.raw(b',"segments":[')
        size = len(packed)
        rows = longs.of(packed)
        at = 0
        while at < size:
            b.field(b',{"packet":' if at else b'{"packet":', rows[at])
            b.raw(b',"offset":')
            b.seconds(rows[at + 1] - c.start_ns)
            code = rows[at + 2]
            b.raw(b',"from":')
            b.raw(self._roles[code & 1])
            b.raw(b',"flags":')
            b.raw(self._flags[code >> 1])
            b.field(b',"seq":', rows[at + 3] if rows[at + 3] >= 0 else rows[at + 3] & M32)
            b.raw(b',"ack":')
            if rows[at + 4] == NO_VALUE:
                b.raw(b"null")
            else:
                b.number(rows[at + 4] if rows[at + 4] >= 0 else rows[at + 4] & M32)
            b.field(b',"len":', rows[at + 5])
            b.field(b',"win":', rows[at + 6])
            b.raw(b',"client_state":')
            b.raw(self._states[rows[at + 7] & 15])
            b.raw(b',"server_state":')
            b.raw(self._states[rows[at + 7] >> 4])
            b.raw(b',"anomalies":[')
            if c.anomaly_rows is not None and rows[at + 9] > 0:
                self._kinds_of(c.anomaly_rows, rows[at + 8], rows[at + 9])
            b.raw(b"]}")
            at += SEGMENT_WIDTH
        b.raw(b"]")

    def _kinds_of(self, packed: array[int], first: int, count: int) -> None:
        b = self._buffer
        rows = longs.of(packed)
        for row in range(first, first + count):
            if row > first:
                b.raw(b",")
            b.raw(self._kinds[rows[row * ANOMALY_WIDTH + 1] >> 1])


def zeek_text(c: Connection) -> bytes:
    """The rows Zeek would log, as JSON."""
    import json  # here, as hardly a connection has more than one, and start-up should not pay for it

    from .schema import zeek_rows

    return json.dumps(zeek_rows(c), separators=(",", ":")).encode()
