"""One connection as a block of lines that a person reads in five seconds.

In: a Connection. Out: lines: who and how long; the verdict; both endpoints' lives side by side, packet by packet;
what each sent; what went wrong, with the display filter that shows it in Wireshark.
"""

from __future__ import annotations

from collections import defaultdict

from ..model.catalogue import KINDS
from ..model.connection import ANOMALY_WIDTH
from ..model.names import ROLES, Severity
from . import history, words
from .paint import folded, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.connection import Connection, SideStats
    from .paint import Paint

MARGIN: Final = "    "
PACKET: Final = 8
TIME: Final = 12
STATE: Final = 14
LANE: Final = 27
LABEL: Final = PACKET + TIME + 2
SHOWN_PACKETS: Final = 12
FILTERED_PACKETS: Final = 100
TIME_PARTS: Final = (
    ("handshake_ms", "handshake"),
    ("client_ms", "client"),
    ("server_ms", "server"),
    ("network_ms", "network"),
    ("receiver_window_ms", "closed window"),
    ("loss_recovery_ms", "loss recovery"),
    ("idle_ms", "idle"),
    ("closing_ms", "closing"),
)
CLOSE_WORDS: Final = {
    "three_segment": "closed in three segments",
    "four_segment": "closed in four segments",
    "half_close": "half-closed, then closed",
    "simultaneous": "closed by both at once",
    "reset": "reset",
    "refused": "refused",
    "unreachable": "unreachable (ICMP error)",
    "unanswered": "never answered",
    "timed_out": "given up after silence",
}
BY_ONE: Final = {"reset", "refused"}
SEVERITY_STYLE: Final = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.ERROR: "bold red"}


