"""Connections in, one after the other; at the end the verdict on every rule of a policy."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import compress
from math import isnan, nan
from typing import TYPE_CHECKING, Final, cast

from .closures import COMPARE
from .evidence import name_of
from .explain import Clause, spell
from .findings import Finding, Outcome, Result, Verdict
from .nodes import Leaf, Node, Whole, fields_of
from .planes import BATCH, Batch, bits_of, flags_of
from .shape import shape_of
from .statistics import STATISTICS

if TYPE_CHECKING:
    from ..model.connection import Connection
    from .fields import Field
    from .planes import Number
    from .rules import Policy, Rule

MOST_EXAMPLES: Final = 20
"""Shapes per broken rule of which the first connection is kept to be shown."""
MOST_SHAPES: Final = 1000
"""Shapes told apart per broken rule; the connections of further ones are counted together."""


class Check:
    """One run of a policy over the connections of a capture.

    Memory: a batch of connections, the examples of broken rules, and for rules with figures one bit per connection
    and selector and eight octets per connection and field.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.connections = 0
        self._waiting: list[Connection] = []
        self._tallies = [_Tally(rule) for rule in policy.rules]
        self._figures = _Figures()

    def add(self, connection: Connection) -> None:
        """Judge one more finished connection."""
        self._waiting.append(connection)
        if len(self._waiting) == BATCH:
            self._judge()

    def verdict(self, source: str = "") -> Verdict:
        """The verdict on everything added."""
        self._judge()
        results = [self._result(tally) for tally in self._tallies]
        verdict = Verdict(source, self.policy.source, self.connections, results, strict=self.policy.strict)
        if not self.connections and not self.policy.allow_empty:
            verdict.problems.append("no TCP connection in the capture: a check that saw nothing has proved nothing")
        return verdict

    def _judge(self) -> None:
        if not self._waiting:
            return
        batch = Batch(self._waiting)
        self.connections += len(self._waiting)
        self._waiting = []
        broken: list[tuple[_Tally, int]] = []
        for tally in self._tallies:
            mask = tally.judge(batch)
            if mask:
                broken.append((tally, mask))
            for whole in tally.figures:
                self._figures.note(whole, batch, tally.selector, tally.mask)
        _file(batch, broken)

    def _result(self, tally: _Tally) -> Result:
        findings = [
            Finding(
                tally.rule,
                shape,
                group.count,
                tally.selected,
                group.example,
                group.first,
                worst=group.worst,
                higher_is_worse=tally.higher_is_worse,
            )
            for shape, group in tally.groups.items()
        ]
        result = Result(tally.rule, tally.selected, tally.broken, findings, tally.omitted)
        for whole in tally.figures:
            finding = self._figures.finding(tally, whole)
            if finding is not None:
                result.findings.append(finding)
        if result.findings or result.omitted:
            result.outcome = Outcome.BROKEN
        elif not tally.selected and not _counts(tally.figures):
            result.outcome = Outcome.EMPTY
        return result


def _counts(figures: list[Whole]) -> bool:
    """Whether a rule counts: then none is an answer, too."""
    return any(whole.function == "count" for whole in figures)


@dataclass(slots=True)
class _Group:
    """Connections of one shape that broke one rule."""

    first: str
    example: Connection | None
    count: int = 0
    worst: Number | None = None


@dataclass(slots=True)
class _Tally:
    """What is known of one rule so far; `mask`: what it selected in the batch at hand."""

    rule: Rule
    tests: list[Node] = field(init=False)
    figures: list[Whole] = field(init=False)
    selected: int = 0
    broken: int = 0
    omitted: int = 0
    mask: int = 0
    groups: dict[str, _Group] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tests = self.rule.tests
        self.figures = self.rule.figures

    @property
    def selector(self) -> str:
        return self.rule.selector

    @property
    def measure(self) -> Leaf | None:
        """The one test whose number can be more or less wrong; None if there is none, or several."""
        numbers = [test for test in self.tests if isinstance(test, Leaf) and test.relation in {"<", "<=", ">", ">="}]
        return numbers[0] if len(numbers) == 1 and len(self.tests) == 1 else None

    @property
    def higher_is_worse(self) -> bool:
        return self.measure is None or self.measure.relation in {"<", "<="}

    def judge(self, batch: Batch) -> int:
        """Judge a batch; returns the connections that break the rule."""
        self.mask = batch.plane(self.rule.where.root).true if self.rule.where else batch.full
        self.selected += self.mask.bit_count()
        held = self.mask
        for test in self.tests:
            held &= batch.plane(test).true
        failed = self.mask & ~held
        self.broken += failed.bit_count()
        return failed

    def file(self, shape: str, mask: int, batch: Batch) -> None:
        """Note that the connections of a mask, all of one shape, break the rule."""
        group = self.groups.get(shape)
        if group is None:
            if len(self.groups) >= MOST_SHAPES:
                self.omitted += mask.bit_count()
                return
            first = batch.connections[next(bits_of(mask))]
            kept = first if len(self.groups) < MOST_EXAMPLES else None
            group = self.groups[shape] = _Group(name_of(first), kept)
        group.count += mask.bit_count()
        measure = self.measure
        if measure is not None:
            found = batch.ladder(measure.field).extreme(mask, highest=self.higher_is_worse)
            known = [number for number in (found and found[0], group.worst) if number is not None]
            group.worst = (max if self.higher_is_worse else min)(known, default=None)


