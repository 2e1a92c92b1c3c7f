"""The expression language of `analyze --filter` and `check`: text -> Expression, which says whether a Connection fits.

Typed, without eval, without anything that can hang: length and nesting are bounded, every evaluation is linear.
"""

from __future__ import annotations

from .closures import compile_node
from .fields import CONNECTION_FIELDS, Fields
from .nodes import Node, fields_of
from .parser import Parser
from .tokens import ExpressionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from .closures import Predicate

__all__ = ["CONNECTION_FIELDS", "Expression", "ExpressionError", "parse"]


class Expression:
    """A parsed expression. text: as written; root: its tree; fields_used: the names of the fields it reads."""

    __slots__ = ("_holds", "fields_used", "root", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root
        self.fields_used = frozenset(field.name for field in fields_of(root))
        self._holds: Predicate | None = None

    def __repr__(self) -> str:
        """The canonical spelling."""
        return f"<Expression {self.root.text}>"

    def matches(self, connection: Connection) -> bool:
        """Whether it holds; what the capture cannot tell does not match."""
        return self.holds(connection) is True

    def holds(self, connection: Connection) -> bool | None:
        """True, False, or None where the capture cannot tell.

        Raises: TypeError when it looks at many connections (`parse(..., aggregates=True)`).
        """
        if self._holds is None:
            self._holds = compile_node(self.root)
        return self._holds(connection)


def parse(text: str, *, fields: Fields = CONNECTION_FIELDS, aggregates: bool = False) -> Expression:
    """Parse an expression, or say what is wrong with it and where.

    aggregates: also allow figures over all connections (count, p95(rtt_ms)...), as the expectations of rules do.
    Bounds: 10,000 characters, 50 parentheses inside each other.
    Raises: ExpressionError.
    """
    return Expression(text, Parser(text, fields, aggregates=aggregates).parse())
