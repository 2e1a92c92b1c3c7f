"""Lives that nobody planned: figures drawn by chance, near enough to TCP that every guard has work.

Both sides keep their numbers most of the time; now and then a segment is repeated, early, late, beside the window,
acknowledges what was never sent, or carries flags that nobody sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from .figure import SIDES

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

USUAL: Final = ("ack", "ack", "data", "data", "fin", "again")
RARE: Final = ("syn", "syn_ack", "rst", "rst_ack", "early", "old", "beyond", "probe", "none", "icmp", "new_syn", "both")
GAPS_MS: Final = (10, 10, 10, 0.01, 0.5, 1, 60, 250, 1100, 70_000, 250_000)
BACK: Final = {">": "<", "<": ">"}
OPENINGS: Final[tuple[list[str], ...]] = (
    ["> S 0", "< S. 0 ack 1", "> . 1 ack 1"],
    ["> S 0", "< S. 0 ack 1"],
    ["> S 0", "< S 0 +1"],
    ["> S 0 len 20 tfo", "< S. 0 ack 21"],
    ["> S 0"],
    ["< S. 0 ack 1"],
    [],
)


class Talk:
    """Where both sides are: the next number of each, and what it has of the other."""

    def __init__(self, lines: list[str], *, stamped: bool) -> None:
        self.next = {">": 1, "<": 1}
        self.stamped = stamped
        self.ms = 0.0
        self.clock = {">": 0, "<": 0}
        self.lines: list[str] = []
        for line in lines:
            self.say(line, 10)
            if "len" in line:
                self.next[">"] = 21

    def say(self, line: str, gap_ms: float) -> None:
        """Add a segment; its timestamp is the time, its echo the latest of the other side."""
        self.ms += gap_ms
        way = line[0]
        if self.stamped and "icmp" not in line:
            self.clock[way] = max(self.clock[way], int(self.ms) + 1)
            line = f"{line} ts {self.clock[way]} {self.clock[BACK[way]]}"
        self.lines.append(f"{line} +{gap_ms}" if "+" not in line else line)

    def segment(self, kind: str, way: str, size: int) -> str:
        """Return one segment in words; numbers move on with what takes part in the stream."""
        seq, ack = self.next[way], self.next[BACK[way]]
        if kind == "again":
            own = [line for line in self.lines if line.startswith(way) and "icmp" not in line]
            return own[-1 - size % len(own)].split(" ts ")[0].split(" +")[0] if own else f"{way} . {seq} ack {ack}"
        if kind in ("data", "fin", "both"):
            octets = 0 if kind == "fin" else size
            self.next[way] += octets + (kind != "data")
            return f"{way} {'P.' if kind == 'data' else 'F.'} {seq} ack {ack} len {octets}"
        if kind in ("syn", "syn_ack", "new_syn"):
            first = 9_000_000 + size if kind == "new_syn" else 0
            return f"{way} S {first}" if kind != "syn_ack" else f"{way} S. 0 ack {max(ack - size % 2, 1)}"
        return {
            "ack": f"{way} . {seq} ack {ack}",
            "rst": f"{way} R {seq}",
            "rst_ack": f"{way} R. {seq} ack {ack}",
            "early": f"{way} P. {seq + size} ack {ack} len {size}",
            "old": f"{way} . {seq - size} ack {ack - size}",
            "beyond": f"{way} . {seq} ack {ack + size}",
            "probe": f"{way} . {seq - 1} ack {ack} len {size % 2}",
            "none": f"{way} - {seq}",
            "icmp": f"{way} icmp 3.1"
            if any(line.startswith(way) for line in self.lines)
            else f"{way} . {seq} ack {ack}",
        }[kind]


@st.composite
def lives(draw: DrawFn, *, kinds: tuple[str, ...] = USUAL * 4 + RARE, gaps: tuple[float, ...] = GAPS_MS) -> str:
    """Draw a figure of up to 30 segments; its states are not looked at."""
    talk = Talk(draw(st.sampled_from(OPENINGS)), stamped=draw(st.booleans()))
    for _ in range(draw(st.integers(1, 25))):
        way = draw(st.sampled_from(SIDES))
        line = talk.segment(draw(st.sampled_from(kinds)), way, draw(st.integers(1, 1500)))
        talk.say(line, draw(st.sampled_from(gaps)))
    return "client segment server\n" + "\n".join(f"... {line} ..." for line in talk.lines)
