# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record of one connection as JSON, straight from its packed rows: no dict, no object per row.

In: a Connection. Out: one JSON object in a Buffer, equal to json.dumps of `schema.record` (a test holds them so).
Everything that can be said beforehand (names of rows, kinds, states) is rendered once.
"""

from __future__ import annotations

import json
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ..model.catalogue import KINDS, ROWS
from ..model.community import community_id
from ..model.compiled import COMPILED
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, TRANSITION_WIDTH, flag_letters
from ..model.names import BASES, M32, ROLES, STATES
from . import native
from .schema import MS_NS, stats, zeek_rows
from .stats_fields import STATS_FIELDS

if TYPE_CHECKING:
    from array import array

    from ..model.connection import Connection, SideStats
    from .buffer import Buffer

FLAG_WORDS = 512
BILLION = 1_000_000_000
_VALUES = attrgetter(*(field.attribute for field in STATS_FIELDS))
_OPTIONAL = [at for at, field in enumerate(STATS_FIELDS) if field.optional]
_TIMES = [at for at, field in enumerate(STATS_FIELDS) if field.ns]
_FLAGS = [at for at, field in enumerate(STATS_FIELDS) if field.flag]
_TEMPLATE = "{" + ",".join(f'"{field.name}":%s' for field in STATS_FIELDS) + "}"


def _json(text: str) -> bytes:
    return json.dumps(text).encode()


class RecordWriter:
    """Writes one connection after the other into a buffer."""

    __slots__ = (
        "_bases",
        "_blank",
        "_blank_text",
        "_buffer",
        "_flags",
        "_kind_ends",
        "_kind_tails",
        "_kinds",
        "_rfcs",
        "_roles",
        "_states",
        "_values",
    )

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._blank = blank
        self._blank_text = json.dumps(stats(blank), separators=(",", ":")).encode()
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

    def write(self, c: Connection) -> None:
        """Write the record of one connection, without a line end."""
        b = self._buffer
        b.raw(b'{"schema_version":1,"index":')
        b.number(c.index)
        b.raw(b',"client":{"ip":"')
        b.address(c.client_hi, c.client_lo, c.ip_version)
        b.raw(b'","port":')
        b.number(c.client_port)
        b.raw(b'},"server":{"ip":"')
        b.address(c.server_hi, c.server_lo, c.ip_version)
        b.raw(b'","port":')
        b.number(c.server_port)
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
        b.raw(b',"stats":{"client":')
        self._stats(c.client_stats)
        b.raw(b',"server":')
        self._stats(c.server_stats)
        b.raw(b'},"verdict":')
        b.text(c.verdict)
        self._extras(c)
        b.raw(b"}")

    def _times(self, c: Connection) -> None:
        b = self._buffer
        b.raw(b',"first_packet":')
        b.number(c.first_packet)
        b.raw(b',"last_packet":')
        b.number(c.last_packet)
        b.raw(b',"start":')
        b.timestamp(c.start_ns)
        b.raw(b',"start_ns":')
        b.number(c.start_ns)
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
            rows = native.longs(c.transition_rows)
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
            b.raw(b',"packet":')
            b.number(c.close_packet)
            b.raw(b'},"zeek":{"conn_state":')
        b.text(c.zeek_state)
        b.raw(b',"history":')
        b.text(c.zeek_history)
        b.raw(b',"orig_bytes":')
        b.number(c.zeek_bytes_orig)
        b.raw(b',"resp_bytes":')
        b.number(c.zeek_bytes_resp)
        b.raw(b',"orig_pkts":')
        b.number(c.zeek_pkts_orig)
        b.raw(b',"resp_pkts":')
        b.number(c.zeek_pkts_resp)
        b.raw(b',"missed_bytes":')
        b.number(c.zeek_missed)
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
            rows = native.longs(c.anomaly_rows)
            at = 0
            while at < size:
                b.raw(b',{"kind":' if at else b'{"kind":')
                code = rows[at + 1]
                b.raw(self._kinds[code >> 1])
                b.raw(b',"packet":')
                b.number(rows[at])
                b.raw(self._kind_tails[code])
                if rows[at + 2] != NO_VALUE:
                    b.raw(self._values[code >> 1])
                    b.number(rows[at + 2])
                if rows[at + 3] != 0:
                    b.raw(b',"related":')
                    b.number(rows[at + 3])
                b.raw(self._kind_ends[code >> 1])
                at += ANOMALY_WIDTH
        b.raw(b"]")
        if c.anomalies_omitted:
            b.raw(b',"anomalies_omitted":')
            b.number(c.anomalies_omitted)

    def _extras(self, c: Connection) -> None:
        b = self._buffer
        judged = c.judged_json()
        if judged is not None:
            b.raw(b',"judged":')
            b.raw(judged.encode())
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
        rows = native.longs(packed)
        at = 0
        while at < size:
            b.raw(b',{"packet":' if at else b'{"packet":')
            b.number(rows[at])
            b.raw(b',"offset":')
            b.seconds(rows[at + 1] - c.start_ns)
            code = rows[at + 2]
            b.raw(b',"from":')
            b.raw(self._roles[code & 1])
            b.raw(b',"flags":')
            b.raw(self._flags[code >> 1])
            b.raw(b',"seq":')
            b.number(rows[at + 3] if rows[at + 3] >= 0 else rows[at + 3] & M32)
            b.raw(b',"ack":')
            if rows[at + 4] == NO_VALUE:
                b.raw(b"null")
            else:
                b.number(rows[at + 4] if rows[at + 4] >= 0 else rows[at + 4] & M32)
            b.raw(b',"len":')
            b.number(rows[at + 5])
            b.raw(b',"win":')
            b.number(rows[at + 6])
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
        rows = native.longs(packed)
        for row in range(first, first + count):
            if row > first:
                b.raw(b",")
            b.raw(self._kinds[rows[row * ANOMALY_WIDTH + 1] >> 1])

    def _stats(self, s: SideStats) -> None:
        if is_blank(s, self._blank):
            self._buffer.raw(self._blank_text)
        elif not COMPILED:
            self._buffer.raw(plain_stats(s))
        else:
            self._data_stats(s)
            self._option_stats(s)
            self._other_stats(s)

    def _data_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.raw(b'{"packets":')
        b.number(s.packets)
        b.raw(b',"bytes":')
        b.number(s.bytes)
        b.raw(b',"unique_bytes":')
        b.number(s.unique_bytes)
        b.raw(b',"data_packets":')
        b.number(s.data_packets)
        b.raw(b',"retransmitted_packets":')
        b.number(s.retransmitted_packets)
        b.raw(b',"retransmitted_bytes":')
        b.number(s.retransmitted_bytes)
        b.raw(b',"out_of_order":')
        b.number(s.out_of_order)
        b.raw(b',"duplicate_acks":')
        b.number(s.duplicate_acks)
        b.raw(b',"rtt_min":')
        b.milliseconds(s.rtt_min_ns)
        b.raw(b',"rtt_avg":')
        b.milliseconds(s.rtt_avg_ns)
        b.raw(b',"rtt_max":')
        b.milliseconds(s.rtt_max_ns)
        b.raw(b',"rtt_median":')
        b.milliseconds(s.rtt_median_ns)
        b.raw(b',"rtt_p95":')
        b.milliseconds(s.rtt_p95_ns)

    def _option_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.raw(b',"rtt_samples":')
        b.number(s.rtt_samples)
        b.raw(b',"mss":')
        b.optional(s.mss, -1)
        b.raw(b',"wscale":')
        b.optional(s.wscale, -1)
        b.raw(b',"sack_ok":true' if s.sack_ok else b',"sack_ok":false')
        b.raw(b',"timestamps":true,"tfo":' if s.timestamps else b',"timestamps":false,"tfo":')
        b.optional(s.tfo, -1)
        b.raw(b',"mptcp":true' if s.mptcp else b',"mptcp":false')

    def _other_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.raw(b',"acked_bytes":')
        b.number(s.acked_bytes)
        b.raw(b',"unacked_bytes":')
        b.number(s.unacked_bytes)
        b.raw(b',"unseen_bytes":')
        b.number(s.unseen_bytes)
        b.raw(b',"duplicate_packets":')
        b.number(s.duplicate_packets)
        b.raw(b',"lost_before":')
        b.number(s.lost_before)
        b.raw(b',"lost_after":')
        b.number(s.lost_after)
        b.raw(b',"spurious":')
        b.number(s.spurious)
        b.raw(b',"reordered":')
        b.number(s.reordered)
        b.raw(b',"keep_alives":')
        b.number(s.keep_alives)
        b.raw(b',"zero_windows":')
        b.number(s.zero_windows)
        b.raw(b',"sack_blocks":')
        b.number(s.sack_blocks)
        b.raw(b',"syns":')
        b.number(s.syns)
        b.raw(b',"fins":')
        b.number(s.fins)
        b.raw(b',"resets":')
        b.number(s.resets)
        b.raw(b',"ecn_ce":')
        b.number(s.ecn_ce)
        b.raw(b',"max_segment":')
        b.number(s.max_segment)
        b.raw(b',"initial_window":')
        b.optional(s.initial_window, -1)
        b.raw(b',"window_min":')
        b.optional(s.window_min, -1)
        b.raw(b',"window_max":')
        b.optional(s.window_max, -1)
        b.raw(b',"ttl_min":')
        b.optional(s.ttl_min, -1)
        b.raw(b',"ttl_max":')
        b.optional(s.ttl_max, -1)
        b.raw(b"}")


def plain_stats(s: SideStats) -> bytes:
    """The statistics as one formatted text, for plain Python, where calls are dear."""
    values: list[Any] = list(_VALUES(s))
    for at in _OPTIONAL:
        if values[at] == -1:
            values[at] = "null"
    for at in _TIMES:
        if values[at] != "null":
            values[at] = values[at] / MS_NS
    for at in _FLAGS:
        values[at] = "true" if values[at] else "false"
    return (_TEMPLATE % tuple(values)).encode()


def is_blank(s: SideStats, blank: SideStats) -> bool:
    """Whether nothing at all is known of an endpoint: every field as in `blank`."""
    return (
        s.packets == blank.packets
        and s.bytes == blank.bytes
        and s.unique_bytes == blank.unique_bytes
        and s.data_packets == blank.data_packets
        and s.retransmitted_packets == blank.retransmitted_packets
        and s.retransmitted_bytes == blank.retransmitted_bytes
        and s.out_of_order == blank.out_of_order
        and s.duplicate_acks == blank.duplicate_acks
        and s.rtt_min_ns == blank.rtt_min_ns
        and s.rtt_avg_ns == blank.rtt_avg_ns
        and s.rtt_max_ns == blank.rtt_max_ns
        and s.rtt_median_ns == blank.rtt_median_ns
        and s.rtt_p95_ns == blank.rtt_p95_ns
        and s.rtt_samples == blank.rtt_samples
        and s.mss == blank.mss
        and s.wscale == blank.wscale
        and s.sack_ok == blank.sack_ok
        and s.timestamps == blank.timestamps
        and s.tfo == blank.tfo
        and s.mptcp == blank.mptcp
        and s.acked_bytes == blank.acked_bytes
        and s.unacked_bytes == blank.unacked_bytes
        and s.unseen_bytes == blank.unseen_bytes
        and s.duplicate_packets == blank.duplicate_packets
        and s.lost_before == blank.lost_before
        and s.lost_after == blank.lost_after
        and s.spurious == blank.spurious
        and s.reordered == blank.reordered
        and s.keep_alives == blank.keep_alives
        and s.zero_windows == blank.zero_windows
        and s.sack_blocks == blank.sack_blocks
        and s.syns == blank.syns
        and s.fins == blank.fins
        and s.resets == blank.resets
        and s.ecn_ce == blank.ecn_ce
        and s.max_segment == blank.max_segment
        and s.initial_window == blank.initial_window
        and s.window_min == blank.window_min
        and s.window_max == blank.window_max
        and s.ttl_min == blank.ttl_min
        and s.ttl_max == blank.ttl_max
    )
