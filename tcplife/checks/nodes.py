"""The tree of a parsed expression: typed, closed, immutable; `text` is the canonical spelling of each node.

Two nodes of the same spelling mean the same, so whoever evaluates many expressions may evaluate each spelling once.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .fields import Field, Value

Ranges = tuple[tuple[int, int], ...]
"""Closed ranges of addresses, as `literals.address_range` gives them."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field against a constant. relation: == != < <= > >= in (a frozenset) within (Ranges) contains known."""

    field: Field
    relation: str
    wanted: Value | frozenset[Value] | Ranges
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A field against another field of the same type."""

    left: Field
    relation: str
    right: Field
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; what is unknown stays unknown."""

    part: Node
    text: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Node, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A figure over all selected connections against a constant: count, share, p95(rtt_ms)...

    field: what a statistic is of, None for count and share; condition: what count and share count, None for all.
    """

    function: str
    field: Field | None
    condition: Node | None
    relation: str
    wanted: int | float
    text: str


Node = Leaf | Pair | Not | All | Some | Whole


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, the root first, in the order they are written; no recursion, whatever the depth."""
    waiting: list[Node] = [node]
    while waiting:
        here = waiting.pop()
        yield here
        if isinstance(here, Not):
            waiting.append(here.part)
        elif isinstance(here, All | Some):
            waiting.extend(reversed(here.parts))
        elif isinstance(here, Whole) and here.condition is not None:
            waiting.append(here.condition)


def fields_of(node: Node) -> Iterator[Field]:
    """Every field a tree reads."""
    for here in walk(node):
        if isinstance(here, Pair):
            yield from (here.left, here.right)
        elif isinstance(here, Leaf | Whole) and here.field is not None:
            yield here.field
