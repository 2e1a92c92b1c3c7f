"""What an anomaly rule is, and the registry of all of them: rules over a segment, and rules over a finished life.

A rule is one small function over facts: an Observation (or an Ending) in, a yes or no out. Kind, severity and source
are data. It changes nothing, knows no other rule, and `when=` names the facts without which it need not be asked, so
that plain in-order data and a life without anything odd run none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..model.catalogue import Kind, publish_kind
from ..model.value import Value

if TYPE_CHECKING:
    from ..model.names import Severity
    from ..tracker.observation import Observation
    from .ending import Ending

Found = bool | tuple[int, int]
"""False: no. True: yes. (value, related packet): yes, with a value (NO_VALUE for none) and a packet (0 for none)."""
Judge = Callable[["Observation"], Found]
Finding = tuple[int, int, int, int]
"""Packet, side (0 client, 1 server), value (NO_VALUE for none), related packet (0 for none)."""
EndJudge = Callable[["Ending"], Iterable[Finding]]


class Rule(Value):
    """One rule over segments. kind: its kind's small integer. when: bits of `tracker.facts`, one is enough."""

    kind: int
    when: int
    judge: Judge


class EndRule(Value):
    """One rule over finished lives. when: bits of `ending`, one is enough."""

    kind: int
    when: int
    judge: EndJudge


RULES: list[Rule] = []
END_RULES: list[EndRule] = []


def rule(
    name: str, severity: Severity, *, source: str, when: int, value_name: str = "", guess: bool = False
) -> Callable[[Judge], Judge]:
    """Register a rule over segments; its docstring is what `explain` says.

    when: bits of `tracker.facts`; the rule is asked when at least one of them is set. guess: what it tells is
    suspected, as other causes would look the same.
    """

    def register(judge: Judge) -> Judge:
        kind = Kind(name, severity, source, _text(judge.__doc__), value_name, "", guess)
        RULES.append(Rule(publish_kind(kind), when, judge))
        return judge

    return register


def at_end(
    name: str, severity: Severity, *, source: str, when: int, value_name: str = "", guess: bool = False
) -> Callable[[EndJudge], EndJudge]:
    """Register a rule over finished lives; its docstring is what `explain` says.

    when: bits of `ending`; the rule is asked when at least one of them is set. guess: as of `rule`.
    """

    def register(judge: EndJudge) -> EndJudge:
        kind = Kind(name, severity, source, _text(judge.__doc__), value_name, "", guess)
        END_RULES.append(EndRule(publish_kind(kind), when, judge))
        return judge

    return register


def _text(doc: str | None) -> str:
    return (doc or "").strip()
