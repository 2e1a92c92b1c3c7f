"""The man page, drawn from the commands themselves: `python -m tcplife.cli.manual > docs/tcplife.1`.

In: the command line's own definition. Out: one page in man(7)'s macros, every command and option in it. It has no date,
so that it changes only when the commands do; a test holds the committed page equal.
"""

from __future__ import annotations

import re
import sys

import click

from ..errors import Exit
from .group import COMMANDS, tcplife

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def page() -> str:
    """The whole page."""
    context = click.Context(tcplife, info_name="tcplife", **tcplife.context_settings)
    lines = [
        '.TH TCPLIFE 1 "" "tcplife" "User Commands"',
        ".SH NAME",
        "tcplife \\- both endpoints' lives of every TCP connection in a packet capture",
        ".SH SYNOPSIS",
        ".B tcplife",
        ".I COMMAND",
        "[\\fIoptions\\fR] [\\fIFILE\\fR...]",
        ".SH DESCRIPTION",
        *_paragraphs(tcplife.help or ""),
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        command = tcplife.get_command(context, name)
        if command is not None:
            lines += _command(name, command, context)
    lines += [".SH EXIT STATUS"]
    for code in Exit:
        lines += [".TP", f".B {int(code)}", _text(code.meaning)]
    lines += [".SH SEE ALSO", ".BR tcpdump (1),", ".BR tshark (1),", ".BR pcap\\-filter (7)"]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS tcplife {_text(name)} {_text(usage)}"
    yield from _paragraphs(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):  # arguments stand in the usage line
            yield ".TP"
            # click keeps a command's help option as whoever asked first had it: its names are the context's.
            names = ", ".join(context.help_option_names) if "--help" in parameter.opts else record[0]
            yield f".B {_text(names)}"
            yield _text(record[1]) or "\\&"
    yield from _paragraphs(command.epilog or "")


def _paragraphs(text: str) -> Iterator[str]:
    r"""Text by its empty lines; click's \b keeps the line breaks of a paragraph."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield ".nf"
            yield from (_text(line.strip()) for line in paragraph.splitlines()[1:])
            yield ".fi"
        else:
            yield _text(" ".join(paragraph.split()))


def _text(text: str) -> str:
    """Plain text for troff: its own characters escaped, no line that begins like a request."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    sys.stdout.write(page())
