"""Options that several commands share, each with one meaning everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..model.totals import DEFAULT_MAX_CLOSED
from . import straight

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

SEVERITIES = click.Choice(straight.SEVERITIES, case_sensitive=False)


def _all(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


captures_argument = click.argument(
    "captures",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(allow_dash=True),  # Tab completes files
)

follow_option = click.option(
    "--follow", is_flag=True, help="FILE is a directory: read its captures, and new ones as they appear, until Ctrl-C."
)

checkpoint_options = _all(
    click.option(
        "--checkpoint",
        metavar="FILE",
        help="Save the run in FILE, now and then and at the end, and go on from it next time: open connections "
        "stay open.",
    ),
    click.option(
        "--checkpoint-every",
        type=click.FloatRange(0.1),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How often to save.",
    ),
    click.option("--finish", is_flag=True, help="With --checkpoint: the last run; what is open is told, FILE removed."),
)

jobs_options = _all(
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(1, 256),
        default=1,
        metavar="N",
        help="Share the work out among N processes (with --cluster: workers); the answer stays the same.",
    ),
    click.option(
        "--cluster",
        metavar="[ADDRESS]",
        help="Share it out on Dask: the scheduler at ADDRESS (tcp://HOST:PORT), else workers on this machine.",
    ),
)

selection_options = _all(
    click.option(
        "--connection", "-n", type=click.IntRange(1), multiple=True, metavar="N", help="Only connection N (repeatable)."
    ),
    click.option(
        "--host", multiple=True, metavar="ADDRESS", help="Only connections of this address or network (10.0.0.0/8)."
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        multiple=True,
        metavar="PORT",
        help="Only connections with this port at either end.",
    ),
    click.option(
        "--state", multiple=True, metavar="STATE", help="Only connections with an endpoint left in this state."
    ),
    click.option("--anomaly", multiple=True, metavar="KIND", help="Only connections with an anomaly of this kind."),
    click.option("--severity", type=SEVERITIES, help="Only connections with an anomaly at least this bad."),
    click.option(
        "--filter",
        "filter_text",
        metavar="EXPR",
        help="Only connections for which this holds, as in policies of 'tcplife check'.",
    ),
)

analysis_options = _all(
    click.option("-c", "--count", type=click.IntRange(1), metavar="N", help="Stop after N records."),
    click.option(
        "--msl",
        type=click.FloatRange(0, 86_400, min_open=True),
        default=120.0,
        show_default=True,
        metavar="SECONDS",
        help="Maximum segment lifetime; TIME_WAIT lasts twice as long.",
    ),
    click.option("--checksums", is_flag=True, help="Judge TCP checksums (offloading makes them wrong in captures)."),
    click.option(
        "--max-connections",
        type=click.IntRange(1),
        metavar="N",
        help="Connections held at a time; beyond it the least recently active leaves, and is counted (default: by the"
        " machine's memory, 11,900 for each GiB, at least 10,000, at most 250,000).",
    ),
    click.option(
        "--max-closed",
        type=click.IntRange(0),
        default=DEFAULT_MAX_CLOSED,
        show_default=True,
        metavar="N",
        help="Ended connections held for late segments, for 2MSL at most; beyond it the first to end leaves.",
    ),
    click.option(
        "--idle-timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Connections silent for so long are reported and leave.",
    ),
)


bpf_option = click.option(
    "-f", "--bpf", metavar="FILTER", help="Only packets that match this tcpdump filter: -f 'host 10.0.0.1 and port 80'."
)

look_options = _all(
    click.option("--utc", is_flag=True, help="Times of day in UTC (default: local time; JSON is always UTC)."),
    click.option(
        "--color",
        "colour",
        type=click.Choice(straight.COLOURS),
        default="auto",
        help="Colour (auto: on a terminal, unless NO_COLOR is set).",
    ),
    click.option("-o", "--output", metavar="FILE", help="Write to FILE, which appears whole or not at all."),
    click.option("-q", "--quiet", is_flag=True, help="One line per connection, no totals, no progress."),
    click.option("-v", "--verbose", count=True, help="Tell more: notes on the input."),
)
