"""What the commands that draw have in common: how they analyse, what they say at the end."""

from __future__ import annotations

import click

from ..errors import Exit
from .run import options_of, tell
from .select import selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from ..model.totals import Options
    from .run import Outcome
    from .select import Selection

CHOOSING: Final = ("connection", "host", "port", "state", "anomaly", "severity", "filter_text")


def chosen(given: dict[str, Any]) -> Selection:
    """The connections the options choose. Raises: UsageError."""
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name

    return selection(**{name: given[name] for name in CHOOSING})


def analysis_of(given: dict[str, Any], *, live: bool = False) -> Options:
    """Options that keep the segments, which every picture is made of."""
    return options_of(given, segments=True, details=True, live=live)


def ended(outcome: Outcome, *, verbose: int = 0, quiet: bool = False) -> int:
    """Say what is to be said on standard error; returns the exit code."""
    tell(outcome.totals, verbose=verbose)
    if not outcome.selected and not quiet:
        click.echo(f"tcplife: none of {outcome.totals.connections:,} connections was selected", err=True)
    return Exit(outcome.code)
