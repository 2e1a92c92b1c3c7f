"""`tcplife completion SHELL`: what to put where so that Tab completes commands, options and their values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..errors import Exit

SHELLS = {
    "bash": 'add to ~/.bashrc:  eval "$(tcplife completion bash)"',
    "zsh": 'add to ~/.zshrc:  eval "$(tcplife completion zsh)"',
    "fish": "tcplife completion fish > ~/.config/fish/completions/tcplife.fish",
}


@click.command(
    short_help="The completion script of a shell.",
    epilog="\b\n" + "\n".join(f"{shell + ':':6} {how}" for shell, how in SHELLS.items()),
)
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> int:
    """Print the completion script of a shell, for bash 4.4 and later, zsh or fish."""
    from .group import tcplife

    kind = get_completion_class(shell)
    if kind is None:  # click lost a shell it has had since 8.0
        raise click.UsageError(f"this click completes nothing for {shell}")
    click.echo(kind(tcplife, {}, "tcplife", "_TCPLIFE_COMPLETE").source())
    return Exit.DONE
