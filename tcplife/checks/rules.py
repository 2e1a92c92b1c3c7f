"""What a policy is made of: rules with a selector and expectations, and how strictly a run is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .nodes import All, Node, Whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .expression import Expression


class Level(StrEnum):
    """What a broken rule means: an error fails the run, a warning is told, a note is for the curious."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a policy: file name, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As compilers print it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule: every connection that `where` selects (all without one) fits every expression of `expect`."""

    name: str
    expect: tuple[Expression, ...]
    where: Expression | None = None
    why: str = ""
    level: Level = Level.ERROR
    place: Place | None = None

    @property
    def tests(self) -> list[Node]:
        """What each selected connection must fit, alone."""
        return [part for part in self._parts() if not isinstance(part, Whole)]

    @property
    def figures(self) -> list[Whole]:
        """What must be true of all selected connections together."""
        return [part for part in self._parts() if isinstance(part, Whole)]

    @property
    def selector(self) -> str:
        """The selector in words."""
        return self.where.root.text if self.where else "every connection"

    @property
    def expected(self) -> str:
        """The expectation in words."""
        return " and ".join(part.text for part in self._parts())

    def _parts(self) -> list[Node]:
        parts: list[Node] = []
        for expression in self.expect:
            root = expression.root
            parts.extend(root.parts if isinstance(root, All) else (root,))
        return parts


@dataclass(frozen=True, slots=True)
class Policy:
    """Named rules, and what counts as proof. source: the file or profile they come from.

    strict: a rule that selects nothing fails, warnings fail. allow_empty: a capture without connections may pass.
    allow_damaged: a damaged capture may pass. msl_s: seconds, None for the analysis's own.
    """

    rules: tuple[Rule, ...]
    source: str = ""
    strict: bool = False
    allow_empty: bool = False
    allow_damaged: bool = False
    msl_s: float | None = None
