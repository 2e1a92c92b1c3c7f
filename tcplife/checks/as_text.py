"""A verdict for people: nothing when all is well, else each broken rule with what proves it."""

from __future__ import annotations

from .findings import Change, Finding, Outcome, Result, Verdict
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

FULL: Final = 3
"""Shapes per rule that are shown with their packets; further ones get a line each."""
LINED: Final = 20
"""Shapes per rule that get a line; further ones are counted."""


def render(verdict: Verdict) -> str:
    """The text; empty when every rule held and there is nothing to warn of."""
    return "".join(f"{line}\n" for line in _lines(verdict))


def summary(verdict: Verdict) -> str:
    """One line: how many rules held."""
    outcomes = [result.outcome for result in verdict.results]
    parts = [f"{outcomes.count(outcome)} {outcome}" for outcome in Outcome if outcome in outcomes]
    word = "failed" if verdict.failed else "passed"
    noun = "connection" if verdict.connections == 1 else "connections"
    return f"{word}: {verdict.connections} {noun}, {len(outcomes)} rules of {verdict.policy}: {', '.join(parts)}"


def _lines(verdict: Verdict) -> Iterator[str]:
    for problem in verdict.problems:
        yield f"failed: {printable(problem)}"
    for warning in verdict.warnings:
        yield f"warning: {printable(warning)}"
    for result in verdict.results:
        if result.outcome is Outcome.EMPTY:
            word = "failed" if verdict.failing(result) else "warning"
            yield f"{word}: {name(result)}: no connection is selected by {result.rule.selector}: it proves nothing"
        elif result.outcome is Outcome.BROKEN:
            yield from _broken(verdict, result)


def name(result: Result) -> str:
    """A rule's name, and where it stands."""
    place = f" ({result.rule.place})" if result.rule.place else ""
    return f"rule {result.rule.name}{place}"


def _broken(verdict: Verdict, result: Result) -> Iterator[str]:
    rule = result.rule
    word = "failed" if verdict.failing(result) else str(rule.level)
    yield f"{word}: {name(result)}"
    if rule.why:
        yield f"  why       {printable(rule.why)}"
    yield f"  rule      {rule.selector}: {rule.expected}"
    if result.broken:
        yield f"  broken    by {result.broken} of {result.selected} selected connections"
    findings = [finding for finding in result.findings if finding.change is not Change.KNOWN]
    for finding in findings[:FULL]:
        yield from _full(finding)
    for finding in findings[FULL:LINED]:
        yield f"  - {_change(finding)}{finding.title}; first: {finding.first}"
    more = len(findings) - LINED
    if more > 0 or result.omitted:
        others = f", {result.omitted} connections of others" if result.omitted else ""
        yield f"  ... and {max(more, 0)} more shapes{others}"
    yield ""


def _full(finding: Finding) -> Iterator[str]:
    yield f"  - {_change(finding)}{finding.title}"
    for clause in finding.clauses():
        yield f"    expected  {clause.expected}"
        yield f"    actual    {clause.actual}"
    proof = finding.proof()
    if proof is None:
        return
    word = "worst" if finding.figure else "first"
    yield f"    {word}     {proof.connection}; see packets {', '.join(map(str, proof.packets))}"
    for line in proof.lines:
        yield f"      {line}"
    yield f"    wireshark {proof.filter}"


def _change(finding: Finding) -> str:
    return "worse than the baseline: " if finding.change is Change.WORSE else ""
