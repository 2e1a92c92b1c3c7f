"""`tcplife compare`: two captures of the same traffic, or two runs of one test."""

from __future__ import annotations

import json

import click

from ..errors import Exit, UsageError
from ..report.paint import safe
from .output import OutputFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..compare.releases import Shape
    from ..compare.taps import Comparison

_EPILOG = """Exit codes: 0 done, 1 nothing in common (or, with --releases, shapes that came or went), 2 usage, 3 input
unreadable or no capture, 4 input damaged or cut (the results hold up to there)."""


@click.command(epilog=_EPILOG, short_help="Two taps of the same traffic, or two runs of one test.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--releases", is_flag=True, help="A and B are the old and the new run of a test: which lifecycles changed?"
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Also pairs and shapes without a difference.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, which appears whole or not at all.")
def compare(a: str, b: str, releases: bool, form: str, everything: bool, output: str | None) -> int:
    """Compare two captures, A and B.

    Two taps of the same traffic: which segments were lost between them and in which direction, what was delayed,
    changed or sent from in between, and where the two ends disagree. Clocks need not agree, addresses may be
    translated.
    """
    if a == b == "-":
        raise UsageError("standard input can be one of two captures at most, and only with --releases")
    with OutputFile(output) as out:
        text, code, damages = _releases(a, b, form, everything) if releases else _taps(a, b, form, everything)
        out.write(text.encode())
        out.flush()
    for damage in damages:
        click.echo(f"tcplife: damaged input: {safe(damage)}", err=True)
    return Exit.DAMAGED if damages else code


def _taps(a: str, b: str, form: str, everything: bool) -> tuple[str, Exit, list[str]]:
    from ..compare.taps import compare_taps
    from ..compare.told import as_json, as_text

    result = compare_taps(a, b)
    damages = [str(damage) for tap in (result.a, result.b) for damage in tap.damages]
    if not result.compared:
        click.echo(f"tcplife: {safe(nothing(result))}", err=True)
    text = json.dumps(as_json(result)) + "\n" if form == "json" else as_text(result, everything=everything)
    return text, Exit.DONE if result.compared else Exit.FINDINGS, damages


def nothing(result: Comparison) -> str:
    """Why nothing could be compared, in a line."""
    for tap in (result.a, result.b):
        if not tap.flows:
            return f"nothing to compare: {tap.source} has no TCP segment"
    apart = "" if result.overlap else "; by their clocks they were not captured at the same time"
    return f"nothing to compare: no connection of {result.a.source} is in {result.b.source}{apart}"


def _releases(a: str, b: str, form: str, everything: bool) -> tuple[str, Exit, list[str]]:
    from ..api import analyze_with_totals
    from ..compare.releases import compare_runs

    old, new = analyze_with_totals(a), analyze_with_totals(b)
    shapes = compare_runs(old, new)
    shown = [shape for shape in shapes if everything or shape.what != "same"]
    damages = [str(damage) for run in (old, new) for damage in run.totals.damages]
    changed = any(shape.what in {"new", "gone"} for shape in shapes)
    if form == "json":
        text = (
            json.dumps({"schema_version": 1, "old": a, "new": b, "shapes": [_shape(shape) for shape in shown]}) + "\n"
        )
    else:
        text = "".join(f"{line}\n" for line in _lines(shown)) or "No lifecycle changed its shape.\n"
    return text, Exit.FINDINGS if changed else Exit.DONE, damages


def _shape(shape: Shape) -> dict[str, Any]:
    return {
        "service": shape.service,
        "change": shape.what,
        "shape": shape.shape,
        "old": {"connections": shape.old, "of": shape.old_of, "example": shape.old_example or None},
        "new": {"connections": shape.new, "of": shape.new_of, "example": shape.new_example or None},
    }


def _lines(shapes: list[Shape]) -> list[str]:
    lines = []
    service = ""
    for shape in shapes:
        if shape.service != service:
            service = shape.service
            lines.append(f"Service {service} ({shape.old_of:,} connections before, {shape.new_of:,} now)")
        numbers = [f"#{n} {run}" for n, run in ((shape.old_example, "before"), (shape.new_example, "now")) if n]
        lines.append(
            f"  {shape.what:5}  {shape.old:,} -> {shape.new:,}  {safe(shape.shape)}  (see {', '.join(numbers)})"
        )
    return lines
