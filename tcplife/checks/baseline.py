"""What was broken before: written once, then only what is new or worse counts.

Findings are the same when rule and shape are: time, addresses, ports of clients and counts play no part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..errors import UsageError
from .findings import Change, Outcome
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, Final

    from .findings import Finding, Result, Verdict

VERSION: Final = 1
TOLERANCE: Final = 0.1
"""How much more than before is still as before: a tenth, since traffic is never twice the same."""
_MAX_OCTETS: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of the baseline."""

    count: int
    selected: int
    worst: float | None

    def change(self, finding: Finding) -> Change:
        """Whether a finding of the same rule and shape is worse than this one."""
        share = self.count / self.selected if self.selected else 0.0
        # A figure is about all connections, however many: only its value can be worse.
        if finding.figure is None and finding.count > self.count and finding.share > share * (1 + TOLERANCE):
            return Change.WORSE
        if finding.worst is None or self.worst is None:
            return Change.KNOWN
        margin = abs(self.worst) * TOLERANCE
        more = finding.worst - self.worst if finding.higher_is_worse else self.worst - finding.worst
        return Change.WORSE if more > margin else Change.KNOWN


Baseline = dict[tuple[str, str], Known]
"""Findings by rule and shape."""


def dump(verdict: Verdict) -> str:
    """The baseline of a verdict, as the text of a file: sorted, so that two of them can be compared."""
    findings = [_entry(finding) for result in verdict.results for finding in result.findings]
    findings += [_omitted(result) for result in verdict.results if result.omitted]
    findings.sort(key=lambda entry: (entry["rule"], entry["shape"]))
    return json.dumps({"tcplife_baseline": VERSION, "findings": findings}, indent=1, ensure_ascii=False) + "\n"


def _entry(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.name,
        "shape": finding.shape,
        "count": finding.count,
        "selected": finding.selected,
        "worst": finding.worst,
    }


def _omitted(result: Result) -> dict[str, Any]:
    return {"rule": result.rule.name, "shape": "", "count": result.omitted, "selected": result.selected, "worst": None}


def load(path: Path) -> Baseline:
    """The baseline of a file. Raises: UsageError when it cannot be read or is none."""
    try:
        octets = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"{printable(str(path))}: {problem.strerror or problem}") from problem
    try:
        return _read(json.loads(octets[:_MAX_OCTETS]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise UsageError(f"{printable(str(path))}: no baseline of this version of tcplife; write it anew") from problem


def _read(document: dict[str, Any]) -> Baseline:
    if document["tcplife_baseline"] != VERSION:
        raise ValueError("another version")
    return {
        (str(entry["rule"]), str(entry["shape"])): Known(
            int(entry["count"]),
            int(entry["selected"]),
            None if entry["worst"] is None else float(entry["worst"]),
        )
        for entry in document["findings"]
    }


def apply(verdict: Verdict, baseline: Baseline) -> None:
    """Mark every finding as new, worse or known; a rule with nothing new or worse is accepted."""
    for result in verdict.results:
        if result.outcome is not Outcome.BROKEN:
            continue
        for finding in result.findings:
            known = baseline.get((finding.rule.name, finding.shape))
            finding.change = known.change(finding) if known else Change.NEW
        changed = any(finding.change is not Change.KNOWN for finding in result.findings)
        beyond = result.omitted > 0 and (result.rule.name, "") not in baseline
        if not changed and not beyond:
            result.outcome = Outcome.ACCEPTED
