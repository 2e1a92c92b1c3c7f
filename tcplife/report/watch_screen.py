"""The screen of `tcplife watch`: how it looks at one moment, for any size of terminal from some 40 columns on.

In: a Census, sums, recent events, what the user has set. Out: one rich Text per row of the terminal, none wider.
Knows no terminal and no keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Group
from rich.text import Text

from . import words
from .paint import clipped, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from ..model.names import State
    from ..model.watching import Census, Glimpse, Service

HELP: Final = "q quit  space pause  s sort  / filter  c closed ones too  ? help"
STATE_COLUMN: Final = 21
"""FIN_WAIT_2/CLOSE_WAIT; what is longer is clipped."""
FIXED: Final = 6 + 1 + 1 + 1 + STATE_COLUMN + 1 + 5 + 1 + 6 + 1 + 3
"""Columns of a row that are not addresses."""
EVENT_ROWS: Final = 5
ORDER_WORDS: Final = {
    "newest": "newest first",
    "oldest": "oldest first",
    "octets": "most octets first",
    "anomalies": "most anomalies first",
    "active": "latest active first",
    "idle": "longest idle first",
}
STYLES: Final = {1: "", 2: "yellow", 3: "red"}
STATE_STYLES: Final = {
    "ESTABLISHED": "green",
    "TIME_WAIT": "dim",
    "CLOSED": "dim",
    "SYN_RECEIVED": "yellow",
    "SYN_SENT": "yellow",
    "CLOSE_WAIT": "magenta",
}


@dataclass(slots=True)
class View:
    """What the user has set. typing: the filter is being typed."""

    order: str = "newest"
    words: str = ""
    closed: bool = False
    paused: bool = False
    help: bool = False
    typing: bool = False


@dataclass(slots=True)
class Sums:
    """What is told above the table; rates per second."""

    source: str = ""
    live: bool = False
    ended: bool = False
    packets: int = 0
    connections: int = 0
    packet_rate: float = 0.0
    octet_rate: float = 0.0
    connection_rate: float = 0.0
    clock: str = ""
    notes: list[str] = field(default_factory=list)


def draw(
    census: Census, sums: Sums, events: Sequence[tuple[int, str]], view: View, width: int, height: int, *, keys: bool
) -> Group:
    """Return the whole screen. events: (severity, line), the latest last. keys: whether there are any to speak of."""
    top = [_title(sums, view, width, keys=keys), _rates(sums, census, width)]
    top += [_states("client", census.clients), _states("server", census.servers)]
    top += [_flood(service) for service in census.services if service.flooded][:3]
    top += [Text(safe(note), style="red") for note in sums.notes[:2]]
    top += _services(census.services, height)
    below = _events(events, min(EVENT_ROWS, max(0, (height - len(top) - 4) // 3)))
    if view.help or view.typing or view.words:
        below.append(_prompt(view))
    room = height - len(top) - len(below) - 1
    rows = [_header(census, view, width)] + [
        _row(glimpse, census.now_ns, width) for glimpse in census.shown[: max(room, 0)]
    ]
    rows += [Text("")] * (height - len(top) - len(below) - len(rows))
    lines = (top + rows + below)[:height]
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return Group(*lines)


def rows_for(height: int) -> int:
    """Return how many connections a screen of this height can show at most."""
    return max(height - 5, 1)


def _title(sums: Sums, view: View, width: int, *, keys: bool) -> Text:
    state = "paused" if view.paused else "at its end" if sums.ended else "live" if sums.live else "reading"
    left = f" tcplife watch  {safe(sums.source)}  {state}, {ORDER_WORDS[view.order]}"
    right = f"{'? help  q quit  ' if keys else ''}{sums.clock} "
    gap = max(width - len(left) - len(right), 1)
    style = "black on yellow" if view.paused else "black on cyan"
    return Text((left + " " * gap + right)[:width], style=style)


def _rates(sums: Sums, census: Census, width: int) -> Text:
    """Return the sums: connections first, the rest as far as there is room."""
    rate = f"{sums.connection_rate:,.{int(sums.connection_rate < 10)}f}/s"
    text = Text(f"{sums.connections:,} connections {rate}", style="bold")
    more = (
        f"  {census.open:,} open, {census.count - census.open:,} closed",
        f"  {sums.packets:,} packets {sums.packet_rate:,.0f}/s",
        f"  {words.short_octets(round(sums.octet_rate))} octets/s",
    )
    for part in more:
        if len(text) + len(part) > width:
            break
        text.append(part, style="not bold")
    return text


def _states(who: str, states: dict[State, int]) -> Text:
    text = Text(f"{who}  ", style="bold")
    for state, count in sorted(states.items(), key=lambda item: -item[1]):
        text.append(f"{state} ", style=STATE_STYLES.get(str(state), ""))
        text.append(f"{count:,}  ")
    return text


def _services(services: tuple[Service, ...], height: int) -> list[Text]:
    shown = [service for service in services if not service.flooded][: max(1, (height - 12) // 6)]
    return [
        Text(
            f"{service.server}  half-open {service.half_open:,}  TIME_WAIT {service.time_wait:,}  of {service.total:,}",
            style="dim",
        )
        for service in shown
    ]


def _flood(service: Service) -> Text:
    line = f" SYN flood? {service.server}: {service.half_open:,} half-open, {service.established:,} established "
    return Text(line, style="bold white on red")


def _header(census: Census, view: View, width: int) -> Text:
    client, server = _address_columns(census.shown, width)
    head = f"{'#':>6} {'client':<{client}} {'server':<{server}} {'states':<{STATE_COLUMN}} "
    head += f"{'age':>5} {'octets':>6} {'!':>3}"
    more = f"  {census.matching:,} {'match' if view.words else 'in all'}" if width > len(head) + 12 else ""
    return Text(head + more, style="reverse")


def _row(glimpse: Glimpse, now_ns: int, width: int) -> Text:
    client, server = _address_columns((glimpse,), width)
    style = "dim" if glimpse.reported else ""
    text = Text(
        f"{glimpse.index:>6} {_fit(str(glimpse.client), client)} {_fit(str(glimpse.server), server)} ", style=style
    )
    both = str(glimpse.client_state)
    if glimpse.client_state != glimpse.server_state:
        both = f"{glimpse.client_state}/{glimpse.server_state}"
    colour = style or STATE_STYLES.get(str(glimpse.client_state), "")
    text.append(f"{clipped(both, STATE_COLUMN):<{STATE_COLUMN}} ", style=colour)
    text.append(f"{_age(now_ns - glimpse.start_ns):>5} {words.short_octets(glimpse.octets):>6} ", style=style)
    grade = STYLES.get(int(glimpse.worst), "") if glimpse.worst is not None else "dim"
    return text.append(f"{min(glimpse.anomalies, 999) or '':>3}", style=grade)


def _address_columns(shown: Sequence[Glimpse], width: int) -> tuple[int, int]:
    """Return the columns for client and server: half of what is left each, no more than the longest address needs."""
    del shown  # the same for every row, whatever it holds
    left = max(width - FIXED, 12)
    client = min((left + 1) // 2, 47)
    return client, min(left - client, 47)


def _fit(text: str, columns: int) -> str:
    """Return an address in so many columns; the port at its end matters most."""
    return f"{text:<{columns}}" if len(text) <= columns else "…" + text[len(text) - columns + 1 :]


def _age(ns: int) -> str:
    seconds = max(ns, 0) // 1_000_000_000
    if seconds < 100:
        return f"{max(ns, 0) / 1e9:.1f}s"
    if seconds < 6000:
        return f"{seconds // 60}m"
    return f"{seconds // 3600}h" if seconds < 360_000 else f"{seconds // 86400}d"


def _events(events: Sequence[tuple[int, str]], rows: int) -> list[Text]:
    if not rows:
        return []
    latest = list(events)[-rows:]
    return [Text(line, style=STYLES.get(severity, "")) for severity, line in latest]


def _prompt(view: View) -> Text:
    if view.typing:
        return Text(f"/{safe(view.words)}_  (enter: keep, escape: all)", style="bold")
    if view.help:
        return Text(HELP, style="bold")
    return Text(f"filter: {safe(view.words)}   (/ to change)", style="bold")
