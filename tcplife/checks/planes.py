"""Many connections at once: a test of a thousand connections is one integer, a bit for each of them.

A rule costs a few big-integer operations for a batch instead of a call per connection, and what rules share is
worked out once: nodes of the same spelling, columns of the same field, sorted columns for every threshold.
Equal, connection by connection, to the closures of `closures` (a property test holds it).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import compress
from operator import and_, or_
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from .closures import COMPARE
from .literals import Type
from .nodes import All, Leaf, Node, Not, Pair, Ranges, Some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..model.connection import Connection
    from .fields import Field, Value

    Values = Sequence[Value | None]
    Number = int | float

BATCH: Final = 2048
"""Connections per batch: an integer of 256 octets. Larger ones make single bits dear, smaller ones the rules."""
_STEP: Final = 32
_BITS: Final = bytes.maketrans(b"01", b"\x00\x01")
_DIGITS: Final = bytes.maketrans(b"\x00\x01", b"01")


class Plane(NamedTuple):
    """Which connections a node is true for, and for which it is false; in neither: unknown."""

    true: int
    false: int


def mask_of(flags: bytes | bytearray) -> int:
    """Bit i for the i-th of some octets of 0 and 1."""
    return int(flags[::-1].translate(_DIGITS), 2) if flags else 0


def flags_of(mask: int, count: int) -> bytes:
    """The opposite: `count` octets of 0 and 1."""
    return format(mask, f"0{count}b").encode()[::-1].translate(_BITS) if count else b""


def bits_of(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Ladder:
    """A column with an order: sorted once, so that any threshold is a bisection and a few single bits."""

    def __init__(self, values: Values) -> None:
        known = [number for number, value in enumerate(values) if value is not None]
        ordered = cast("Sequence[Number]", values)
        self._order = sorted(known, key=ordered.__getitem__)
        self._sorted = [ordered[number] for number in self._order]
        self._rungs = list(self._climb())
        self.known = self.first(len(known))

    def _climb(self) -> Iterator[int]:
        """The bits of the smallest 0, 32, 64... connections."""
        rung = 0
        for start in range(0, len(self._order) + 1, _STEP):
            yield rung
            for number in self._order[start : start + _STEP]:
                rung |= 1 << number

    def first(self, count: int) -> int:
        """The bits of the `count` smallest."""
        whole, rest = divmod(count, _STEP)
        mask = self._rungs[whole]
        for number in self._order[count - rest : count]:
            mask |= 1 << number
        return mask

    def true_for(self, relation: str, wanted: Number) -> int:
        """The connections whose value stands in this relation to a constant."""
        if relation in {"<", ">="}:
            below = self.first(bisect_left(self._sorted, wanted))
            return below if relation == "<" else self.known ^ below
        if relation in {"<=", ">"}:
            upto = self.first(bisect_right(self._sorted, wanted))
            return upto if relation == "<=" else self.known ^ upto
        same = self.within(wanted, wanted)
        return same if relation == "==" else self.known ^ same

    def within(self, low: Number, high: Number) -> int:
        """The connections from `low` to `high`, both included."""
        return self.first(bisect_right(self._sorted, high)) ^ self.first(bisect_left(self._sorted, low))

    def extreme(self, mask: int, *, highest: bool) -> tuple[Number, int] | None:
        """The highest or lowest known value among the connections of a mask, and whose it is."""
        mask &= self.known
        if not mask:
            return None
        low, high = 0, len(self._order)
        while high - low > 1:
            middle = (low + high) // 2
            below = bool(mask & self.first(middle))
            if highest:
                low, high = (middle, high) if mask & ~self.first(middle) else (low, middle)
            else:
                low, high = (low, middle) if below else (middle, high)
        return self._sorted[low], self._order[low]


class Groups:
    """A column of words: the connections of each different value."""

    def __init__(self, values: Values) -> None:
        self._members: dict[Value, list[int]] = {}
        for number, value in enumerate(values):
            if value is not None:
                self._members.setdefault(value, []).append(number)
        self._masks: dict[Value, int] = {}
        self._count = len(values)
        flags = bytes(value is not None for value in values)
        self.known = mask_of(flags)

    def true_for(self, fits: Callable[[Value], bool]) -> int:
        """The connections whose value fits."""
        mask = 0
        for value in self._members:
            if fits(value):
                mask |= self.same(value)
        return mask

    def same(self, value: Value) -> int:
        """The connections of exactly this value."""
        if value not in self._masks:
            flags = bytearray(self._count)
            for number in self._members.get(value, ()):
                flags[number] = 1
            self._masks[value] = mask_of(flags)
        return self._masks[value]


class Batch:
    """Up to `BATCH` connections, and everything already worked out about them."""

    def __init__(self, connections: Sequence[Connection]) -> None:
        self.connections = connections
        self.full = (1 << len(connections)) - 1
        self._values: dict[str, Values] = {}
        self._ladders: dict[str, Ladder] = {}
        self._groups: dict[str, Groups] = {}
        self._planes: dict[str, Plane] = {}

    def values(self, field: Field) -> Values:
        """A field of every connection, in order."""
        found = self._values.get(field.name)
        if found is None:
            found = self._values[field.name] = list(map(field.get, self.connections))
        return found

    def selected(self, field: Field, mask: int) -> list[Number]:
        """The known values of a field among the connections of a mask."""
        values = compress(self.values(field), flags_of(mask, len(self.connections)))
        return [cast("Number", value) for value in values if value is not None]

    def ladder(self, field: Field) -> Ladder:
        """A field that has an order, sorted."""
        found = self._ladders.get(field.name)
        if found is None:
            found = self._ladders[field.name] = Ladder(self.values(field))
        return found

    def plane(self, node: Node) -> Plane:
        """Which connections a node is true and false for. Figures over many connections have no plane."""
        found = self._planes.get(node.text)
        if found is None:
            found = self._planes[node.text] = self._evaluate(node)
        return found

    def _evaluate(self, node: Node) -> Plane:
        if isinstance(node, Leaf):
            return self._test(node)
        if isinstance(node, Pair):
            return self._pair(node)
        if isinstance(node, Not):
            inner = self.plane(node.part)
            return Plane(inner.false, inner.true)
        if isinstance(node, All):
            return self._joined(node.parts, and_, or_)
        if isinstance(node, Some):
            return self._joined(node.parts, or_, and_)
        raise TypeError(f"{node.text} looks at many connections")

    def _joined(
        self,
        parts: tuple[Node, ...],
        trues: Callable[[int, int], int],
        falses: Callable[[int, int], int],
    ) -> Plane:
        true, false = self.plane(parts[0])
        for part in parts[1:]:
            more = self.plane(part)
            true, false = trues(true, more.true), falses(false, more.false)
        return Plane(true, false)

    def _test(self, node: Leaf) -> Plane:
        if node.relation == "known":
            flags = bytes(value is not None for value in self.values(node.field))
            true = mask_of(flags)
            return Plane(true, self.full ^ true)
        if node.field.type.ordered or node.field.type is Type.ADDRESS:
            ladder = self.ladder(node.field)
            true = _on_ladder(ladder, node)
            return Plane(true, ladder.known ^ true)
        return self._words(node)

    def _words(self, node: Leaf) -> Plane:
        groups = self._groups.get(node.field.name)
        if groups is None:
            groups = self._groups[node.field.name] = Groups(self.values(node.field))
        compare, wanted = COMPARE[node.relation], node.wanted
        if node.relation == "==":
            true = groups.same(cast("Value", wanted))
        else:
            true = groups.true_for(lambda value: compare(value, wanted))
        return Plane(true, groups.known ^ true)

    def _pair(self, node: Pair) -> Plane:
        compare = COMPARE[node.relation]
        both = list(zip(self.values(node.left), self.values(node.right), strict=True))
        known = mask_of(bytes(left is not None and right is not None for left, right in both))
        true = mask_of(bytes(left is not None and right is not None and compare(left, right) for left, right in both))
        return Plane(true, known ^ true)


def _on_ladder(ladder: Ladder, node: Leaf) -> int:
    if node.relation == "within":
        ranges = cast("Ranges", node.wanted)
    elif node.relation == "in":
        ranges = tuple((value, value) for value in cast("frozenset[int]", node.wanted))
    else:
        return ladder.true_for(node.relation, cast("Number", node.wanted))
    mask = 0
    for low, high in ranges:
        mask |= ladder.within(low, high)
    return mask
