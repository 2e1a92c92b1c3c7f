# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What an anomaly rule is, and the registry of all of them: rules over a segment, and rules over a finished life.

A rule is one small function over facts: an Observation in, a yes or no out; or an Ending in, which it tells what it
finds. Kind, severity and source are data. It changes nothing, knows no other rule, and `when=` names the facts without
which it need not be asked, so that plain in-order data and a life without anything odd run none.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model.catalogue import Kind, publish_kind
from ..model.connection import NO_VALUE
from . import asking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.names import Severity
    from ..tracker.observation import Observation
    from .ending import Ending

YES = NO_VALUE
"""What a rule over segments answers where there is no number to tell; any other number but NO is a yes as well."""
NO = NO_VALUE - 1
Judge = Callable[["Observation"], int]
EndJudge = Callable[["Ending"], None]

NOTHING = 0
LOST = 1
ANSWERED = 2
OWN_SYN = 3
OWN_FIN = 4
PAUSE = 5
STEP = 6
"""The packets that a finding about a segment may point to: none, the one it proves lost, the one it answers (or
reports), its sender's first SYN or FIN, the one that ended the last long silence, the first after the clock was set."""


class Rule:
    """One rule over segments. kind: its kind's small integer. when: bits of `tracker.facts`, one is enough.

    related: the packet that its findings point to, one of the seven words above. judge: its function, way: how that
    is reached (`asking`).
    """

    __slots__ = ("judge", "kind", "related", "way", "when")

    def __init__(self, kind: int, when: int, related: int, judge: Judge) -> None:
        self.kind = kind
        self.when = when
        self.related = related
        self.judge = judge
        self.way = asking.way_to(judge)


class EndRule:
    """One rule over finished lives. kind: its kind's small integer. when: bits of `ending`, one is enough.

    judge: its function, way: how that is reached (`asking`).
    """

    __slots__ = ("judge", "kind", "way", "when")

    def __init__(self, kind: int, when: int, judge: EndJudge) -> None:
        self.kind = kind
        self.when = when
        self.judge = judge
        self.way = asking.way_to(judge)


RULES: list[Rule] = []
END_RULES: list[EndRule] = []


def rule(
    judge: Judge,
    severity: Severity,
    *,
    source: str,
    when: int,
    value_name: str = "",
    guess: bool = False,
    related: int = NOTHING,
) -> None:
    """Register a rule over segments: its name is that of its kind, its docstring is what `explain` says.

    when: bits of `tracker.facts`; the rule is asked when at least one of them is set. guess: what it tells is
    suspected, as other causes would look the same. No decorator, as a compiled function takes none.
    """
    kind = Kind(judge.__name__, severity, source, _text(judge.__doc__), value_name, "", guess)
    RULES.append(Rule(publish_kind(kind), when, related, judge))


def at_end(
    judge: EndJudge, severity: Severity, *, source: str, when: int, value_name: str = "", guess: bool = False
) -> None:
    """Register a rule over finished lives, as `rule` does.

    when: bits of `ending`; the rule is asked when at least one of them is set. guess: as of `rule`.
    """
    kind = Kind(judge.__name__, severity, source, _text(judge.__doc__), value_name, "", guess)
    END_RULES.append(EndRule(publish_kind(kind), when, judge))


def _text(doc: str | None) -> str:
    return (doc or "").strip()