class Block:
    """Draws connections; width 0 folds nothing."""

    def __init__(self, paint: Paint, *, width: int = 0, utc: bool = False) -> None:
        self._paint = paint
        self._width = width
        self._utc = utc

    def lines(self, c: Connection) -> list[str]:
        """The whole block, without an empty line after it."""
        return [
            *self._headline(c),
            *folded(safe(c.verdict) or _bare_verdict(c), self._width, MARGIN),
            "",
            *self._history(c),
            *self._sides(c),
            *self._facts(c),
            *self._anomalies(c),
        ]

    def _headline(self, c: Connection) -> list[str]:
        left = f"#{c.index}  {c.client} → {c.server}"
        packets = words.counted(c.client_stats.packets + c.server_stats.packets, "packet")
        right = f"{words.span(c.end_ns - c.start_ns)}, {packets}"
        width = self._width or 80
        gap = width - len(left) - len(right)
        head = self._paint("bold", left)
        lines = [head + " " * gap + right] if gap > 1 else [head, MARGIN + right]
        if c.tunnel:
            lines.append(f"{MARGIN}inside {safe(c.tunnel)}")
        if c.client_basis is not None:
            lines += folded(f"who is the client is a guess: {safe(c.client_basis)}", self._width, MARGIN)
        return lines

    def _history(self, c: Connection) -> list[str]:
        paint = self._paint
        head = f"{'packet':>{PACKET}}{'time':>{TIME}}  {'client':<{LANE}}server"
        first = history.first_states(c)
        lines = [paint("dim", head), f"{'':{LABEL}}{first['client']:<{LANE}}{first['server']}"]
        rows = history.rows(c)
        shown: int | None = -1
        for number, row in enumerate(rows):
            mark = "" if row.packet == shown and not row.timer else "2MSL" if row.timer else str(row.packet or "?")
            when = "" if row.packet == shown and not row.timer else f"{row.offset_ns / 1e9:.6f}"
            shown = row.packet
            lanes = [self._lane(row.client, rows, number, "client"), self._lane(row.server, rows, number, "server")]
            lines.append(f"{mark:>{PACKET}}{when:>{TIME}}  {lanes[0]}{lanes[1]}")
        if any(stay.implied for row in rows for stay in (row.client, row.server) if stay):
            lines.append(paint("dim", f"{'':{LABEL}}* not in the capture; what follows proves it"))
        return lines

    def _lane(self, stay: history.Stay | None, rows: list[history.Row], number: int, role: str) -> str:
        """A state and how long it lasted, or a line down to the next one."""
        if stay is None:
            open_ended = any(getattr(row, role) for row in rows[number + 1 :])
            return self._paint("dim", "│" if open_ended else "") + " " * (LANE - open_ended)
        name = f"{stay.state}{'*' if stay.implied else ''}"
        length = words.span(stay.ns) if stay.ns >= 0 else ""
        text = f"{name:<{STATE}}{length:>9}"
        style = "bold" if stay.ns < 0 else ""
        return self._paint(style, name) + f"{text[len(name) :]:<{LANE - len(name)}}"

    def _sides(self, c: Connection) -> list[str]:
        """What each endpoint sent, under its lane."""
        pairs = [("final", str(c.final["client"]), str(c.final["server"]))]
        pairs.append(("sent", _sent(c.client_stats), _sent(c.server_stats)))
        both = (c.client_stats, c.server_stats)
        if any(side.retransmitted_packets for side in both):
            pairs.append(("again", _again(both[0]), _again(both[1])))
        if any(side.unacked_bytes and side.packets for side in both):
            pairs.append(("never acked", words.octets(both[0].unacked_bytes), words.octets(both[1].unacked_bytes)))
        if any(side.unseen_bytes for side in both):
            pairs.append(("not captured", words.octets(both[0].unseen_bytes), words.octets(both[1].unseen_bytes)))
        if any(side.rtt_samples for side in both):
            pairs.append(("round trip", _round_trip(both[0]), _round_trip(both[1])))
        if any(side.syns for side in both):
            pairs.append(("options", _options(both[0]), _options(both[1])))
        lines = []
        for label, client, server in pairs:
            style = "bold" if label == "final" else ""
            left = self._paint(style, client) + " " * max(LANE - len(client), 1)
            lines.append(f"{self._paint('dim', f'{label:>{LABEL - 2}}')}  {left}{self._paint(style, server)}")
        return lines

    def _facts(self, c: Connection) -> list[str]:
        judged = c.judged or {}
        facts = [] if c.verdict else [f"opened {_opened(c, judged)}", _closed(c)]
        if c.verdict and c.handshake_ns >= 0:
            facts.append(f"handshake {words.span(c.handshake_ns)}")
        split = _time_split(judged.get("time_split"))
        if split:
            facts.append(f"time: {split}")
        if c.left_early is not None:
            facts.append(f"reported before its end: {safe(c.left_early)}")
        lines = folded(" · ".join(facts), self._width, MARGIN) if facts else []
        begun = words.date_and_time(c.start_ns, utc=self._utc)
        return [*lines, f"{MARGIN}{self._paint('dim', f'began {begun}, packets {c.first_packet} to {c.last_packet}')}"]

    def _anomalies(self, c: Connection) -> list[str]:
        lines: list[str] = []
        for (severity, name, role, guess), packets in _groups(c):
            told = f"{name} (a guess)" if guess else name
            times = f" ×{len(packets)}" if len(packets) > 1 else ""  # noqa: RUF001 - meant as it stands
            text = f"{told}{times}, {role}: {_packet_list(packets)}"
            group = folded(text, self._width, " " * 15, f"{severity.word:>9}  ")
            group[0] = self._paint(SEVERITY_STYLE[severity], group[0][:9]) + group[0][9:]
            lines += group
            lines.append(self._paint("dim", f"{'':11}Wireshark: {wireshark_filter(packets)}"))
        if c.anomalies_omitted:
            lines.append(f"{'':11}and {c.anomalies_omitted:,} more that were not kept")
        return lines


