"""`tcplife analyze`: every connection of a capture, for people or programs. Here is what can be asked for."""

from __future__ import annotations

import os

import click

from ..report.base import FORMATS
from . import options as shared
from .analysis import analyse
from .straight import VIEWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_EPILOG = """Exit codes: 0 done, 1 findings at or above --fail-on, 2 usage, 3 input unreadable or no capture, 4 input
damaged or cut (the results hold up to there), 130 after Ctrl-C."""


class SharedCommand(click.Command):
    """A command whose --cluster may stand without an address: what follows it is one only if it looks like one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the address, or none, into the same word as the option."""
        made = []
        words = iter(args)
        for word in words:
            if word == "--":
                made += [word, *words]
            elif word == "--cluster":
                address = next(words, None)
                if address is None or is_address(address):
                    made.append(f"--cluster={address or 'local'}")
                else:
                    made += ["--cluster=local", address]
            else:
                made.append(word)
        return super().parse_args(ctx, made)


def is_address(word: str) -> bool:
    """Whether this is the address of a scheduler (tcp://HOST:PORT, HOST:PORT) and no capture."""
    scheme, found, _ = word.partition("://")
    if found:
        return scheme in {"tcp", "tls", "ucx", "ws", "wss", "inproc"}
    host, _, port = word.rpartition(":")
    return bool(host) and "/" not in host and port.isdigit() and not os.path.exists(word)  # noqa: PTH110 - start-up time


@click.command(cls=SharedCommand, epilog=_EPILOG, short_help="Who opened, who closed and how, what went wrong.")
@click.argument("captures", nargs=-1, metavar="FILE...", type=click.Path(allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="What to write."
)
@click.option("--segments", is_flag=True, help="Keep and write every segment of each connection.")
@click.option(
    "--sort",
    "order",
    metavar="COLUMN",
    default="",
    help="Order of the table: a column, -column for the other way round.",
)
@click.option("--top", type=click.IntRange(0), metavar="N", help="Rows of the table, 0 for all (default 20).")
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    default="auto",
    help="Blocks, a table, or one line per connection (auto: blocks for up to 8).",
)
@click.option("--fail-on", type=shared.SEVERITIES, help="Exit with 1 when an anomaly is at least this bad.")
@click.option("-S", "--absolute", is_flag=True, help="Absolute sequence numbers in the segments of text.")
@click.option(
    "--fields",
    metavar="A,B.C",
    help="Columns of csv: its own names (client_ip), or paths of the JSON record (client.ip, anomalies.kind).",
)
@shared.bpf_option
@shared.follow_option
@shared.checkpoint_options
@shared.jobs_options
@shared.selection_options
@shared.analysis_options
@shared.look_options
def analyze(captures: tuple[str, ...], **given: Any) -> int:
    """Analyse captures: who opened, who closed and how, both endpoints' states, what went wrong.

    FILE is a pcap or pcapng capture, compressed or not, or - for standard input. Several are read as one, in
    order of time.
    """
    if not captures and not given["finish"]:
        raise click.UsageError("Missing argument 'FILE...'.", click.get_current_context())
    return analyse(captures, given)
