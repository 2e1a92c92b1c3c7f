"""Round trips over time: how long each segment waited for its acknowledgement, at the capture point.

In: a Connection with segments. Out: an Svg; Karn's rule leaves out what was sent twice (RFC 6298 3). Points of the
client are round, of the server square.
"""

from __future__ import annotations

from collections import deque

from ..model.names import Role
from .plots import WIDTH, Panel, legend, time_unit, title_of
from .svg import Svg, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import SegmentLine

HEIGHT: Final = 260
TOP: Final = 44
Sample = tuple[int, float, float, Role]
"""Packet whose acknowledgement it is, when it came, seconds, sender."""


def samples(c: Connection) -> list[Sample]:
    """One sample per acknowledgement that ends exactly where a segment sent once ends, as the statistics count them."""
    waiting: dict[Role, deque[tuple[int, int, float]]] = {Role.CLIENT: deque(), Role.SERVER: deque()}
    highest = {Role.CLIENT: -1, Role.SERVER: -1}
    found: list[Sample] = []
    for s in c.segments or ():
        peer = Role.SERVER if s.sender is Role.CLIENT else Role.CLIENT
        if s.ack is not None:
            flight = waiting[peer]
            while flight and flight[0][1] <= s.ack:
                packet, end, sent = flight.popleft()
                if end == s.ack and sent >= 0:
                    found.append((packet, s.offset, s.offset - sent, peer))
        size = s.length + ("S" in s.flags) + ("F" in s.flags)
        if size and "R" not in s.flags:
            _sends(waiting, highest, s, s.seq + size)
    return found


def _sends(
    waiting: dict[Role, deque[tuple[int, int, float]]], highest: dict[Role, int], s: SegmentLine, end: int
) -> None:
    """Time a segment of new octets; of one sent again, time nothing that ends beyond its first octet (Karn)."""
    flight = waiting[s.sender]
    if end > highest[s.sender] and s.seq >= highest[s.sender]:
        flight.append((s.packet, end, s.offset))
    else:
        waiting[s.sender] = deque((p, e, -1.0 if e > s.seq else at) for p, e, at in flight)
    highest[s.sender] = max(highest[s.sender], end)


def rtt(c: Connection) -> Svg:
    """All samples of both sides."""
    found = samples(c)
    svg = Svg(WIDTH, TOP + HEIGHT + 72, title_of(c, "Round trips"), c.verdict)
    longest = max((seconds for _, _, seconds, _ in found), default=0.001)
    panel = Panel(svg, TOP, HEIGHT, c.duration, longest)
    factor, unit = time_unit(longest)
    panel.axes("waiting for the acknowledgement", f"round trip ({unit})", factor)
    drawn: set[tuple[int, int, Role]] = set()
    for packet, at, seconds, sender in found:
        x, y = panel.x(at), panel.y(seconds)
        if (round(x), round(y), sender) in drawn:
            continue
        drawn.add((round(x), round(y), sender))
        if sender is Role.CLIENT:
            svg.add("circle", class_="f client pk", cx=x, cy=y, r=3, data_p=packet)
        else:
            svg.add(
                "path", class_="f server pk", d=f"M{number(x - 2.6)} {number(y - 2.6)}h5.2v5.2h-5.2z", data_p=packet
            )
    if not found:
        svg.text(WIDTH / 2, TOP + HEIGHT / 2, "no segment was sent once and acknowledged", "dim m")
    entries = [("l fat client", f"{_count(found, Role.CLIENT)} of the client (round)")]
    legend(svg, TOP + HEIGHT + 60, [*entries, ("l fat server", f"{_count(found, Role.SERVER)} of the server (square)")])
    return svg


def _count(found: list[Sample], role: Role) -> str:
    return f"{sum(sender is role for *_, sender in found):,} samples"
