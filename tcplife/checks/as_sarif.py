"""A verdict as SARIF 2.1.0, for code scanning: stable rule ids and fingerprints, results at the rule's own line.

Source: OASIS Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from .findings import Change, Outcome
from .rules import Level
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from .findings import Finding, Result, Verdict
    from .rules import Place, Rule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT: Final = "tcplifeRuleAndShape/v1"
_STATES: Final = {Change.NEW: "new", Change.WORSE: "updated", Change.KNOWN: "unchanged"}


def render(verdict: Verdict, version: str, *, baseline: bool = False) -> str:
    """The document. baseline: whether findings were held against one, so that they can be told new or known."""
    results = [
        _result(verdict, number, finding, baseline=baseline)
        for number, result in enumerate(verdict.results)
        for finding in result.findings
    ]
    run = {
        "tool": {"driver": _driver(verdict, version)},
        "invocations": [_invocation(verdict)],
        "artifacts": [{"location": {"uri": _uri(verdict.source)}}],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(verdict: Verdict, version: str) -> dict[str, Any]:
    rules = [_rule(result.rule) for result in verdict.results]
    return {"name": "tcplife", "version": version, "semanticVersion": version, "rules": rules}


def _rule(rule: Rule) -> dict[str, Any]:
    told = f"{rule.selector}: {rule.expected}"
    return {
        "id": rule.name,
        "shortDescription": {"text": printable(rule.why or told)},
        "fullDescription": {"text": printable(told)},
        "defaultConfiguration": {"level": str(rule.level)},
    }


def _invocation(verdict: Verdict) -> dict[str, Any]:
    empty = [result for result in verdict.results if result.outcome is Outcome.EMPTY]
    told = [_notice(problem, "error") for problem in verdict.problems]
    told += [_notice(warning, "warning") for warning in verdict.warnings]
    told += [_empty(verdict, result) for result in empty]
    return {"executionSuccessful": not verdict.problems, "toolExecutionNotifications": told}


def _empty(verdict: Verdict, result: Result) -> dict[str, Any]:
    text = f"rule {result.rule.name} selects no connection: it proves nothing"
    return _notice(text, "error" if verdict.failing(result) else "warning")


def _notice(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": printable(text)}}


def _result(verdict: Verdict, number: int, finding: Finding, *, baseline: bool) -> dict[str, Any]:
    rule = finding.rule
    result: dict[str, Any] = {
        "ruleId": rule.name,
        "ruleIndex": number,
        "level": str(rule.level) if not verdict.strict else str(Level.ERROR),
        "message": {"text": _message(finding)},
        "locations": [_location(verdict, rule.place, finding)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "occurrenceCount": max(finding.count, 1),
    }
    if rule.place and not rule.place.file.startswith("profile "):
        result["relatedLocations"] = [_artifact(_uri(verdict.source))]
    if baseline:
        result["baselineState"] = _STATES[finding.change]
    proof = finding.proof()
    if proof:
        result["properties"] = {
            "connection": proof.connection,
            "packets": proof.packets,
            "timeline": proof.lines,
            "wireshark": proof.filter,
        }
    return result


def _message(finding: Finding) -> str:
    clauses = "; ".join(f"expected {clause.expected}: {clause.actual}" for clause in finding.clauses())
    return printable(f"{finding.title}. {clauses}")


def _location(verdict: Verdict, place: Place | None, finding: Finding) -> dict[str, Any]:
    """Where the rule stands, since code scanning wants a file of the repository; else the capture."""
    if place is None or place.file.startswith("profile "):
        location = _artifact(_uri(verdict.source))
    else:
        location = _artifact(_uri(place.file))
        location["physicalLocation"]["region"] = {"startLine": place.line, "startColumn": place.column}
    if finding.first:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(finding.first)}]
    return location


def _artifact(uri: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri}}}


def _uri(path: str) -> str:
    """A path as a relative (or absolute) URI reference; standard input has a name, too."""
    return "stdin" if path in {"", "-"} else quote(path, errors="replace")
