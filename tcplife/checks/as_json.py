"""A verdict for programs: one JSON document, versioned."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from .findings import Finding, Result, Verdict

SCHEMA_VERSION: Final = 1


def render(verdict: Verdict, version: str) -> str:
    """The document."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": f"tcplife {version}",
        "source": verdict.source,
        "policy": verdict.policy,
        "passed": not verdict.failed,
        "connections": verdict.connections,
        "problems": verdict.problems,
        "warnings": verdict.warnings,
        "rules": [_rule(verdict, result) for result in verdict.results],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _rule(verdict: Verdict, result: Result) -> dict[str, Any]:
    rule = result.rule
    return {
        "name": rule.name,
        "why": rule.why,
        "level": str(rule.level),
        "where": rule.where.root.text if rule.where else None,
        "expect": rule.expected,
        "place": str(rule.place) if rule.place else None,
        "outcome": str(result.outcome),
        "fails": verdict.failing(result),
        "selected": result.selected,
        "broken": result.broken,
        "omitted": result.omitted,
        "findings": [_finding(finding) for finding in result.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    clauses = finding.clauses()
    proof = finding.proof()
    example = finding.example
    return {
        "fingerprint": finding.fingerprint,
        "shape": finding.shape,
        "change": str(finding.change),
        "count": finding.count,
        "selected": finding.selected,
        "clauses": [{"expected": clause.expected, "actual": clause.actual} for clause in clauses],
        "connection": example.index if example else None,
        "first": finding.first or None,
        "packets": proof.packets if proof else [],
        "timeline": proof.lines if proof else [],
        "wireshark": proof.filter if proof else None,
    }
