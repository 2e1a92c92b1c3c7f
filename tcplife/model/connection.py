# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The finished record of one connection, and the small values it is made of.

Filled by the summary room, read by reporters and checks; nothing in here decides anything. What happened
(transitions, anomalies, segments) is kept packed in `array('q')` rows, so that a million connections stay small
and a compiled writer never meets an object; the properties unpack it into the typed values people program with.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from .address import ip_text
from .catalogue import KINDS, ROWS
from .compiled import COMPILED
from .names import BASES, M32, M64, ROLES, STATES
from .pool import pooled_apart
from .values import Address, Anomaly, Close, SegmentLine, Transition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .judgement import Judgement
    from .names import State

TRANSITION_WIDTH = 4
"""A transition row: packet (0: none), ts_ns, side | basis << 1 | table row << 3, confirming packet (0: none)."""
ANOMALY_WIDTH = 4
"""An anomaly row: packet, side | kind << 1, value (NO_VALUE: none), related packet (0: none)."""
MAX_ANOMALIES = 20_000
"""So many are kept per connection; what goes beyond is counted as omitted."""
SEGMENT_WIDTH = 10
"""A segment row: packet, ts_ns, side | TCP flags << 1, seq, ack (NO_VALUE: none), length, scaled window,
client state | server state << 4, first anomaly row, number of anomaly rows. Sides are 0 client, 1 server."""
WORD = 64
"""Bits of a machine word; there are more kinds of anomalies than that, and fewer than twice as many."""
NO_VALUE = -(1 << 62)
"""Stands for "no value" in packed rows."""

_LETTERS = ((1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "."), (32, "U"), (64, "E"), (128, "W"), (256, "e"))


def flag_letters(flags: int) -> str:
    """Tcpdump's letters of a flags word: "S.", "P.", "none" when there is none."""
    return "".join(letter for bit, letter in _LETTERS if flags & bit) or "none"


