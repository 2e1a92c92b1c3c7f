"""Command lines that say plainly what they want: `tcplife analyze FILE...` with plain options.

click takes a third of the time in which a small capture is analysed, to be imported and to make a parser. In: the words.
Out: what click would have made of them; None for all that it has to look at: other options, joined or mistyped ones, help,
defaults of a folder. tests/cli/test_straight.py holds both equal.
"""

from __future__ import annotations

from ..model.totals import DEFAULT_MAX_CLOSED
from ..report.base import FORMATS
from .defaults import any_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

UNASKED: Final[dict[str, Any]] = {
    "form": "text",
    "segments": False,
    "order": "",
    "top": None,
    "view": "auto",
    "fail_on": None,
    "absolute": False,
    "fields": None,
    "bpf": None,
    "follow": False,
    "checkpoint": None,
    "checkpoint_every": 60.0,
    "finish": False,
    "jobs": 1,
    "cluster": None,
    "connection": (),
    "host": (),
    "port": (),
    "state": (),
    "anomaly": (),
    "severity": None,
    "filter_text": None,
    "count": None,
    "msl": 120.0,
    "checksums": False,
    "max_connections": None,
    "max_closed": DEFAULT_MAX_CLOSED,
    "idle_timeout": None,
    "utc": False,
    "colour": "auto",
    "output": None,
    "quiet": False,
    "verbose": 0,
}
"""What `tcplife analyze` is given where nothing was asked for, by the names of `cli.analyze`."""

FLAGS: Final = {
    "--segments": "segments",
    "--absolute": "absolute",
    "-S": "absolute",
    "--checksums": "checksums",
    "--utc": "utc",
    "--quiet": "quiet",
    "-q": "quiet",
}
SEVERITIES: Final = ("info", "warning", "error")
VIEWS: Final = ("auto", "blocks", "table", "lines")
COLOURS: Final = ("auto", "always", "never")
CHOICES: Final = {
    "--format": ("form", FORMATS),
    "--view": ("view", VIEWS),
    "--color": ("colour", COLOURS),
    "--fail-on": ("fail_on", SEVERITIES),
    "--severity": ("severity", SEVERITIES),
}


def understood(words: list[str]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """(the captures, what is given besides) that these words after `analyze` mean; None where click has to look."""
    given = dict(UNASKED)
    captures = []
    rest = iter(words)
    for word in rest:
        if word[:1] != "-" or word == "-":
            captures.append(word)
        elif word in FLAGS:
            given[FLAGS[word]] = True
        elif word in CHOICES:
            name, choices = CHOICES[word]
            value = next(rest, None)
            if value not in choices:
                return None
            given[name] = value
        else:
            return None
    return (tuple(captures), given) if captures and not any_here() else None
