"""What proves a finding: the packets, a few lines of the timeline around them, the Wireshark filter."""

from __future__ import annotations

from ..model.names import ROLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import SegmentLine
    from .fields import Field

AROUND: Final = 2
"""Segments shown before and after each packet that proves something."""
MOST_PACKETS: Final = 6
"""Packets named at most; a thousand repeats prove no more than the first few."""
_IPV6: Final = 6


def name_of(connection: Connection) -> str:
    """One line that names a connection: number, both ends, packets."""
    first, last = connection.first_packet, connection.last_packet
    return f"connection {connection.index}, {connection.client} > {connection.server}, packets {first}-{last}"


def wireshark_filter(connection: Connection, packets: Iterable[int] = ()) -> str:
    """The display filter of a connection, and of the packets that prove something if there are any."""
    ip = "ipv6" if connection.ip_version == _IPV6 else "ip"
    client, server = connection.client, connection.server
    ends = f"{ip}.addr == {client.ip} && {ip}.addr == {server.ip}"
    ports = f"tcp.port == {client.port} && tcp.port == {server.port}"
    named = ", ".join(map(str, packets))
    first, last = connection.first_packet, connection.last_packet
    # The same four-tuple may live again: the frame numbers tell the lives apart.
    frames = f"frame.number in {{{named}}}" if named else f"frame.number >= {first} && frame.number <= {last}"
    return f"{ends} && {ports} && {frames}"


def packets_about(connection: Connection, fields: Iterable[Field]) -> list[int]:
    """The packets that prove what these fields say: few, in order."""
    found: set[int] = set()
    for field in fields:
        found.update(_packets(connection, field.name))
    packets = sorted(found - {0}) or [connection.last_packet]
    return packets[:MOST_PACKETS]


def _packets(connection: Connection, name: str) -> list[int]:
    area, _, rest = name.rpartition(".")
    if "anomal" in name or name == "worst":
        return _anomalous(connection, rest if area == "anomalies" and rest != "count" else None)
    if "retransmi" in name:
        return [found.packet for found in connection.anomalies if "retransmission" in found.kind]
    if name == "handshake_ms":
        return [found.packet or 0 for found in connection.transitions if found.to_state == "ESTABLISHED"]
    if name.startswith(("final.", "states.")):
        return [found.packet or 0 for found in connection.transitions if found.endpoint == rest][-2:]
    if name in {"close.kind", "close.initiator", "close.packet", "reset", "half_closed_s", "open"}:
        return [connection.close_packet] if connection.close_packet else [connection.last_packet]
    return []


def _anomalous(connection: Connection, kind: str | None) -> list[int]:
    if kind is not None:
        return [found.packet for found in connection.anomalies if found.kind == kind]
    worst = connection.worst
    return [found.packet for found in connection.anomalies if found.severity >= worst]


def lines_around(connection: Connection, packets: Iterable[int]) -> list[str]:
    """Timeline lines of these packets, marked, with a few before and after; empty where segments were not kept."""
    segments = connection.segments or []
    wanted = set(packets)
    hits = [number for number, segment in enumerate(segments) if segment.packet in wanted]
    near = sorted({close for hit in hits for close in range(hit - AROUND, hit + AROUND + 1)})
    lines: list[str] = []
    before = None
    for number in near:
        if 0 <= number < len(segments):
            if before is not None and number > before + 1:
                lines.append(f"  ... {number - before - 1} more ...")
            lines.append(_line(segments[number], marked=segments[number].packet in wanted))
            before = number
    return lines


def timeline(connection: Connection, most: int = 60) -> list[str]:
    """Every segment as a line; of more than `most` only the first and the last half of them."""
    segments = connection.segments or []
    half = most // 2
    if len(segments) <= most:
        return [_line(segment, marked=False) for segment in segments]
    first = [_line(segment, marked=False) for segment in segments[:half]]
    last = [_line(segment, marked=False) for segment in segments[-half:]]
    return [*first, f"  ... {len(segments) - 2 * half} more ...", *last]


def _line(segment: SegmentLine, *, marked: bool) -> str:
    arrow = "client > server" if segment.sender == ROLES[0] else "server > client"
    seq = f"{segment.seq}:{segment.seq + segment.length}" if segment.length else f"{segment.seq}"
    ack = f" ack {segment.ack}" if segment.ack is not None else ""
    parts = f"[{segment.flags}] seq {seq}{ack} win {segment.window} len {segment.length}"
    states = f"{segment.client_state}/{segment.server_state}"
    flaws = f"  {', '.join(segment.anomalies)}" if segment.anomalies else ""
    return f"{'>' if marked else ' '}{segment.packet:>7} {segment.offset:>11.6f}  {arrow}  {parts}  {states}{flaws}"