def _groups(c: Connection) -> list[tuple[tuple[Severity, str, str, bool], list[int]]]:
    """Anomalies by (severity, kind, sender, guessed or not) with their packets, the worst first."""
    rows = c.anomaly_rows or ()
    groups: dict[tuple[Severity, str, str, bool], list[int]] = defaultdict(list)
    for at in range(0, len(rows), ANOMALY_WIDTH):
        kind = KINDS[rows[at + 1] >> 1]
        groups[kind.severity, kind.name, str(ROLES[rows[at + 1] & 1]), kind.guess].append(rows[at])
    return sorted(groups.items(), key=lambda group: (-group[0][0], group[1][0]))


def _packet_list(packets: list[int]) -> str:
    shown = ", ".join(str(packet) for packet in packets[:SHOWN_PACKETS])
    more = len(packets) - SHOWN_PACKETS
    noun = "packet" if len(packets) == 1 else "packets"
    return f"{noun} {shown}" + (f" and {more:,} more" if more > 0 else "")


def wireshark_filter(packets: list[int]) -> str:
    """The display filter that shows these packets (the first hundred of them), as Wireshark 4 reads it."""
    unique = list(dict.fromkeys(packets))
    if len(unique) == 1:
        return f"frame.number == {unique[0]}"
    return f"frame.number in {{{','.join(str(packet) for packet in unique[:FILTERED_PACKETS])}}}"


def _bare_verdict(c: Connection) -> str:
    """What can be said without a verdict."""
    return CLOSE_WORDS.get(c.close_kind or "", c.close_kind or "still open").capitalize() + "."


def _sent(side: SideStats) -> str:
    if not side.packets:
        return "nothing"
    return f"{words.octets(side.unique_bytes)}, {words.counted(side.packets, 'packet')}"


def _again(side: SideStats) -> str:
    if not side.retransmitted_packets:
        return "0"
    return f"{words.counted(side.retransmitted_packets, 'packet')}, {words.octets(side.retransmitted_bytes)}"


def _round_trip(side: SideStats) -> str:
    if not side.rtt_samples:
        return "-"
    low, high = words.span(side.rtt_min_ns), words.span(side.rtt_max_ns)
    if low == high:
        return low
    if low.split()[-1] == high.split()[-1]:
        return f"{low.split()[0]} to {high}"
    return f"{low} to {high}"


def _options(side: SideStats) -> str:
    parts = []
    if side.mss >= 0:
        parts.append(f"mss {side.mss}")
    if side.wscale >= 0:
        parts.append(f"scale {side.wscale}")
    words_there = (("sack", side.sack_ok), ("ts", side.timestamps), ("tfo", side.tfo >= 0), ("mptcp", side.mptcp))
    parts += [word for word, there in words_there if there]
    return " ".join(parts) or "none"


def _opened(c: Connection, judged: dict[str, Any]) -> str:
    who = judged.get("opened_by") or (None if c.client_basis is not None else "client")
    text = f"by the {who}" if who in ("client", "server") else safe(str(who)) if who else "before the capture began"
    return text + (f", handshake {words.span(c.handshake_ns)}" if c.handshake_ns >= 0 else "")


def _closed(c: Connection) -> str:
    close = c.close
    if close is None:
        return "not closed"
    text = CLOSE_WORDS.get(close.kind, close.kind.replace("_", " "))
    if close.initiator:
        text += f" by the {close.initiator}" if close.kind in BY_ONE else f", {close.initiator} first"
    return text + (f" (packet {close.packet})" if close.packet else "")


def _time_split(split: object) -> str:
    """Where the time went: the parts of at least one percent, the greatest first."""
    if not isinstance(split, dict):
        return ""
    total = sum(value for value in split.values() if isinstance(value, (int, float)))
    if total <= 0:
        return ""
    parts = [(split.get(key) or 0, word) for key, word in TIME_PARTS]
    shown = [
        f"{word} {100 * value / total:.0f}%" for value, word in sorted(parts, reverse=True) if value / total >= 0.01
    ]
    return ", ".join(shown[:4])
