# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record of one connection as JSON, straight from its packed rows: no dict, no object per row.

In: a Connection. Out: one JSON object in a Buffer, equal to json.dumps of `schema.record` (a test holds them so).
Everything that can be said beforehand (names of rows, kinds, states) is rendered once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..model import longs
from ..model.catalogue import KINDS, ROWS
from ..model.community import community_id
from ..model.compiled import COMPILED
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, TRANSITION_WIDTH, flag_letters
from ..model.names import BASES, M32, ROLES, STATES
from .judged_writer import JudgedWriter
from .schema import zeek_rows
from .stats_writer import StatsWriter

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement
    from .buffer import Buffer

FLAG_WORDS = 512
BILLION = 1_000_000_000


def _json(text: str) -> bytes:
    return json.dumps(text).encode()


class RecordWriter:
    """Writes one connection after the other into a buffer."""

    __slots__ = (
        "_bases",
        "_buffer",
        "_flags",
        "_judged",
        "_judged_text",
        "_judgement",
        "_kind_ends",
        "_kind_tails",
        "_kinds",
        "_rfcs",
        "_roles",
        "_states",
        "_statistics",
        "_stats",
        "_stats_text",
        "_values",
    )

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._stats = StatsWriter(buffer, blank)
        self._statistics: SideStats | None = None
        self._stats_text = b""
        self._judged = JudgedWriter(buffer)
        self._judgement: Judgement | None = None
        self._judged_text = b""
        self._states = [_json(str(state)) for state in STATES]
        self._roles = [_json(str(role)) for role in ROLES]
        self._bases = [
            b',"endpoint":%b,"from":%b,"to":%b,"event":%b,"basis":%b,"confirmed_by":'
            % (
                _json(ROLES[code & 1]),
                self._states[row.from_state],
                self._states[row.to_state],
                _json(row.event),
                _json(BASES[code >> 1]),
            )
            for row in ROWS
            for code in range(8)
        ]  # indexed by the packed code: side | basis << 1 | row << 3
        self._rfcs = [b',"rfc":%b}' % _json(row.rfc) for row in ROWS]
        self._kinds = [_json(kind.name) for kind in KINDS]
        self._kind_tails = [
            b',"endpoint":%b,"severity":%b' % (_json(role), _json(kind.severity.word))
            for kind in KINDS
            for role in ROLES
        ]
        self._kind_ends = [b',"guess":true}' if kind.guess else b"}" for kind in KINDS]
        self._values = [b",%b:" % _json(kind.value_name or "value") for kind in KINDS]
        self._flags = [_json(flag_letters(word)) for word in range(FLAG_WORDS)]

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
        b.field(b'{"schema_version":1,"index":', c.index)
        b.raw(b',"client":{"ip":"')
        b.address(c.client_hi, c.client_lo, c.ip_version)
        b.field(b'","port":', c.client_port)
        b.raw(b'},"server":{"ip":"')
        b.address(c.server_hi, c.server_lo, c.ip_version)
        b.field(b'","port":', c.server_port)
        b.raw(b'},"community_id":"')
        b.raw(community_id(c))
        b.raw(b'"')
        if c.client_guess is not None:
            b.raw(b',"client_basis":')
            b.text(c.client_guess)
        if c.tunnel:
            b.raw(b',"tunnel":')
            b.text(c.tunnel)
        self._times(c)
        self._transitions(c)
        self._ending(c)
        self._anomalies(c)
        self._write_stats(c)
        b.text(c.verdict)
        self._extras(c)
        b.raw(b"}")

    def _times(self, c: Connection) -> None:
        b = self._buffer
        b.field(b',"first_packet":', c.first_packet)
        b.field(b',"last_packet":', c.last_packet)
        b.raw(b',"start":')
        b.timestamp(c.start_ns)
        b.field(b',"start_ns":', c.start_ns)
        b.raw(b',"duration":')
        b.seconds(c.end_ns - c.start_ns)
        b.raw(b',"final":{"client":')
        b.raw(self._states[c.final_client])
        b.raw(b',"server":')
        b.raw(self._states[c.final_server])
        b.raw(b'},"handshake_ms":')
        b.milliseconds(c.handshake_ns)

    def _transitions(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"transitions":[')
        if not COMPILED:
            b.raw(self._plain_transitions(c))
        elif c.transition_rows is not None:
            size = len(c.transition_rows)
            rows = longs.of(c.transition_rows)
            at = 0
            while at < size:
                b.raw(b',{"packet":' if at else b'{"packet":')
                b.optional(rows[at], 0)
                b.raw(b',"offset":')
                b.seconds(rows[at + 1] - c.start_ns)
                code = rows[at + 2]
                b.raw(self._bases[code])
                b.optional(rows[at + 3], 0)
                b.raw(self._rfcs[code >> 3])
                at += TRANSITION_WIDTH
        b.raw(b"]")

    def _plain_transitions(self, c: Connection) -> bytes:
        """The same as one formatted text, for plain Python, where calls are dear."""
        rows = c.transition_rows or ()
        texts = []
        for at in range(0, len(rows), TRANSITION_WIDTH):
            packet, ts_ns, code, confirmed = rows[at], rows[at + 1], rows[at + 2], rows[at + 3]
            whole, rest = divmod(ts_ns - c.start_ns, BILLION)
            offset = b"%d.%s" % (whole, (b"%09d" % rest).rstrip(b"0") or b"0")
            texts.append(
                b'{"packet":%b,"offset":%b%b%b%b'
                % (
                    b"%d" % packet if packet else b"null",
                    offset,
                    self._bases[code],
                    b"%d" % confirmed if confirmed else b"null",
                    self._rfcs[code >> 3],
                )
            )
        return b",".join(texts)

    def _ending(self, c: Connection) -> None:
        b = self._buffer
        if c.close_kind is None:
            b.raw(b',"close":null,"zeek":{"conn_state":')
        else:
            b.raw(b',"close":{"kind":')
            b.text(c.close_kind)
            b.raw(b',"initiator":')
            b.raw(self._roles[c.close_initiator] if c.close_initiator >= 0 else b"null")
            b.field(b',"packet":', c.close_packet)
            b.raw(b'},"zeek":{"conn_state":')
        b.text(c.zeek_state)
        b.raw(b',"history":')
        b.text(c.zeek_history)
        b.field(b',"orig_bytes":', c.zeek_bytes_orig)
        b.field(b',"resp_bytes":', c.zeek_bytes_resp)
        b.field(b',"orig_pkts":', c.zeek_pkts_orig)
        b.field(b',"resp_pkts":', c.zeek_pkts_resp)
        b.field(b',"missed_bytes":', c.zeek_missed)
        if c.zeek_note is not None:
            b.raw(b',"note":')
            b.text(c.zeek_note)
        if c.zeek_rows is not None:
            b.raw(b',"rows":')
            b.raw(json.dumps(zeek_rows(c), separators=(",", ":")).encode())
        b.raw(b"}")

    def _anomalies(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"anomalies":[')
        if c.anomaly_rows is not None:
            size = len(c.anomaly_rows)
            rows = longs.of(c.anomaly_rows)
            at = 0
            while at < size:
                b.raw(b',{"kind":' if at else b'{"kind":')
                code = rows[at + 1]
                b.raw(self._kinds[code >> 1])
                b.field(b',"packet":', rows[at])
                b.raw(self._kind_tails[code])
                if rows[at + 2] != NO_VALUE:
                    b.raw(self._values[code >> 1])
                    b.number(rows[at + 2])
                if rows[at + 3] != 0:
                    b.field(b',"related":', rows[at + 3])
                b.raw(self._kind_ends[code >> 1])
                at += ANOMALY_WIDTH
        b.raw(b"]")
        if c.anomalies_omitted:
            b.field(b',"anomalies_omitted":', c.anomalies_omitted)

    def _write_stats(self, c: Connection) -> None:
        """The statistics of both sides; those of connections that share them are rendered once."""
        b = self._buffer
        if c.client_stats is self._statistics:
            b.raw(self._stats_text)
            return
        begin = b.at
        b.raw(b',"stats":{"client":')
        self._stats.write(c.client_stats)
        b.raw(b',"server":')
        self._stats.write(c.server_stats)
        b.raw(b'},"verdict":')
        if c.close_kind == "unanswered":
            self._statistics = c.client_stats
            self._stats_text = b.since(begin)

    def _write_judged(self, c: Connection) -> None:
        """What was judged; of connections that share their judgement it is rendered once."""
        b = self._buffer
        if c.judgement is self._judgement:
            b.raw(self._judged_text)
            self._judged.finish(c)
            return
        begin = b.at
        b.raw(b',"judged":')
        if COMPILED:
            self._judged.write(c)
        else:
            b.raw(c.judgement.json(c).encode()[: -len(b'%d"}' % c.server_port)])
        if c.close_kind == "unanswered":
            self._judgement = c.judgement
            self._judged_text = b.since(begin)
        self._judged.finish(c)

    def _extras(self, c: Connection) -> None:
        b = self._buffer
        if c.judgement is not None:
            self._write_judged(c)
        if c.left_early is not None:
            b.raw(b',"left_early":')
            b.text(c.left_early)
        if c.segment_rows is not None:
            b.raw(b',"segments":[')
            self._segments(c, c.segment_rows)
            b.raw(b"]")

    def _segments(self, c: Connection, packed: array[int]) -> None:
        b = self._buffer
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

    def _kinds_of(self, packed: array[int], first: int, count: int) -> None:
        b = self._buffer
        rows = longs.of(packed)
        for row in range(first, first + count):
            if row > first:
                b.raw(b",")
            b.raw(self._kinds[rows[row * ANOMALY_WIDTH + 1] >> 1])
