"""`tcplife explain`: what a word of the reports means, from the data the analysis itself runs on."""

from __future__ import annotations

import sys

import click

from ..errors import UsageError
from .run import wants_colour, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..report.glossary import Entry, Glossary
    from ..report.paint import Paint

ZEEK = "base/protocols/conn"
TOPICS = "states, transitions, events, closes, anomalies, bases, exits"


@click.command(short_help="What a word of the reports means.")
@click.argument("words", nargs=-1, metavar="[WORD]...")
def explain(words: tuple[str, ...]) -> None:
    """Explain a state, a transition (FIN_WAIT_1->FIN_WAIT_2), an event, a way to end, an anomaly, an exit code.

    Without a word: what there is to ask for.
    """
    from ..report.paint import Paint

    glossary = _glossary()
    terminal = sys.stdout.isatty()
    paint = Paint(colour=wants_colour("auto", terminal=terminal))
    width = width_of(terminal=terminal)
    if not words:
        click.echo(f"Ask for a word of a report, or for a list: {TOPICS}.")
        return
    asked = " ".join(words)
    found = glossary.find(asked) or [entry for word in words for entry in _known(glossary, word)]
    lines: list[str] = []
    for entry in found:
        lines += [*_lines(entry, paint, width), ""]
    click.echo(paint.encoded(lines[:-1]), nl=False)


def _glossary() -> Glossary:
    """All words, with every room that owns some imported."""
    from .. import pipeline  # noqa: F401 - its rooms publish kinds and transitions
    from ..report.glossary import Glossary
    from ..summary.zeek_words import CONN_STATES

    return Glossary({word: ("a conn_state of Zeek", text, ZEEK) for word, text in CONN_STATES.items()})


def _known(glossary: Glossary, word: str) -> list[Entry]:
    """Entries of one word. Raises: UsageError with suggestions."""
    from ..report.glossary import Entry
    from ..summary.zeek_words import explain_history, is_history

    found = glossary.find(word)
    if found:
        return found
    if is_history(word) and (len(word) == 1 or len(set(word)) > 1):
        lines = tuple(f"{letter:<4}{text}" for letter, text in explain_history(word))
        return [Entry(word, "a history of Zeek", "Letter by letter:", ZEEK, (("", lines),))]
    near = glossary.suggestions(word)
    hint = f"; did you mean {', '.join(near)}?" if near else f"; lists: {TOPICS}"
    raise UsageError(f"nothing to explain for {word!r}{hint}")


def _lines(entry: Entry, paint: Paint, width: int) -> list[str]:
    from ..report.paint import folded

    source = f" ({entry.source})" if entry.source else ""
    lines = [paint("bold", entry.title) + f", {entry.about}{source}"]
    lines += folded(entry.text, width, "    ")
    for title, rows in entry.more:
        if title:
            lines.append(paint("dim", f"  {title}"))
        for row in rows:
            lines += folded(row, 0, "    ") if not width else _hanging(row, width)
    return lines


def _hanging(row: str, width: int) -> list[str]:
    """One row of a list; what does not fit goes on below, indented."""
    if len(row) + 4 <= width:
        return [f"    {row}"]
    cut = row.rfind(" ", 0, width - 4)
    return [f"    {row[:cut]}", *_hanging(f"    {row[cut + 1 :]}", width)] if cut > 20 else [f"    {row}"]
