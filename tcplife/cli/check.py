"""`tcplife check`: hold captured connections against a policy, for CI."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from .. import __version__
from ..checks import as_github, as_json, as_junit, as_sarif, as_text, builtin
from ..checks import baseline as baselines
from ..checks import policy as policies
from ..checks.fields import CONNECTION_FIELDS
from ..checks.run import Check
from ..errors import Exit, UsageError
from ..model.totals import Options
from ..pipeline import Analysis
from ..report.paint import safe
from .run import Signals, open_input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..checks.findings import Verdict
    from ..checks.rules import Policy
    from ..model.totals import Totals

EVIDENCE_OCTETS = 256 * 1024 * 1024
"""Captures up to this size keep their segments, so that a broken rule can show its packets (80 octets a segment)."""
SUMMARY_OCTETS = 900_000
"""GitHub refuses a step summary above 1 MiB."""

_EPILOG = """Exit codes: 0 every rule held, 1 a rule is broken (or there was no connection), 2 usage or a bad policy,
3 unreadable input, 4 damaged input."""


@click.command(epilog=_EPILOG)
@click.argument("captures", nargs=-1, metavar="CAPTURE...")
@click.option(
    "--policy", metavar="FILE", help="The rules (default: tcplife.toml, else [tool.tcplife] of pyproject.toml)."
)
@click.option("--profile", metavar="NAME", help=f"Built-in rules instead: {', '.join(builtin.PROFILES)}.")
@click.option("--show-profile", metavar="NAME", help="Print a built-in policy, to be copied and changed, and stop.")
@click.option("--show-fields", is_flag=True, help="Print every field that expressions may use, and stop.")
@click.option("--json", "json_path", metavar="FILE", help="Write the verdict as JSON (- for standard output).")
@click.option("--junit", "junit_path", metavar="FILE", help="Write JUnit XML.")
@click.option("--sarif", "sarif_path", metavar="FILE", help="Write SARIF 2.1.0.")
@click.option("--github", is_flag=True, help="GitHub annotations, and Markdown into the step summary.")
@click.option(
    "--baseline", metavar="FILE", help="Write what is broken if FILE is absent; else fail on what is new or worse."
)
@click.option("--update-baseline", is_flag=True, help="Write the baseline anew.")
@click.option("--strict", is_flag=True, help="Warnings fail, and so does a rule that selects nothing.")
@click.option("--allow-empty", is_flag=True, help="A capture without any TCP connection may pass.")
@click.option("--allow-damaged", is_flag=True, help="A damaged or cut capture may pass.")
@click.option(
    "--msl",
    type=click.FloatRange(0, 86_400, min_open=True),
    metavar="SECONDS",
    help="Maximum segment lifetime (default 120).",
)
@click.option("-q", "--quiet", is_flag=True, help="No summary line on standard error.")
@click.pass_context
def check(context: click.Context, /, **options: Any) -> None:
    """Check the connections of captures against rules.

    Prints nothing on standard output when every rule holds. Several captures are read as one, in order of time; - is
    standard input. Without a policy the profile "graceful" is used.
    """
    context.exit(int(_run(**options)))


def _run(
    *,
    captures: Sequence[str],
    show_profile: str | None,
    show_fields: bool,
    quiet: bool,
    **options: Any,
) -> Exit:
    if show_profile is not None:
        builtin.profile(show_profile)
        click.echo(builtin.PROFILES[show_profile], nl=False)
        return Exit.DONE
    if show_fields:
        _show_fields()
        return Exit.DONE
    if not captures:
        raise UsageError("no capture given: name one, or - for standard input")
    outputs = {name: options[f"{name}_path"] for name in ("json", "junit", "sarif") if options[f"{name}_path"]}
    if list(outputs.values()).count("-") > 1:
        raise UsageError("only one output can have the standard output")
    if options["update_baseline"] and not options["baseline"]:
        raise UsageError("--update-baseline needs --baseline FILE")
    policy = _policy(options)
    baseline = _Baseline(options["baseline"], anew=options["update_baseline"])
    verdict, totals, interrupted = _judge(captures, policy, options["msl"])
    spoilt = _damage(totals, allowed=policy.allow_damaged)
    told = baseline.settle(verdict, trusted=not spoilt and not interrupted)
    _write(verdict, outputs, github=options["github"], baseline=baseline.known is not None)
    if not quiet:
        _tell(verdict, told)
    if spoilt:
        return Exit.DAMAGED
    if interrupted:
        return Exit.INTERRUPTED
    return Exit.FINDINGS if verdict.failed and not baseline.written else Exit.DONE


def _policy(options: dict[str, Any]) -> Policy:
    """The policy asked for, with what the command line adds to it."""
    if options["policy"] and options["profile"]:
        raise UsageError("--policy and --profile exclude each other (a policy can say: extends)")
    if options["profile"]:
        chosen = builtin.profile(options["profile"])
    else:
        path = Path(options["policy"]) if options["policy"] else policies.find(Path())
        chosen = policies.load(path, builtin.profile) if path else builtin.profile(builtin.DEFAULT)
    switches = ("strict", "allow_empty", "allow_damaged")
    return replace(chosen, **{name: getattr(chosen, name) or options[name] for name in switches})


def _judge(captures: Sequence[str], policy: Policy, msl_s: float | None) -> tuple[Verdict, Totals, bool]:
    """Read the captures and judge every connection; also returns whether Ctrl-C ended the reading."""
    msl_s = msl_s or policy.msl_s or Options().msl_s
    run = Check(policy)
    reader = open_input(captures, live=False)
    try:
        analysis = Analysis(reader, Options(segments=_affordable(captures), msl_s=msl_s))
        with Signals(analysis.stop) as signals:
            for connection in analysis:
                run.add(connection)
    finally:
        reader.close()
    verdict = run.verdict(", ".join(captures))
    if analysis.totals.left_early:
        verdict.warnings.append(f"{analysis.totals.left_early} connections left before their end: too many at once")
    if signals.stopped:
        verdict.warnings.append("interrupted: only what was read until then is judged")
    return verdict, analysis.totals, signals.interrupted


def _affordable(captures: Sequence[str]) -> bool:
    """Whether the segments of all captures together may be kept; a pipe is taken for a small one."""
    sizes = [Path(capture).stat().st_size for capture in captures if Path(capture).is_file()]
    return sum(sizes) <= EVIDENCE_OCTETS


def _damage(totals: Totals, *, allowed: bool) -> bool:
    """Tell the damage of the input; returns whether it spoils the run."""
    for damage in totals.damages:
        click.echo(f"tcplife check: {'warning: ' if allowed else ''}damaged input: {safe(str(damage))}", err=True)
    return bool(totals.damages) and not allowed


class _Baseline:
    """The baseline of a run: read before the analysis, so that a bad one costs no time. written: whether it is new."""

    def __init__(self, file: str | None, *, anew: bool) -> None:

        self.path = Path(file) if file else None
        self.known = baselines.load(self.path) if self.path and self.path.exists() and not anew else None
        self.written = False

    def settle(self, verdict: Verdict, *, trusted: bool) -> str:
        """Hold the verdict against the baseline, or write it; returns what was done, in words."""
        if self.known is not None:
            baselines.apply(verdict, self.known)
        elif self.path is not None and trusted and not verdict.problems:
            _save(self.path, baselines.dump(verdict))
            self.written = True
            return f"; baseline written to {self.path}, what is in it passes from now on"
        return ""


def _write(verdict: Verdict, outputs: dict[str, str], *, github: bool, baseline: bool) -> None:
    """Every output asked for; text has the standard output unless another one took it."""
    taken = "-" in outputs.values()
    for name, path in outputs.items():
        document = _render(name, verdict, baseline=baseline)
        if path == "-":
            click.echo(document, nl=False)
        else:
            _save(Path(path), document)
    if not taken:
        click.echo(as_text.render(verdict), nl=False)
    if github:
        _write_github(verdict, err=taken)


def _render(name: str, verdict: Verdict, *, baseline: bool) -> str:

    if name == "json":
        return as_json.render(verdict, __version__)
    if name == "junit":
        return as_junit.render(verdict)

    return as_sarif.render(verdict, __version__, baseline=baseline)


def _write_github(verdict: Verdict, *, err: bool) -> None:

    click.echo(as_github.workflow_commands(verdict), nl=False, err=err)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        text = as_github.markdown(verdict)
        if len(text) > SUMMARY_OCTETS:
            text = text[:SUMMARY_OCTETS] + "\n\n(the rest is left out: see the other outputs)\n"
        _save(Path(summary), text, mode="a")


def _save(path: Path, text: str, mode: str = "w") -> None:
    try:
        with path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror or problem}") from problem


def _tell(verdict: Verdict, told: str) -> None:

    click.echo(f"tcplife check: {as_text.summary(verdict)}{told}", err=True)


def _show_fields() -> None:

    for field in CONNECTION_FIELDS:
        words = f" ({', '.join(field.choices)})" if field.choices and "." in field.name else ""
        click.echo(f"{field.name:34} {field.type.name.lower():9} {field.doc}{words}")
