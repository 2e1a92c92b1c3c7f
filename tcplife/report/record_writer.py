# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record of one connection as JSON, straight from its packed rows: no dict, no object per row.

In: a Connection. Out: one JSON object in a Buffer, equal to json.dumps of `schema.record` (a test holds them so).
Everything that can be said beforehand (names of rows, kinds, states) is rendered once, when it is first needed.
"""

from __future__ import annotations

from ..model import digest, longs
from ..model.catalogue import KINDS, ROWS
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, TRANSITION_WIDTH, flag_letters
from ..model.names import BASES, M32, ROLES, STATES
from . import native
from .buffer import quoted
from .judged_writer import JudgedWriter
from .stats_writer import StatsWriter
from .stencil import Stencil, stencil_of
from .verdict_writer import VerdictWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence
    from typing import Any

    from ..model.connection import Connection, SideStats
    from .buffer import Buffer

FLAG_WORDS = 512
NUMBER = 128
"""More octets than a row of transitions or anomalies takes for each of its four numbers, names apart."""
MAX_STENCILS = 1024
"""Likenesses whose uses are counted; beyond it all are forgotten, and their stencils made again where they are wanted."""
WORTH_A_STENCIL = 12
"""Uses from which a stencil pays: to make one takes as long as to write so many records without."""


class RecordWriter:
    """Writes one connection after the other into a buffer: rows and words where room was asked for, the rest unasked."""

    __slots__ = (
        "_bases",
        "_buffer",
        "_flags",
        "_guesses",
        "_judged",
        "_kind_heads",
        "_kind_tails",
        "_kinds",
        "_like",
        "_reason",
        "_reason_text",
        "_rfcs",
        "_roles",
        "_states",
        "_stats",
        "_stencil",
        "_stencils",
        "_uses",
        "_values",
        "_verdict",
        "_wholes",
        "_widest",
    )

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._stats = StatsWriter(buffer, blank)
        self._judged = JudgedWriter(buffer)
        self._verdict = VerdictWriter(buffer)
        self._states = [quoted(str(state)) for state in STATES]
        self._roles = [quoted(str(role)) for role in ROLES]
        self._bases: list[Any] = [None] * (8 * len(ROWS))  # by the packed code: side | basis << 1 | row << 3
        self._rfcs: list[Any] = [None] * len(ROWS)
        self._wholes: list[Any] = [None] * (8 * len(ROWS))  # base, none and RFC of what nothing confirms
        self._kinds: list[Any] = [None] * len(KINDS)
        self._kind_heads: list[Any] = [None] * len(KINDS)
        self._kind_tails: list[Any] = [None] * (2 * len(KINDS))
        self._values: list[Any] = [None] * (2 * len(KINDS))
        self._guesses = bytearray(len(KINDS))
        self._widest = NUMBER  # with names
        self._flags: list[bytes] = []
        self._like: Connection | None = None
        self._stencil: Stencil | None = None
        self._stencils: dict[Connection, Stencil | None] = {}
        self._uses: dict[Connection, int] = {}
        self._reason: str | None = None
        self._reason_text = b""

    def write_lines(self, connections: Sequence[Connection], begin: int, full: int) -> int:
        """Write a line for each connection from that index on, until so many octets are there; returns the next index."""
        b = self._buffer
        at = begin
        size = len(connections)
        while at < size and b.at < full:
            self.write(connections[at])
            b.at = native.put(b.front, b.at, b"\n")
            at += 1
        return at

    def write(self, c: Connection) -> None:
        """Write the record of one connection, without a line end."""
        b = self._buffer
        b.need(0)
        self._ends(c)
        if c.client_guess is not None:
            b.raw(b',"client_basis":')
            b.text(c.client_guess)
        if c.tunnel:
            b.raw(b',"tunnel":')
            b.text(c.tunnel)
        self._begin(c)
        stencil = None if c.like is None else self._stencil_of(c.like)
        if stencil is None:
            self._life(c)
        else:
            stencil.fill(b, c.first_packet, c.server_port)
        if c.left_early is not None:
            self._left_early(c.left_early)
        if c.segment_rows is not None:
            self._segments(c, c.segment_rows)
        b.at = native.put(b.front, b.at, b"}")

    def _left_early(self, reason: str) -> None:
        """Why it left before its end: mostly for the same reason as the one before it."""
        if reason is not self._reason:
            self._reason_text = b',"left_early":%b' % quoted(reason)
            self._reason = reason
        self._buffer.raw(self._reason_text)

    def _stencil_of(self, like: Connection) -> Stencil | None:
        """What follows the beginning of all records like this one; None where it does not pay, or numbers have no place."""
        if like is not self._like:
            if len(self._uses) >= MAX_STENCILS:
                self._uses.clear()
                self._stencils.clear()
            uses = self._uses[like] = self._uses.get(like, 0) + 1
            if uses < WORTH_A_STENCIL:
                return None
            if like not in self._stencils:
                self._stencils[like] = self._stencil_from(like)
            self._like = like
            self._stencil = self._stencils[like]
        return self._stencil

    def _stencil_from(self, like: Connection) -> Stencil | None:
        b = self._buffer
        begin = b.at
        self._life(like)
        text = b.since(begin)
        b.drop(begin)
        made = stencil_of(text, like.first_packet, like.server_port)
        made.fill(b, like.first_packet, like.server_port)
        again = b.since(begin)
        b.drop(begin)
        return made if again == text else None

    def _life(self, c: Connection) -> None:
        """Write all fields that alike SYNs share, but for their packet and port: from the duration to what was judged."""
        b = self._buffer
        self._final(c)
        self._transitions(c)
        self._close(c)
        self._zeek(c)
        self._anomalies(c)
        b.at = native.put(b.front, b.at, b',"stats":{"client":')
        self._stats.write(c.client_stats)
        b.at = native.put(b.front, b.at, b',"server":')
        self._stats.write(c.server_stats)
        b.at = native.put(b.front, b.at, b'},"verdict":')
        self._verdict.write(c)
        if c.judgement is not None:
            b.at = native.put(b.front, b.at, b',"judged":')
            self._judged.write(c)

    def _ends(self, c: Connection) -> None:
        b = self._buffer
        d = b.front
        at = native.field(d, b.at, b'{"schema_version":1,"index":', c.index)
        at = native.put(d, at, b',"client":{"ip":"')
        if c.ip_version == 4:
            at = native.ipv4(d, at, c.client_lo)
            at = native.field(d, at, b'","port":', c.client_port)
            at = native.ipv4(d, native.put(d, at, b'},"server":{"ip":"'), c.server_lo)
        else:
            b.at = at
            b.address(c.client_hi, c.client_lo, c.ip_version)
            d = b.front
            at = native.field(d, b.at, b'","port":', c.client_port)
            b.at = native.put(d, at, b'},"server":{"ip":"')
            b.address(c.server_hi, c.server_lo, c.ip_version)
            d = b.front
            at = b.at
        at = native.field(d, at, b'","port":', c.server_port)
        at = native.put(d, at, b'},"community_id":"')
        at = digest.put_id(
            d, at, c.ip_version, c.client_hi, c.client_lo, c.client_port, c.server_hi, c.server_lo, c.server_port
        )
        b.at = native.put(d, at, b'"')

    def _begin(self, c: Connection) -> None:
        b = self._buffer
        d = b.front
        at = native.field(d, b.at, b',"first_packet":', c.first_packet)
        at = native.field(d, at, b',"last_packet":', c.last_packet)
        b.at = native.put(d, at, b',"start":')
        b.timestamp(c.start_ns)
        b.at = native.field(b.front, b.at, b',"start_ns":', c.start_ns)

    def _final(self, c: Connection) -> None:
        b = self._buffer
        d = b.front
        at = native.seconds(d, native.put(d, b.at, b',"duration":'), c.end_ns - c.start_ns)
        at = native.add(d, native.put(d, at, b',"final":{"client":'), self._states[c.final_client])
        at = native.add(d, native.put(d, at, b',"server":'), self._states[c.final_server])
        at = native.put(d, at, b'},"handshake_ms":')
        if c.handshake_ns == -1:
            b.at = native.put(d, at, b"null")
        else:
            b.at = native.milliseconds(d, at, c.handshake_ns)

    def _transitions(self, c: Connection) -> None:
        b = self._buffer
        packed = c.transition_rows
        size = 0 if packed is None else len(packed)
        b.need(size * self._widest)
        d = b.front
        at = native.put(d, b.at, b',"transitions":[')
        if packed is not None and size > 0:
            rows = longs.of(packed)
            number = begin = alike = 0
            while number < size:
                code = rows[number + 2]
                base = self._bases[code]
                if base is None:
                    base = self._name_transition(code)
                    b.at = at
                    b.need((size - number) * self._widest)
                    d = b.front
                if number > 0 and rows[number] == rows[number - 4] and rows[number + 1] == rows[number - 3]:
                    at = native.again(d, at, begin, alike)  # as the row before: the same packet
                else:
                    begin = at
                    at = native.optional(d, at, b'{"packet":', rows[number], 0)
                    at = native.seconds(d, native.put(d, at, b',"offset":'), rows[number + 1] - c.start_ns)
                    alike = at - begin
                if rows[number + 3] == 0:
                    at = native.add(d, at, self._wholes[code])
                else:
                    at = native.number(d, native.add(d, at, base), rows[number + 3])
                    at = native.add(d, at, self._rfcs[code >> 3])
                number += TRANSITION_WIDTH
            at -= 1  # the last one has no comma
        b.at = native.put(d, at, b"]")

    def _name_transition(self, code: int) -> bytes:
        row = ROWS[code >> 3]
        self._rfcs[code >> 3] = b',"rfc":%b},' % quoted(row.rfc)
        base = b',"endpoint":%b,"from":%b,"to":%b,"event":%b,"basis":%b,"confirmed_by":' % (
            self._roles[code & 1],
            self._states[row.from_state],
            self._states[row.to_state],
            quoted(row.event),
            quoted(BASES[code >> 1 & 3]),
        )
        self._widest = max(self._widest, NUMBER + (len(base) + len(self._rfcs[code >> 3])) // 4)
        self._wholes[code] = base + b"null" + self._rfcs[code >> 3]
        self._bases[code] = base
        return base

    def _close(self, c: Connection) -> None:
        b = self._buffer
        if c.close_kind is None:
            b.at = native.put(b.front, b.at, b',"close":null')
        else:
            b.at = native.put(b.front, b.at, b',"close":{"kind":')
            b.text(c.close_kind)
            d = b.front
            at = native.put(d, b.at, b',"initiator":')
            at = native.add(d, at, self._roles[c.close_initiator] if c.close_initiator >= 0 else b"null")
            b.at = native.put(d, native.field(d, at, b',"packet":', c.close_packet), b"}")

    def _zeek(self, c: Connection) -> None:
        b = self._buffer
        b.at = native.put(b.front, b.at, b',"zeek":{"conn_state":')
        b.text(c.zeek_state)
        b.at = native.put(b.front, b.at, b',"history":')
        b.text(c.zeek_history)
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
            from .schema import zeek_text  # here, as hardly a connection has such rows

            b.raw(zeek_text(c))
        b.at = native.put(b.front, b.at, b"}")

    def _anomalies(self, c: Connection) -> None:
        b = self._buffer
        packed = c.anomaly_rows
        size = 0 if packed is None else len(packed)
        b.need(size * self._widest)
        d = b.front
        at = native.put(d, b.at, b',"anomalies":[')
        if packed is not None and size > 0:
            rows = longs.of(packed)
            number = 0
            while number < size:
                code = rows[number + 1]
                tail = self._kind_tails[code]
                if tail is None:
                    tail = self._name_kind(code)
                    b.at = at
                    b.need((size - number) * self._widest)
                    d = b.front
                at = native.number(d, native.add(d, at, self._kind_heads[code >> 1]), rows[number])
                if rows[number + 2] == NO_VALUE:
                    at = native.add(d, at, tail)
                else:
                    at = native.number(d, native.add(d, at, self._values[code]), rows[number + 2])
                if rows[number + 3] != 0:
                    at = native.field(d, at, b',"related":', rows[number + 3])
                if self._guesses[code >> 1]:
                    at = native.put(d, at, b',"guess":true')
                at = native.put(d, at, b"},")
                number += ANOMALY_WIDTH
            at -= 1  # the last one has no comma
        at = native.put(d, at, b"]")
        if c.anomalies_omitted:
            at = native.field(d, at, b',"anomalies_omitted":', c.anomalies_omitted)
        b.at = at

    def _name_kind(self, code: int) -> bytes:
        number = code >> 1
        kind = KINDS[number]
        self._kinds[number] = quoted(kind.name)
        self._kind_heads[number] = b'{"kind":%b,"packet":' % quoted(kind.name)
        tail = b',"endpoint":%b,"severity":%b' % (self._roles[code & 1], quoted(kind.severity.word))
        self._values[code] = tail + b",%b:" % quoted(kind.value_name or "value")
        self._guesses[number] = kind.guess
        texts = self._kind_heads[number] + self._values[code]
        self._widest = max(self._widest, NUMBER + len(texts) // 4)
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
