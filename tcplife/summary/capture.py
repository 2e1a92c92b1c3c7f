# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What the capture itself is worth: duplicates, missing packets, one direction only, offload, order, clock, cuts.

In: finished connections and the totals of the run. Out: a CaptureVerdict, one line that stands before everything else.
"""

from __future__ import annotations

from ..anomalies import judge as _judge  # noqa: F401 - publishes the kinds
from ..model.catalogue import kind_id
from ..model.close_kinds import BEFORE_CAPTURE, BY_INFERENCE
from ..model.connection import WORD
from ..model.names import M64
from ..model.worth import CaptureVerdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.totals import Totals


CLOCK_JUMP = kind_id("clock_jump")
STORED_LATE = kind_id("stored_late")
KINDS_OF_IT = 1 << CLOCK_JUMP | 1 << STORED_LATE
"""Kinds of anomaly that tell of the capture and not of the connection; the same in two words."""
OF_THE_CAPTURE = KINDS_OF_IT & M64
OF_THE_CAPTURE_TOO = KINDS_OF_IT >> WORD
SECOND_US = 1_000_000


class CaptureView:
    """The sums that tell what a capture is worth."""

    __slots__ = (
        "began_before", "connections", "cut_packets", "duplicate_packets", "jump_connections", "jump_packet", "jump_us",
        "largest_segment", "late_packets", "missing_bytes", "missing_connections", "offload_connections", "one_way",
        "stored_late", "twin_packets", "unseen_handshakes",
    )  # fmt: skip

    def __init__(self) -> None:
        self.connections = 0
        self.duplicate_packets = 0
        self.twin_packets = 0
        self.missing_bytes = 0
        self.missing_connections = 0
        self.one_way = 0
        self.began_before = 0
        self.late_packets = 0
        self.offload_connections = 0
        self.largest_segment = 0
        self.cut_packets = 0
        self.stored_late = 0
        self.unseen_handshakes = 0
        self.jump_connections = 0
        self.jump_packet = 0
        self.jump_us = 0

    def take(self, c: Connection) -> None:
        """Count a connection that leaves."""
        client = c.client_stats
        server = c.server_stats
        self.connections += 1
        self.duplicate_packets += client.duplicate_packets + server.duplicate_packets
        self.twin_packets += client.twin_packets + server.twin_packets
        missing = client.unseen_bytes + server.unseen_bytes
        one_way = _is_one_way(client, server) or _is_one_way(server, client)
        if one_way:
            self.one_way += 1
        elif missing:
            self.missing_bytes += missing
            self.missing_connections += 1
        if c.judgement.opened_how == BEFORE_CAPTURE:
            self.began_before += 1
        elif c.judgement.opened_how == BY_INFERENCE and not one_way:
            self.unseen_handshakes += 1
        self.late_packets += client.late_packets + server.late_packets
        if client.max_segment > server.mss > 0 or server.max_segment > client.mss > 0:
            self.offload_connections += 1
            self.largest_segment = max(self.largest_segment, client.max_segment, server.max_segment)
        if c.kinds_low & OF_THE_CAPTURE or c.kinds_high & OF_THE_CAPTURE_TOO:
            self._take_clock(c)

    def _take_clock(self, c: Connection) -> None:
        """Count what anomalies tell of the clock; the greatest step and its first packet are named."""
        rows = c.anomaly_rows or ()
        jumped = False
        for at in range(0, len(rows), 4):
            kind = rows[at + 1] >> 1
            if kind == STORED_LATE:
                self.stored_late += 1
            elif kind == CLOCK_JUMP:
                jumped = True
                if abs(rows[at + 2]) > abs(self.jump_us):
                    self.jump_us = rows[at + 2]
                    self.jump_packet = rows[at + 3]
        if jumped:
            self.jump_connections += 1

    def verdict(self, totals: Totals) -> CaptureVerdict:
        """One line on the whole capture, and the facts behind it."""
        facts = {
            "connections": self.connections,
            "duplicate_packets": self.duplicate_packets,
            "twin_packets": self.twin_packets,
            "missing_bytes": self.missing_bytes,
            "missing_connections": self.missing_connections,
            "one_way_connections": self.one_way,
            "began_before": self.began_before,
            "unseen_handshakes": self.unseen_handshakes,
            "reordered_by_capture": self.late_packets,
            "offload_connections": self.offload_connections,
            "largest_segment": self.largest_segment,
            "clock_steps": totals.clock_backs,
            "clock_jump_connections": self.jump_connections,
            "clock_jump_us": self.jump_us,
            "clock_jump_packet": self.jump_packet,
            "stored_late": self.stored_late,
            "cut_packets": self.cut_packets,
            "snaplen": totals.snaplen,
            "damages": len(totals.damages),
        }
        flaws = self._flaws(totals)
        flaws += [note for note in totals.notes if "drop" in note]
        remarks = self._remarks()
        return CaptureVerdict(self._line(flaws, remarks), bool(flaws), facts)

    def _flaws(self, totals: Totals) -> list[str]:
        """What limits the conclusions."""
        flaws = []
        if totals.damages:
            flaws.append("the file is damaged or cut")
        if self.one_way:
            flaws.append(f"{_of(self.one_way, self.connections)} captured in one direction only")
        if self.missing_bytes:
            flaws.append(
                f"{_octets(self.missing_bytes)} of {_connections(self.missing_connections)} were acknowledged but "
                "never captured"
            )
        if self.unseen_handshakes:
            flaws.append(f"part of the handshake of {_connections(self.unseen_handshakes)} is not in it")
        if self.duplicate_packets:
            flaws.append(f"{_packets(self.duplicate_packets)} captured twice")
        if self.twin_packets:
            flaws.append(
                f"{_packets(self.twin_packets)} seen at two places (the same IP id again, over a millisecond apart)"
            )
        if self.late_packets:
            flaws.append(
                f"{_packets(self.late_packets)} captured after the acknowledgement: the capture mixes up the order"
            )
        if totals.clock_backs:
            flaws.append(f"the clock goes back at {_packets(totals.clock_backs)}")
        if self.jump_connections:
            way = "forward" if self.jump_us > 0 else "back"
            flaws.append(
                f"the clock was set {way} by {abs(self.jump_us) / SECOND_US:,.1f} s before packet {self.jump_packet}, "
                f"as the timestamps of {_connections(self.jump_connections)} tell"
            )
        if self.stored_late:
            flaws.append(f"{_packets(self.stored_late)} stored up to 10 ms late")
        return flaws

    def _remarks(self) -> list[str]:
        """What a reader should know, though it harms nothing."""
        remarks = []
        if self.began_before:
            remarks.append(f"{_of(self.began_before, self.connections)} open before it began")
        if self.offload_connections:
            remarks.append(
                f"segments of up to {self.largest_segment:,} octets exceed the MSS (offload: the network card cuts "
                "or joins them)"
            )
        if self.cut_packets:
            remarks.append(f"{_packets(self.cut_packets)} kept in part (lengths are still the true ones)")
        return remarks

    def _line(self, flaws: list[str], remarks: list[str]) -> str:
        if self.connections == 0:
            return (
                "The capture has no TCP connection."
                if not flaws
                else f"The capture has no TCP connection; {'; '.join(flaws)}."
            )
        rest = f"; {'; '.join(remarks)}" if remarks else ""
        if flaws:
            return f"Read this capture with care: {'; '.join(flaws)}{rest}."
        return f"The capture is sound: both directions, nothing missing, nothing twice{rest}."


def _is_one_way(seen: SideStats, other: SideStats) -> bool:
    """Only one side was captured, and it acknowledges what the other one sent."""
    return other.packets == 0 and seen.packets > 1 and seen.last_ack >= 1


def _of(part: int, whole: int) -> str:
    """The subject and its verb."""
    if part == whole:
        return "the only connection was" if whole == 1 else f"all {whole:,} connections were"
    return f"{part:,} of {whole:,} connections {'was' if part == 1 else 'were'}"


def _octets(count: int) -> str:
    return "1 octet" if count == 1 else f"{count:,} octets"


def _packets(count: int) -> str:
    return "1 packet" if count == 1 else f"{count:,} packets"


def _connections(count: int) -> str:
    return "1 connection" if count == 1 else f"{count:,} connections"