class SideStats:
    """What one endpoint sent, counted; octets are payload octets, times nanoseconds, -1 where there is none.

    Packets whose octets came late or again, each in one of: lost_before (lost before the capture point, sent again),
    lost_after (seen, not acknowledged, sent again), spurious (sent again although acknowledged), reordered.
    late_packets: captured after the packet that acknowledges them. twin_packets: seen at two places, over 1 ms apart.
    """

    __slots__ = (
        "acked_bytes", "bytes", "data_packets", "duplicate_acks", "duplicate_packets", "ecn_ce", "fin_acked_after_ns",
        "fin_acked_packet", "fin_last_packet", "fin_number", "fin_packet", "fins", "initial_window", "keep_alives",
        "last_ack", "late_packets", "lost_after", "lost_before", "max_segment", "mptcp", "mss", "out_of_order", "packets", "reordered", "resets",
        "retransmitted_bytes", "retransmitted_packets", "rtt_avg_ns", "rtt_max_ns", "rtt_median_ns",
        "rtt_min_ns", "rtt_p95_ns", "rtt_samples", "sack_blocks", "sack_ok", "spurious", "syns", "tfo", "timestamps",
        "ttl_max", "ttl_min", "twin_packets", "unacked_bytes", "unique_bytes", "unseen_bytes", "window_max", "window_min", "wscale",
        "zero_windows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing was counted yet."""
        self.packets = 0
        self.bytes = 0
        self.unique_bytes = 0
        self.acked_bytes = 0
        self.unacked_bytes = 0
        self.unseen_bytes = 0
        self.data_packets = 0
        self.retransmitted_packets = 0
        self.retransmitted_bytes = 0
        self.out_of_order = 0
        self.duplicate_acks = 0
        self.duplicate_packets = 0
        self.keep_alives = 0
        self.zero_windows = 0
        self.sack_blocks = 0
        self.syns = 0
        self.fins = 0
        self.resets = 0
        self.rtt_samples = 0
        self.rtt_min_ns = -1
        self.rtt_avg_ns = -1
        self.rtt_max_ns = -1
        self.rtt_median_ns = -1
        self.rtt_p95_ns = -1
        self.mss = -1
        self.wscale = -1
        self.sack_ok = 0
        self.timestamps = 0
        self.tfo = -1
        self.mptcp = 0
        self.ecn_ce = 0
        self.max_segment = 0
        self.initial_window = -1
        self.window_min = -1
        self.window_max = -1
        self.ttl_min = -1
        self.ttl_max = -1
        self.last_ack = -1
        self.lost_before = 0
        self.lost_after = 0
        self.spurious = 0
        self.reordered = 0
        self.late_packets = 0
        self.twin_packets = 0
        self.fin_number = -1
        self.fin_packet = 0
        self.fin_last_packet = 0
        self.fin_acked_packet = 0
        self.fin_acked_after_ns = -1


class Connection:
    """One TCP connection, finished: nothing in it changes any more.

    Offsets in seconds since the first packet, lengths in octets, sequence numbers relative to the sender's ISN.
    `judgement` holds what the summary room concluded beyond the contract's core (reset forensics, where the time
    went), `judged` the same ready for JSON; keys are documented in docs/record.md. Connections that share their
    judgement or statistics (unanswered SYNs that are alike) share all that these say. like: a connection of one SYN
    whose record differs from this one's in index, endpoints, time and the packet's number alone (and in left_early).
    *_isn: the raw number the side's relative ones begin at (mid-stream: one before its first octet), -1 when unknown.
    told: the verdict where these fields alone do not tell it (`model.verdict`).
    """

    __slots__ = (
        "anomalies_omitted",
        "anomaly_rows",
        "client_guess",
        "client_hi",
        "client_isn",
        "client_lo",
        "client_port",
        "client_side",
        "client_stats",
        "close_initiator",
        "close_kind",
        "close_packet",
        "details",
        "end_ns",
        "final_client",
        "final_server",
        "first_packet",
        "handshake_ns",
        "index",
        "ip_version",
        "judgement",
        "kinds_high",
        "kinds_low",
        "last_packet",
        "left_early",
        "like",
        "segment_rows",
        "server_hi",
        "server_isn",
        "server_lo",
        "server_port",
        "server_stats",
        "start_ns",
        "told",
        "transition_rows",
        "tunnel",
        "worst",
        "zeek_bytes_orig",
        "zeek_bytes_resp",
        "zeek_history",
        "zeek_missed",
        "zeek_note",
        "zeek_pkts_orig",
        "zeek_pkts_resp",
        "zeek_rows",
        "zeek_state",
    )  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing is known of it yet."""
        if not COMPILED:
            self._blank()
        self.ip_version = 4
        self.tunnel = ""
        self.handshake_ns = -1
        self.client_isn = -1
        self.server_isn = -1
        self.close_initiator = -1
        # Filled before anybody sees the connection.
        self.told: str | None = ""
        self.zeek_state = "OTH"
        self.zeek_history = ""

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0, False and None."""
        self.index = self.client_side = self.client_hi = self.client_lo = self.client_port = self.server_hi = 0
        self.server_lo = self.server_port = self.first_packet = self.last_packet = self.start_ns = self.end_ns = 0
        self.final_client = self.final_server = self.anomalies_omitted = self.kinds_low = self.kinds_high = 0
        self.worst = self.close_packet = self.zeek_bytes_orig = self.zeek_bytes_resp = self.zeek_pkts_orig = 0
        self.zeek_pkts_resp = self.zeek_missed = 0
        self.client_guess: str | None = None
        self.transition_rows: array[int] | None = None
        self.anomaly_rows: array[int] | None = None
        self.segment_rows: array[int] | None = None
        self.details: list[tuple[bytes, bytes]] | None = None
        self.close_kind: str | None = None
        self.client_stats: SideStats = None  # type: ignore[assignment]
        self.server_stats: SideStats = None  # type: ignore[assignment]
        self.judgement: Judgement = None  # type: ignore[assignment]
        self.left_early: str | None = None
        self.like: Connection | None = None
        self.zeek_note: str | None = None
        self.zeek_rows: tuple[Any, ...] | None = None

    @property
    def client(self) -> Address:
        """Who sent the first SYN, or the best guess (then `client_basis` says why)."""
        return Address(ip_text(self.client_hi, self.client_lo, self.ip_version), self.client_port)

    @property
    def server(self) -> Address:
        """The other endpoint."""
        return Address(ip_text(self.server_hi, self.server_lo, self.ip_version), self.server_port)

    @property
    def client_basis(self) -> str | None:
        """Why the client is taken for the client when no SYN was seen; None when one was."""
        return self.client_guess

    @property
    def duration(self) -> float:
        """Seconds from the first packet to the last."""
        return (self.end_ns - self.start_ns) / 1e9

    @property
    def final(self) -> dict[str, State]:
        """The last known state of each endpoint, by role."""
        return {"client": STATES[self.final_client], "server": STATES[self.final_server]}

    @property
    def close(self) -> Close | None:
        """How it ended, None while open."""
        if self.close_kind is None:
            return None
        initiator = ROLES[self.close_initiator] if self.close_initiator >= 0 else None
        return Close(self.close_kind, initiator, self.close_packet)

    @property
    def closed_by(self) -> str | None:
        """Who began the close, "client" or "server"; None while open or where nobody can tell."""
        return str(ROLES[self.close_initiator]) if self.close_initiator >= 0 else None

    @property
    def verdict(self) -> str:
        """What became of it, in one sentence."""
        if self.told is not None:
            return self.told
        from .verdict import sentence  # here, as it wants to know what a Connection is

        return sentence(self)

    @verdict.setter
    def verdict(self, words: str) -> None:
        self.told = words

    def judged_json(self) -> str | None:
        """`judged` as compact JSON text, ASCII; None where nothing was judged."""
        if self.judgement is None:
            return None
        return self.judgement.json(self)

    @property
    def judged(self) -> dict[str, Any] | None:
        """What was concluded beyond the contract's core, ready for JSON; made anew at each call."""
        from json import loads  # here, as only who asks for the dict should pay for it

        text = self.judged_json()
        return None if text is None else loads(text)

    @property
    def transitions(self) -> list[Transition]:
        """Every state change that was not disproved, in the order of the packets that caused them."""
        return list(self._transitions())

    def _transitions(self) -> Iterator[Transition]:
        rows = self.transition_rows or ()
        for at in range(0, len(rows), TRANSITION_WIDTH):
            packet, ts_ns, code, confirmed = tuple(rows[at : at + TRANSITION_WIDTH])
            row = ROWS[code >> 3]
            yield Transition(
                packet or None,
                (ts_ns - self.start_ns) / 1e9,
                ROLES[code & 1],
                STATES[row.from_state],
                STATES[row.to_state],
                row.event,
                BASES[code >> 1 & 3],
                confirmed or None,
                row.rfc,
            )

    @property
    def anomalies(self) -> list[Anomaly]:
        """What went wrong, in packet order."""
        rows = self.anomaly_rows or ()
        return [self._anomaly(*rows[at : at + ANOMALY_WIDTH]) for at in range(0, len(rows), ANOMALY_WIDTH)]

    def _anomaly(self, packet: int, code: int, value: int, related: int) -> Anomaly:
        kind = KINDS[code >> 1]
        known = None if value == NO_VALUE else value
        role = ROLES[code & 1]
        return Anomaly(kind.name, packet, role, kind.severity, known, kind.value_name, related or None, kind.guess)

    @property
    def kinds_seen(self) -> int:
        """Which kinds there are among them, as bits by their ids; two words hold them."""
        return self.kinds_low | self.kinds_high << WORD

    @kinds_seen.setter
    def kinds_seen(self, bits: int) -> None:
        self.kinds_low = bits & M64
        self.kinds_high = bits >> WORD

    @property
    def segments(self) -> list[SegmentLine] | None:
        """Every segment, where the analysis kept them (`segments=True`)."""
        if self.segment_rows is None:
            return None
        return list(self._segments(self.segment_rows))

    def _segments(self, rows: array[int]) -> Iterator[SegmentLine]:
        for number, at in enumerate(range(0, len(rows), SEGMENT_WIDTH)):
            packet, ts_ns, code, seq, ack, length, window, states, first, count = tuple(rows[at : at + SEGMENT_WIDTH])
            options, payload = self.details[number] if self.details else (b"", b"")
            yield SegmentLine(
                packet,
                (ts_ns - self.start_ns) / 1e9,
                ROLES[code & 1],
                flag_letters(code >> 1),
                seq & M32 if seq < 0 else seq,
                None if ack == NO_VALUE else ack & M32 if ack < 0 else ack,
                length,
                window,
                STATES[states & 15],
                STATES[states >> 4],
                tuple(self._kind_at(row) for row in range(first, first + count)),
                options,
                payload,
            )

    def _kind_at(self, row: int) -> str:
        rows = self.anomaly_rows or ()
        return KINDS[rows[row * ANOMALY_WIDTH + 1] >> 1].name


pooled_apart(Connection, SideStats)
