"""What an anomaly rule is, and the registry of all of them.

A rule is one small function over facts: `seen` (an Observation) in, a yes or no out. Kind, severity and source are
data. It changes nothing, knows no other rule, and `when=` names the facts without which it need not be asked, so
that plain in-order data runs none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.catalogue import Kind, publish_kind

if TYPE_CHECKING:
    from ..model.names import Severity
    from ..tracker.observation import Observation

Found = bool | tuple[int, int]
"""False: no. True: yes. (value, related packet): yes, with a value (NO_VALUE for none) and a packet (0 for none)."""
Judge = Callable[["Observation"], Found]


@dataclass(frozen=True, slots=True)
class Rule:
    """One registered rule: kind is the small integer of its kind, when the facts it needs at least one of."""

    kind: int
    when: int
    judge: Judge


RULES: list[Rule] = []


def rule(  # noqa: PLR0913 - each is a fact of the rule, all by keyword but the first two
    name: str, severity: Severity, *, source: str, when: int, value_name: str = "", wireshark: str = ""
) -> Callable[[Judge], Judge]:
    """Register a rule; its docstring is what `explain` says.

    when: bits of `tracker.facts`; the rule is asked when at least one of them is set.
    """

    def register(judge: Judge) -> Judge:
        kind = publish_kind(Kind(name, severity, source, (judge.__doc__ or "").strip(), value_name, wireshark))
        RULES.append(Rule(kind, when, judge))
        return judge

    return register
