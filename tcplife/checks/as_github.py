"""A verdict for GitHub Actions: annotations (workflow commands) on standard output, Markdown for the step summary.

Source: GitHub Docs, Workflow commands for GitHub Actions.
"""

from __future__ import annotations

from .findings import Change, Outcome, Result, Verdict
from .rules import Level, Place
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_COMMANDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_MARKS: Final = {
    Outcome.HELD: "held",
    Outcome.BROKEN: "**broken**",
    Outcome.EMPTY: "nothing selected",
    Outcome.ACCEPTED: "as in the baseline",
}


def workflow_commands(verdict: Verdict) -> str:
    """One workflow command per problem, empty rule and finding."""
    return "".join(f"{line}\n" for line in _annotations(verdict))


def _annotations(verdict: Verdict) -> Iterator[str]:
    for problem in verdict.problems:
        yield _command("error", None, "tcplife", problem)
    for warning in verdict.warnings:
        yield _command("warning", None, "tcplife", warning)
    for result in verdict.results:
        if result.outcome is Outcome.EMPTY:
            command = "error" if verdict.failing(result) else "warning"
            yield _command(command, result.rule.place, _title(result), "the rule selects no connection")
        elif result.outcome is Outcome.BROKEN:
            yield from _broken(verdict, result)


def _broken(verdict: Verdict, result: Result) -> Iterator[str]:
    command = "error" if verdict.failing(result) else _COMMANDS[result.rule.level]
    for finding in result.findings:
        if finding.change is not Change.KNOWN:
            lines = [finding.title]
            lines += [f"expected {clause.expected}; {clause.actual}" for clause in finding.clauses()]
            proof = finding.proof()
            lines += [proof.connection, proof.filter] if proof else []
            yield _command(command, result.rule.place, _title(result), "\n".join(lines))


def _title(result: Result) -> str:
    return f"tcplife: {result.rule.name}"


def _command(command: str, place: Place | None, title: str, message: str) -> str:
    parts = [f"title={_property(title)}"]
    if place is not None and not place.file.startswith("profile "):
        parts = [f"file={_property(place.file)}", f"line={place.line}", f"col={place.column}", *parts]
    return f"::{command} {','.join(parts)}::{_data(message)}"


def _data(text: str) -> str:
    lines = text.replace("%", "%25").split("\n")
    return "%0A".join(printable(line) for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(verdict: Verdict) -> str:
    """The step summary: a table of rules, and what broke them."""
    return "".join(f"{line}\n" for line in _markdown(verdict))


def _markdown(verdict: Verdict) -> Iterator[str]:
    yield f"### tcplife check: {'failed' if verdict.failed else 'passed'}"
    yield ""
    source = verdict.source or "standard input"
    yield f"{verdict.connections} connections of {_code(source)}, policy {_code(verdict.policy)}"
    yield ""
    for problem in [*verdict.problems, *verdict.warnings]:
        yield f"- {_escaped(problem)}"
    yield ""
    yield "| rule | outcome | selected | broken |"
    yield "| --- | --- | ---: | ---: |"
    for result in verdict.results:
        mark = _MARKS[result.outcome]
        yield f"| {_escaped(result.rule.name)} | {mark} | {result.selected} | {result.broken} |"
    for result in verdict.results:
        if result.outcome is Outcome.BROKEN:
            yield from _details(result)


def _details(result: Result) -> Iterator[str]:
    rule = result.rule
    yield ""
    yield f"#### {_escaped(rule.name)}"
    yield ""
    yield f"{_escaped(rule.why) + ': ' if rule.why else ''}{_code(rule.expected)}"
    for finding in [finding for finding in result.findings if finding.change is not Change.KNOWN][:3]:
        yield ""
        yield f"- {_escaped(finding.title)}"
        for clause in finding.clauses():
            yield f"  - expected {_code(clause.expected)}; {_escaped(clause.actual)}"
        proof = finding.proof()
        if proof:
            yield f"  - {_escaped(proof.connection)}: {_code(proof.filter)}"
            yield ""
            yield "    ```text"
            yield from (f"    {line}" for line in proof.lines)
            yield "    ```"


def _escaped(text: str) -> str:
    """Text that Markdown takes literally, also inside a table."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{sign}" if sign in "\\`*_[]|#" else sign for sign in plain)


def _code(text: str) -> str:
    """Text as code, whatever quotes it holds."""
    shown = printable(text).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    return f"{fence}{' ' if fence == '``' else ''}{shown}{' ' if fence == '``' else ''}{fence}"
