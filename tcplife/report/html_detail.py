"""One connection of the page: its pictures and what is said of it.

In: a Connection analysed with segments. Out: a Detail, whose pictures are finished SVG and whose words are plain text
(the template escapes them).
"""

from __future__ import annotations

from dataclasses import dataclass

from . import words
from .block import _groups, wireshark_filter
from .ladder import ladder
from .ladder_svg import drawn
from .paint import safe
from .plots import KINDS, plot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.connection import Connection

RUNGS: Final = 150
PACKETS: Final = 40
PICTURES: Final = {
    "states": "States over time",
    "ladder": "Ladder",
    "time-sequence": "Time-sequence graph",
    "rtt": "Round trips",
    "window": "Windows",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Anomalies of one kind and sender."""

    severity: str
    text: str
    packets: list[int]
    more: int
    filter: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What the template shows. pictures: (name, title, SVG)."""

    index: int
    headline: str
    summary: str
    verdict: str
    notes: list[str]
    filter: str
    findings: list[Finding]
    pictures: list[tuple[str, str, str]]

    @property
    def size(self) -> int:
        """Characters of the pictures."""
        return sum(len(picture) for *_, picture in self.pictures)


def detail(c: Connection) -> Detail:
    """Everything about one connection."""
    pictures = []
    for name, title in PICTURES.items():
        svg = plot(name, c) if name in KINDS else drawn(ladder(c, bound=RUNGS))
        pictures.append((name, title, "\n".join(svg.lines(alone=False))))
    packets = words.counted(c.client_stats.packets + c.server_stats.packets, "packet")
    octets = f"{words.octets(c.client_stats.unique_bytes)} there, {words.octets(c.server_stats.unique_bytes)} back"
    return Detail(
        c.index,
        f"#{c.index}  {c.client} → {c.server}",
        f"{words.span(c.end_ns - c.start_ns)}, {packets} ({c.first_packet} to {c.last_packet}), {octets}",
        safe(c.verdict),
        _notes(c),
        _filter(c),
        _findings(c),
        pictures,
    )


def _notes(c: Connection) -> list[str]:
    notes = [f"inside {safe(c.tunnel)}"] if c.tunnel else []
    if c.client_basis is not None:
        notes.append(f"who is the client is a guess: {safe(c.client_basis)}")
    if c.left_early:
        notes.append(f"reported before its end: {safe(c.left_early)}")
    if c.anomalies_omitted:
        notes.append(f"{c.anomalies_omitted:,} further anomalies were not kept")
    return notes


def _filter(c: Connection) -> str:
    """The display filter of the whole connection; its frames, too, as ports come again."""
    ip = "ipv6" if c.ip_version == 6 else "ip"
    ends = f"{ip}.addr == {c.client.ip} && {ip}.addr == {c.server.ip}"
    ports = f"tcp.port == {c.client.port} && tcp.port == {c.server.port}"
    return f"{ends} && {ports} && frame.number >= {c.first_packet} && frame.number <= {c.last_packet}"


def _findings(c: Connection) -> list[Finding]:
    found = []
    for (severity, name, role, guess), packets in _groups(c):
        unique = list(dict.fromkeys(packets))
        text = f"{name.replace('_', ' ')}, sent by the {role}" + (
            f", {len(packets):,} times" if len(packets) > 1 else ""
        )
        text += " (a guess)" if guess else ""
        more = max(len(unique) - PACKETS, 0)
        found.append(Finding(severity.word, text, unique[:PACKETS], more, wireshark_filter(packets)))
    return found
