"""The commands, as click sees them: finds the subcommand, its help, its defaults, and what was mistyped.

In: the words of a command line. Out: an exit code (`errors.Exit`). A subcommand's module is imported when it runs.
"""

from __future__ import annotations

import os
from importlib import import_module

import click

from ..errors import Exit
from .output import version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

COMMANDS: Final = {
    "analyze": "tcplife.cli.analyze:analyze",
    "timeline": "tcplife.cli.timeline:timeline",
    "watch": "tcplife.cli.watch:watch",
    "check": "tcplife.cli.check:check",
    "ladder": "tcplife.cli.ladder:ladder",
    "compare": "tcplife.cli.compare:compare",
    "plot": "tcplife.cli.plot:plot",
    "report": "tcplife.cli.report:report",
    "annotate": "tcplife.cli.annotate:annotate",
    "patterns": "tcplife.cli.patterns:patterns",
    "extract": "tcplife.cli.extract:extract",
    "explain": "tcplife.cli.explain:explain",
    "completion": "tcplife.cli.completion:completion",
}
"""Every subcommand: where it lives. Imported when it is asked for."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of this name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and suggest one when there is none: a file is most likely meant for analyze."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            if near:
                ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]!r}?")
            if os.path.exists(args[0]):  # noqa: PTH110 - pathlib costs start-up time here
                ctx.fail(f"No such command {args[0]!r}; did you mean 'tcplife analyze {args[0]}'?")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    click.echo(version())
    ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and stop."
)
@click.pass_context
def tcplife(ctx: click.Context) -> None:
    """Tell the lives of TCP connections: both endpoints' states, packet by packet, from a capture.

    Begin with: tcplife analyze capture.pcap
    """
    ctx.default_map = _defaults(ctx)


def _defaults(ctx: click.Context) -> dict[str, Any]:
    """What tcplife.toml or pyproject.toml here sets for the command that was asked for."""
    from .defaults import any_here, defaults_of

    name = ctx.invoked_subcommand or ""
    if not any_here():
        return {}
    from pathlib import Path

    command = tcplife.get_command(ctx, name)
    return {name: defaults_of(Path(), command, tuple(COMMANDS))} if command else {}


def run(words: Sequence[str]) -> int:
    """Run a command line; returns the exit code. Raises: TcplifeError, and what ends a command besides."""
    try:
        returned: Any = tcplife.main(args=list(words), prog_name="tcplife", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        return Exit.USAGE
    except click.Abort:
        return Exit.INTERRUPTED
    return int(returned) if isinstance(returned, int) else Exit.DONE
