"""Windows over time: how much each side may send, and how much of it is on its way.

In: a Connection with segments. Out: an Svg, one panel per direction that carried octets.
Source: RFC 9293 3.8.6 (the window), RFC 7323 2 (its scale).
"""

from __future__ import annotations

from ..model.names import Role
from .plots import WIDTH, Panel, legend, title_of
from .svg import Svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection

HEIGHT: Final = 220
TOP: Final = 44
BETWEEN: Final = 88


def window(c: Connection) -> Svg:
    """Both directions that carried octets; the client's where none did."""
    senders = [role for role, side in ((Role.CLIENT, c.client_stats), (Role.SERVER, c.server_stats)) if side.bytes]
    senders = senders or [Role.CLIENT]
    height = TOP + len(senders) * HEIGHT + (len(senders) - 1) * BETWEEN + 72
    svg = Svg(WIDTH, height, title_of(c, "Windows"), c.verdict)
    for number, sender in enumerate(senders):
        _direction(svg, c, sender, TOP + number * (HEIGHT + BETWEEN))
    entries = (
        ("l server", "the server's window"),
        ("l client", "the client's window"),
        ("l thin ink", "octets in flight"),
    )
    legend(svg, height - 12, (*entries, ("l fat bad", "window closed")))
    return svg


def _direction(svg: Svg, c: Connection, sender: Role, top: float) -> None:
    offered: list[tuple[float, float, int]] = []
    flight: list[tuple[float, float]] = []
    highest = acked = 0
    for s in c.segments or ():
        if s.sender is sender:
            highest = max(highest, s.seq + s.length)
        elif s.ack is not None and "R" not in s.flags:
            acked = max(acked, s.ack)
            offered.append((s.offset, s.window, s.packet))
        flight.append((s.offset, max(highest - max(acked, 1), 0)))
    peer = Role.SERVER if sender is Role.CLIENT else Role.CLIENT
    most = max([1, *(value for _, value, _ in offered), *(value for _, value in flight)])
    panel = Panel(svg, top, HEIGHT, c.duration, most)
    panel.axes(f"{sender} to {peer}", "octets", whole=True)
    panel.steps(flight, "l thin ink")
    panel.steps([(at, value) for at, value, _ in offered], f"l {peer}")
    columns: set[int] = set()
    for at, value, packet in offered:
        x = panel.x(at)
        if round(x / 3) not in columns:
            columns.add(round(x / 3))
            svg.add("circle", class_=f"f {peer} pk", cx=x, cy=panel.y(value), r=2, data_p=packet)
    _closed(panel, offered)


def _closed(panel: Panel, offered: list[tuple[float, float, int]]) -> None:
    """Where the window is zero: a bar on the axis."""
    since: float | None = None
    for at, value, _ in [*offered, (panel.seconds, 1.0, 0)]:
        if value == 0 and since is None:
            since = at
        elif value and since is not None:
            panel.svg.line(
                panel.x(since), panel.bottom - 2, max(panel.x(at), panel.x(since) + 2), panel.bottom - 2, "l fat bad"
            )
            since = None
