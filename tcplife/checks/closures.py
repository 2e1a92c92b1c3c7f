"""A tree -> one Python function of a Connection, built once: True, False, or None where the capture cannot tell.

Three values, Kleene's logic: a comparison with something unknown is unknown, and so is its opposite; "and" is false
as soon as one part is, "or" true as soon as one is. The slow and obvious evaluation that `planes` must equal.
"""

from __future__ import annotations

import operator

from .literals import Type
from .nodes import All, Leaf, Node, Not, Pair, Some

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from ..model.connection import Connection

    Predicate = Callable[[Connection], bool | None]
    """Says whether a connection fits: yes, no, or (None) the capture cannot tell."""

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, wanted: value in wanted,
    "contains": lambda value, wanted: wanted in value,
    "within": lambda value, ranges: any(low <= value <= high for low, high in ranges),
}
"""What each relation of a Leaf means for a known value."""


def compile_node(node: Node) -> Predicate:
    """The function of a tree; figures over many connections have none here (the parser refuses them)."""
    if isinstance(node, Leaf):
        return _test(node)
    if isinstance(node, Pair):
        return _pair(node)
    if isinstance(node, Not):
        return _not(compile_node(node.part))
    if isinstance(node, All):
        return _joined([compile_node(part) for part in node.parts], decisive=False)
    if isinstance(node, Some):
        return _joined([compile_node(part) for part in node.parts], decisive=True)
    raise TypeError(f"{node.text} looks at many connections")


def _test(node: Leaf) -> Predicate:
    get, wanted = node.field.get, node.wanted
    if node.relation == "known":
        return lambda connection: get(connection) is not None
    if node.field.type is Type.BOOL and node.relation == "==" and wanted is True:
        return get  # type: ignore[return-value]  # a BOOL field gives bool or None
    compare = COMPARE[node.relation]

    def holds(connection: Connection) -> bool | None:
        value = get(connection)
        return None if value is None else compare(value, wanted)

    return holds


def _pair(node: Pair) -> Predicate:
    left, right, compare = node.left.get, node.right.get, COMPARE[node.relation]

    def holds(connection: Connection) -> bool | None:
        first, second = left(connection), right(connection)
        return None if first is None or second is None else compare(first, second)

    return holds


def _not(part: Predicate) -> Predicate:
    def holds(connection: Connection) -> bool | None:
        value = part(connection)
        return None if value is None else not value

    return holds


def _joined(parts: list[Predicate], *, decisive: bool) -> Predicate:
    """And (decisive False) or or (decisive True): the first decisive part decides, else any unknown one."""

    def holds(connection: Connection) -> bool | None:
        unknown = False
        for part in parts:
            value = part(connection)
            if value is decisive:
                return decisive
            if value is None:
                unknown = True
        return None if unknown else not decisive

    return holds
