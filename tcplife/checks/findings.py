"""What a check found: a verdict per rule, and for a broken one the lifecycles that broke it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from . import evidence
from .explain import Clause, why_not
from .rules import Level, Rule
from .shape import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection


class Outcome(StrEnum):
    """How a rule came out. empty: it selected and so proved nothing; accepted: broken as the baseline has it."""

    HELD = "held"
    BROKEN = "broken"
    EMPTY = "empty"
    ACCEPTED = "accepted"


class Change(StrEnum):
    """A finding beside the baseline's."""

    NEW = "new"
    WORSE = "worse"
    KNOWN = "known"


@dataclass(slots=True)
class Finding:
    """Connections of one shape that broke one rule, or a figure over all connections that did.

    count: how many connections; selected: of how many. example: the first of them (of a figure the worst), kept for
    the first shapes only; first: its name, "" for a figure. worst: the worst value of the number that was too high or
    too low, None if the rule is about no number. figure: what was expected of it and what it is, None for connections.
    """

    rule: Rule
    shape: str
    count: int
    selected: int
    example: Connection | None = None
    first: str = ""
    figure: Clause | None = None
    worst: float | None = None
    higher_is_worse: bool = True
    change: Change = Change.NEW

    @property
    def fingerprint(self) -> str:
        """The same for the same rule and shape in every run."""
        return fingerprint(self.rule.name, self.shape)

    @property
    def share(self) -> float:
        """The share of the selected connections."""
        return self.count / self.selected if self.selected else 0.0

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        if self.figure is not None:
            return self.shape
        return f"{self.count} of {self.selected} connections: {self.shape}"

    def clauses(self) -> list[Clause]:
        """What was expected of the example, and what it is instead."""
        if self.figure is not None:
            return [self.figure]
        if self.example is None:
            return [Clause(self.rule.expected, f"not so for {self.first}", ())]
        return [clause for test in self.rule.tests for clause in why_not(test, self.example)]

    def proof(self) -> Proof | None:
        """The packets of the example that prove it; None without an example."""
        if self.example is None:
            return None
        fields = dict.fromkeys(found for clause in self.clauses() for found in clause.fields)
        packets = evidence.packets_about(self.example, fields)
        return Proof(
            evidence.name_of(self.example),
            packets,
            evidence.lines_around(self.example, packets),
            evidence.wireshark_filter(self.example),
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """What to look at: the connection, the packets in it, their timeline lines, the Wireshark filter."""

    connection: str
    packets: list[int]
    lines: list[str]
    filter: str


@dataclass(slots=True)
class Result:
    """One rule's verdict. broken: connections that broke it; omitted: those of shapes beyond the bound."""

    rule: Rule
    selected: int
    broken: int
    findings: list[Finding] = field(default_factory=list)
    omitted: int = 0
    outcome: Outcome = Outcome.HELD

    @property
    def held(self) -> int:
        """Connections that kept it."""
        return self.selected - self.broken


@dataclass(slots=True)
class Verdict:
    """Everything a check found. problems: what is wrong with the run itself (no connection, damage)."""

    source: str
    policy: str
    connections: int
    results: list[Result]
    strict: bool = False
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def failing(self, result: Result) -> bool:
        """Whether a result fails the run."""
        if result.outcome is Outcome.EMPTY:
            return self.strict
        if result.outcome is not Outcome.BROKEN or result.rule.level is Level.NOTE:
            return False
        return self.strict or result.rule.level is Level.ERROR

    @property
    def failed(self) -> bool:
        """Whether the check fails."""
        return bool(self.problems) or any(self.failing(result) for result in self.results)