def _file(batch: Batch, broken: list[tuple[_Tally, int]]) -> None:
    """File the connections that broke rules under their shapes, each shape worked out once."""
    union = 0
    for _, mask in broken:
        union |= mask
    shapes: dict[str, int] = {}
    names: dict[int, str] = {}
    for number in bits_of(union):
        names[number] = shape_of(batch.connections[number])
        shapes[names[number]] = shapes.get(names[number], 0) | 1 << number
    for tally, mask in broken:
        for shape in _shapes_in(mask, shapes, names):
            tally.file(shape, mask & shapes[shape], batch)


def _shapes_in(mask: int, shapes: dict[str, int], names: dict[int, str]) -> list[str]:
    if mask.bit_count() < len(shapes):
        return list(dict.fromkeys(names[number] for number in bits_of(mask)))
    return [shape for shape, members in shapes.items() if mask & members]


class _Figures:
    """What figures over all connections need, kept once per selector and per field."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._values: dict[str, list[array[float]]] = {}
        self._masks: dict[str, list[bytes]] = {}
        self._seen: tuple[Batch, set[tuple[str, str]]] | None = None
        self._examples: dict[tuple[str, str], tuple[Number, Connection]] = {}

    def note(self, whole: Whole, batch: Batch, selector: str, mask: int) -> None:
        """Note a batch for a figure; figures of the same selector and field share what is kept."""
        if self._seen is None or self._seen[0] is not batch:
            self._seen = (batch, set())
        seen = self._seen[1]
        if whole.field is not None:
            if ("field", whole.field.name) not in seen:
                values = cast("list[Number | None]", batch.values(whole.field))
                kept = array("d", [nan if value is None else value for value in values])
                self._values.setdefault(whole.field.name, []).append(kept)
            if ("mask", selector) not in seen:
                self._masks.setdefault(selector, []).append(mask.to_bytes(BATCH // 8, "little"))
            seen.update({("field", whole.field.name), ("mask", selector)})
            self._note_extreme(whole, whole.field, batch, selector, mask)
        elif (selector, whole.text) not in seen:
            fits = mask & batch.plane(whole.condition).true if whole.condition else mask
            key = (selector, whole.condition.text if whole.condition else "")
            if key not in seen:
                self._counts[key] = self._counts.get(key, 0) + fits.bit_count()
                self._note_first(whole, batch, selector, mask & ~fits if whole.relation in {">", ">="} else fits)
            seen.add(key)

    def _note_extreme(self, whole: Whole, field: Field, batch: Batch, selector: str, mask: int) -> None:
        """Keep the connection with the worst value: the one to look at when the figure is wrong."""
        highest = whole.relation in {"<", "<="}
        found = batch.ladder(field).extreme(mask, highest=highest)
        before = self._examples.get((selector, whole.text))
        if found and (before is None or (found[0] > before[0] if highest else found[0] < before[0])):
            self._examples[selector, whole.text] = (found[0], batch.connections[found[1]])

    def _note_first(self, whole: Whole, batch: Batch, selector: str, mask: int) -> None:
        """Keep the first connection of those that there are too many of."""
        if mask and whole.condition and (selector, whole.text) not in self._examples:
            self._examples[selector, whole.text] = (0, batch.connections[next(bits_of(mask))])

    def finding(self, tally: _Tally, whole: Whole) -> Finding | None:
        """What is wrong with a figure; None when it is right, or when nothing was selected."""
        value = self._value(tally, whole)
        if value is not None and COMPARE[whole.relation](value, whole.wanted):
            return None
        if not tally.selected and whole.function != "count":
            return None
        shown = whole.text.rsplit(f" {whole.relation} ", 1)[0]
        return Finding(
            tally.rule,
            f"{shown} of {tally.selector}",
            tally.selected,
            tally.selected,
            self._examples.get((tally.selector, whole.text), (0, None))[1],
            figure=Clause(
                whole.text,
                f"{shown} is {spell(value, whole.field)}",
                tuple(fields_of(whole)),
            ),
            worst=value,
            higher_is_worse=whole.relation in {"<", "<="},
        )

    def _value(self, tally: _Tally, whole: Whole) -> Number | None:
        if whole.field is None:
            found = self._counts.get((tally.selector, whole.condition.text if whole.condition else ""), 0)
            if whole.function == "count":
                return found
            return found / tally.selected if tally.selected else None
        values = sorted(self._selected(tally.selector, whole.field.name))
        return STATISTICS[whole.function].of(values) if values else None

    def _selected(self, selector: str, name: str) -> list[Number]:
        chosen: list[Number] = []
        for values, mask in zip(self._values.get(name, ()), self._masks.get(selector, ()), strict=True):
            flags = flags_of(int.from_bytes(mask, "little"), len(values))
            chosen.extend(value for value in compress(values, flags) if not isnan(value))
        return chosen
