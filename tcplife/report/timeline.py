"""One line per segment of a connection, with both endpoints' states beside it where they change.

In: a Connection analysed with `segments` and `details`. Out: lines: number, offset, both states, direction, then what
tcpdump would say (flags, relative seq and ack, window, options, length), what the first octets say, the anomalies.
"""

from __future__ import annotations

from ..model.catalogue import KINDS
from ..model.names import ACK, M32, SYN, Role
from .block import SEVERITY_STYLE
from .paint import safe
from .payload import PayloadWords
from .tcp_options import options_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection
    from ..model.values import SegmentLine
    from .paint import Paint

PACKET: Final = 7
TIME: Final = 11
STATE: Final = 12
FOLD: Final = 24
"""Where a line goes on below, if the terminal is too narrow for it: under the states."""
ROOMY: Final = 140
"""Columns from which on the timestamps option is told, which every segment carries and few people read."""
HARMLESS: Final = frozenset({"nop", "eol"})
ALWAYS_SEQ: Final = frozenset("SFR")


class Timeline:
    """Draws connections segment by segment. width: 0 folds nothing. absolute: numbers as on the wire, where known."""

    def __init__(self, paint: Paint, *, width: int = 0, absolute: bool = False) -> None:
        self._paint = paint
        self._width = width
        self._absolute = absolute

    def lines(self, c: Connection) -> list[str]:
        """The headline, the columns' names, and every segment."""
        paint = self._paint
        head = f"#{c.index}  {c.client} → {c.server}"
        names = f"{'packet':>{PACKET}}{'time':>{TIME}}  {'client':<{STATE}}   {'server':<{STATE}}  segment"
        lines = [paint("bold", head), paint("dim", names)]
        lines += self.segment_lines(c)
        return lines

    def segment_lines(self, c: Connection) -> list[str]:
        """Every segment; one line each, folded where the terminal is narrow."""
        severities = {kind.name: kind.severity for kind in KINDS}
        payloads = PayloadWords()
        first = (c.client_isn, c.server_isn)
        before = ("", "")
        lines: list[str] = []
        for segment in c.segments or ():
            states = (str(segment.client_state), str(segment.server_state))
            client, server = (now if now != old else "" for now, old in zip(states, before, strict=True))
            before = states
            arrow = "→" if segment.sender is Role.CLIENT else "←"
            left = (
                f"{segment.packet:>{PACKET}}{segment.offset:>{TIME}.6f}  {client:<{STATE}} {arrow} {server:<{STATE}}  "
            )
            own, peer = first if segment.sender is Role.CLIENT else first[::-1]
            text = segment_text(segment, own, peer, absolute=self._absolute, stamps=not 0 < self._width < ROOMY)
            words = payloads.say(segment.payload) if segment.payload else ""
            text += f" · {words}" if words else ""
            marks = [(SEVERITY_STYLE[severities[kind]], f"[{kind}]") for kind in segment.anomalies]
            lines += self._folded(left, safe(text), marks)
        return lines

    def _folded(self, left: str, text: str, marks: list[tuple[str, str]]) -> list[str]:
        """The line, or several where the terminal is narrow. marks: (style, text)."""
        lines = [left]
        shown = len(left)
        words = [("", word) for word in text.split(" ")] + marks
        for style, word in words:
            if self._width and shown + len(word) > self._width and shown > FOLD:
                lines.append(" " * FOLD)
                shown = FOLD
            lines[-1] += f"{self._paint(style, word)} "
            shown += len(word) + 1
        return [line.rstrip() for line in lines]


def segment_text(s: SegmentLine, own: int, peer: int, *, absolute: bool, stamps: bool = True) -> str:
    """A segment as tcpdump tells it, without addresses.

    own, peer: initial sequence numbers of its sender and of the other side, -1 unknown. absolute: numbers as on the
    wire. stamps: tell the timestamps option, too, and a length of zero.
    """
    seq, ack, base = s.seq, s.ack, max(peer, 0)
    if absolute:
        base = 0
        seq = seq + max(own, 0) & M32
        ack = None if ack is None else ack + max(peer, 0) & M32
    text = s.flags
    if s.length or ALWAYS_SEQ & set(s.flags):
        text += f" seq {seq}" + (f":{seq + s.length}" if s.length else "")
    if ack is not None:
        text += f" ack {ack}"
    flags = (SYN if "S" in s.flags else 0) | (ACK if "." in s.flags else 0)
    told, _ = options_text(s.options, len(s.options), flags, base)
    shown = ",".join(
        word for word in told.split(",") if word not in HARMLESS and (stamps or not word.startswith("TS val"))
    )
    text += f" win {s.window}" + (f" [{shown}]" if shown else "")
    return text + (f" length {s.length}" if s.length or stamps else "")
