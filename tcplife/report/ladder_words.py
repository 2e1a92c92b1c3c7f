"""What is written beside the arrows of a ladder, the same in every format.

In: items of `ladder`. Out: short text, printable.
"""

from __future__ import annotations

from . import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from ..model.values import SegmentLine
    from .ladder import Aside, Fold, Ladder, Skip, Step

NUMBERED: Final = frozenset("SFR")
"""Flags whose segments show a number even without octets."""


def full(s: SegmentLine) -> str:
    """As tcpdump says it: P. seq 1:152 ack 1 win 64512 length 151."""
    return f"{_spelled(s)} win {s.window} length {s.length}"


def usual(s: SegmentLine) -> str:
    """Without the window: P. seq 1:152 ack 1 len 151."""
    return _spelled(s) + (f" len {s.length}" if s.length else "")


def short(s: SegmentLine) -> str:
    """As older tcpdumps said it: P. 1:152(151) ack 1."""
    text = s.flags
    if s.length:
        text += f" {s.seq}:{s.seq + s.length}({s.length})"
    elif NUMBERED & set(s.flags):
        text += f" {s.seq}"
    return text + ("" if s.ack is None else f" ack {s.ack}")


def _spelled(s: SegmentLine) -> str:
    text = s.flags
    if s.length or NUMBERED & set(s.flags):
        text += f" seq {s.seq}" + (f":{s.seq + s.length}" if s.length else "")
    return text + ("" if s.ack is None else f" ack {s.ack}")


LABELS: Final[tuple[Callable[[SegmentLine], str], ...]] = (full, usual, short)
"""From the longest to the shortest."""


def data_text(fold: Fold) -> str:
    """12 segments, 65,800 octets."""
    return f"{words.counted(fold.data, 'segment')}, {words.octets(fold.octets)}"


def acks_text(fold: Fold) -> str:
    """9 ACKs, up to 65801."""
    return f"{words.counted(fold.acks, 'ACK')}, up to {fold.ack}"


def aside_text(item: Aside) -> str:
    """What changed a state, where no segment of the connection did."""
    if item.packet is None:
        return f"2MSL over at {words.span(round(item.offset * 1e9))}"
    return f"packet {item.packet} {item.why}"


def skip_text(skip: Skip) -> str:
    """What a bounded drawing leaves out."""
    return f"{words.counted(skip.segments, 'segment')} not drawn ({words.octets(skip.octets)})"


def step_text(step: Step) -> str:
    """A state with its mark, as in TIME_WAIT?."""
    return step.state + step.mark


def legend(drawing: Ladder) -> list[str]:
    """What the marks mean, as far as they occur."""
    marks = {step.mark for item in drawing.items for step in (*_side(item, "client"), *_side(item, "server"))}
    dashed = any(fate.lost or fate.repeat_of for item in drawing.items if (fate := getattr(item, "fate", None)))
    lines = []
    if "?" in marks:
        lines.append("? tentative: the segment passed, and nothing later confirms that it arrived")
    if "*" in marks:
        lines.append("* not in the capture; what follows proves it")
    if dashed:
        lines.append("dashed: sent again; with a cross: lost after the capture point")
    return lines


def _side(item: object, role: str) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = getattr(item, role, ())
    return steps
