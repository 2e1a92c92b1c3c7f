"""Events as lines: what `tcplife watch` prints where there is no screen to draw on.

In: Happenings and finished Connections. Out: one line each, handed on at once.
"""

from __future__ import annotations

from . import words
from .paint import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.names import Severity
    from ..model.watching import Happening
    from .base import Output
    from .paint import Paint

STYLES = {1: "", 2: "yellow", 3: "red"}
"""By severity."""


def happening_line(event: Happening, *, utc: bool, decimals: int = 6) -> str:
    """Return one event: time of day, connection, who to whom, what."""
    head = f"{words.clock(event.ts_ns, utc=utc, decimals=decimals)}  #{event.index}  {event.client} → {event.server}  "
    if event.what == "opened":
        return f"{head}first packet ({event.packet})"
    if event.what == "moved":
        return f"{head}{event.endpoint} {event.from_state} → {event.to_state} (packet {event.packet})"
    grade = event.severity.word if event.severity is not None else ""
    return f"{head}{grade}: {event.name} by the {event.endpoint} (packet {event.packet})"


def finished_line(c: Connection, *, utc: bool, decimals: int = 6) -> str:
    """Return what a connection was, in one line."""
    octets = words.octets(c.client_stats.unique_bytes + c.server_stats.unique_bytes)
    lasted = words.span(c.end_ns - c.start_ns)
    left = f" [{safe(c.left_early)}]" if c.left_early is not None else ""
    head = f"{words.clock(c.end_ns, utc=utc, decimals=decimals)}  #{c.index}  {c.client} → {c.server}"
    return f"{head}  {lasted}, {octets}: {safe(c.verdict)}{left}"


class EventLines:
    """Writes every event as a line. least: anomalies below this severity are left out."""

    def __init__(self, output: Output, paint: Paint, *, utc: bool, least: Severity) -> None:
        self._output = output
        self._paint = paint
        self._utc = utc
        self._least = least

    def happenings(self, events: list[Happening]) -> None:
        """Write what happened."""
        lines = []
        for event in events:
            if event.severity is not None and event.severity < self._least:
                continue
            style = STYLES[event.severity] if event.severity is not None else ""
            lines.append(self._paint(style, happening_line(event, utc=self._utc)))
        self._write(lines)

    def finished(self, connections: list[Connection]) -> None:
        """Write what the connections that left the table were."""
        self._write([self._paint("bold", finished_line(c, utc=self._utc)) for c in connections])

    def _write(self, lines: list[str]) -> None:
        if lines:
            self._output.write(self._paint.encoded(lines))
            self._output.flush()
