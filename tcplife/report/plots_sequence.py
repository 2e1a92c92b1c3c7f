"""The time-sequence graph, as tcptrace's users know it: segments, the ACK line, the window's edge, SACK, repeats.

In: a Connection with segments and details. Out: an Svg with one panel per direction that carried octets.
Source: tcptrace's manual, "tsg"; RFC 2018 for SACK.
"""

from __future__ import annotations

from ..model.names import Role
from .fates import fates
from .plots import WIDTH, Marks, Panel, legend, title_of
from .sacks import sack_blocks
from .svg import Svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection

HEIGHT: Final = 300
TOP: Final = 44
BETWEEN: Final = 88
LEGEND: Final = (
    (
        ("l fat client", "segment of the client"),
        ("l fat server", "of the server"),
        ("l fat bad", "sent again; crossed: lost"),
    ),
    (("l thin ink", "acknowledged up to here"), ("l thin dash ink", "window's edge"), ("l st-est fat", "SACK block")),
)


def time_sequence(c: Connection) -> Svg:
    """Both directions that carried octets, one below the other; one empty panel where none did."""
    senders = [role for role, side in ((Role.CLIENT, c.client_stats), (Role.SERVER, c.server_stats)) if side.bytes]
    senders = senders or [Role.CLIENT]
    height = TOP + len(senders) * HEIGHT + (len(senders) - 1) * BETWEEN + 90
    svg = Svg(WIDTH, height, title_of(c, "Time-sequence graph"), c.verdict)
    for number, sender in enumerate(senders):
        _direction(svg, c, sender, TOP + number * (HEIGHT + BETWEEN))
    for row, entries in enumerate(LEGEND):
        legend(svg, height - 28 + 18 * row, entries)
    return svg


def _direction(svg: Svg, c: Connection, sender: Role, top: float) -> None:
    segments = c.segments or []
    own = [s for s in segments if s.sender is sender]
    heard = [s for s in segments if s.sender is not sender and s.ack is not None and "R" not in s.flags]
    highest = max([1, *(s.seq + s.length for s in own), *(s.ack or 0 for s in heard)])
    edges = [(s.offset, min((s.ack or 0) + s.window, 2 * highest)) for s in heard]
    # An edge far above shows nothing of the rest: the panel goes up to it only where it is near.
    near = max([edge for _, edge in edges if edge <= 1.3 * highest], default=highest)
    panel = Panel(svg, top, HEIGHT, c.duration, max(highest, near))
    peer = "server" if sender is Role.CLIENT else "client"
    panel.axes(f"{sender} to {peer}", "relative sequence number (octets)", whole=True)
    panel.steps([(s.offset, s.ack or 0) for s in heard], "l thin ink")
    panel.steps([(at, min(edge, panel.value)) for at, edge in edges], "l thin dash ink")
    _sacked(panel, c, sender)
    told = fates(c, segments)
    marks = Marks(svg)
    for s, fate in zip(segments, told, strict=True):
        if s.sender is sender and (s.length or set("SF") & set(s.flags)):
            kind = "l fat bad pk" if fate.repeat_of or fate.lost else f"l fat {sender} pk"
            x = panel.x(s.offset)
            marks.add(kind, s.packet, x, panel.y(s.seq + max(s.length, 1)), panel.y(s.seq))
            if fate.lost:
                y = panel.y(s.seq + s.length / 2)
                svg.add("path", class_="l bad", d=f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8")
    marks.finish()


def _sacked(panel: Panel, c: Connection, sender: Role) -> None:
    """The blocks the receiver reported, where it reported them."""
    isn = c.client_isn if sender is Role.CLIENT else c.server_isn
    marks = Marks(panel.svg)
    for s in c.segments or ():
        if s.sender is not sender and s.ack is not None:
            for left, right in sack_blocks(s.options, isn, s.ack):
                if right <= panel.value:
                    marks.add("l st-est fat pk", s.packet, panel.x(s.offset) + 3, panel.y(right), panel.y(left))
    marks.finish()
