"""What is said of packets in their own capture: transitions, anomalies, verdicts, as comments.

In: connections, then the totals. Out: (packet, comment) pairs, and the comments of the capture as a whole. Each comment
of a packet begins with the connection's number, so that Wireshark can filter by it: frame.comment contains "#12 ".
"""

from __future__ import annotations

from ..model.catalogue import KINDS
from ..model.names import Basis
from . import words
from .paint import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.connection import Connection
    from ..model.totals import Totals
    from ..model.values import Anomaly, Transition


def comments(c: Connection) -> Iterator[tuple[int, str]]:
    """Every comment of a connection, those of one packet in the order of events, the verdict last."""
    for t in c.transitions:
        yield t.packet or c.last_packet, f"#{c.index} {_moved(t)}"
    severities = {kind.name: kind.severity.word for kind in KINDS}
    for a in c.anomalies:
        yield a.packet, f"#{c.index} {severities[a.kind]}: {_odd(a)}"
    at = c.close_packet or c.last_packet
    yield at, f"#{c.index} {c.client} to {c.server}: {safe(c.verdict)}"


def _moved(t: Transition) -> str:
    """Its line: client SYN_SENT -> ESTABLISHED (received, confirmed by packet 3; RFC 9293 3.10.7.3)."""
    why = str(t.basis)
    if t.basis is Basis.RECEIVED:
        why += f", confirmed by packet {t.confirmed_by}" if t.confirmed_by else ", tentative: never confirmed"
    elif t.basis is Basis.TIMER:
        why = f"by time alone, {words.span(round(t.offset * 1e9))} after the first packet"
    rfc = t.rfc if t.rfc.startswith("RFC") else f"RFC 9293 {t.rfc}"
    return f"{t.endpoint} {t.from_state} -> {t.to_state} ({why}; {rfc})"


def _odd(a: Anomaly) -> str:
    text = f"{a.kind.replace('_', ' ')}, sent by the {a.endpoint}"
    if a.value is not None:
        text += f", {a.value_name or 'value'} {a.value}"
    return text + (f", see packet {a.related}" if a.related else "") + (" (a guess)" if a.guess else "")


def section_comments(totals: Totals) -> list[str]:
    """What is said of the capture: its verdict, where connections pile up, where every record went."""
    lines = [] if totals.capture is None else [totals.capture.line]
    lines += [] if totals.piles is None else totals.piles.lines
    skipped = sum(totals.skipped.values())
    segments = words.counted(totals.tracked, "TCP segment")
    connections = words.counted(totals.connections, "connection")
    lines.append(f"{words.counted(totals.records, 'record')}: {segments} in {connections}, {skipped:,} others")
    lines += [f"damaged: {damage}" for damage in totals.damages]
    return [safe(line) for line in lines]
