"""A Value is what a dataclass of the same fields is: the same calls, the same refusals, the same text."""

from __future__ import annotations

import copy
import inspect
import pickle
import pprint
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from types import new_class

import pytest

from tcplife.model.value import Value, fresh


class Ours(Value):
    """Four fields."""

    kind: str
    packet: int
    related: int | None = None
    facts: dict[str, int] = fresh(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Theirs:
    """The same."""

    kind: str
    packet: int
    related: int | None = None
    facts: dict[str, int] = field(default_factory=dict)


class Sums(Value, frozen=False):
    """One that changes."""

    count: int = 0
    names: list[str] = fresh(default_factory=list)


def test_it_is_made_and_printed_as_a_dataclass() -> None:
    for values, named in (
        (("reset", 7), {}),
        (("reset", 7, 3, {"a": 1}), {}),
        (("reset",), {"packet": 7, "facts": {"b": 2}}),
    ):
        made = Ours(*values, **named)  # type: ignore[arg-type]
        twin = Theirs(*values, **named)  # type: ignore[arg-type]
        assert repr(made) == repr(twin).replace("Theirs", "Ours")
        assert asdict(made) == asdict(twin)
    assert inspect.signature(Ours) == inspect.signature(Theirs)
    assert [one.name for one in fields(Ours)] == [one.name for one in fields(Theirs)]
    assert [one.type for one in fields(Ours)] == [one.type for one in fields(Theirs)]
    assert Ours.__match_args__ == Theirs.__match_args__
    assert pprint.pformat(Ours("reset", 7)) == "Ours(kind='reset', packet=7, related=None, facts={})"


@pytest.mark.parametrize(
    ("values", "named"),
    [(("reset",), {}), (("reset", 7, None, {}, 5), {}), (("reset", 7), {"packet": 8}), (("reset", 7), {"no": 1})],
    ids=["too few", "too many", "twice", "unknown"],
)
def test_a_wrong_call_is_a_type_error(values: tuple[object, ...], named: dict[str, object]) -> None:
    for made in (Ours, Theirs):
        with pytest.raises(TypeError):
            made(*values, **named)  # type: ignore[arg-type]


def test_it_is_frozen_and_has_nothing_but_its_fields() -> None:
    made = Ours("reset", 7)
    with pytest.raises(FrozenInstanceError):
        made.kind = "fin"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.kind
    assert not hasattr(made, "__dict__")
    assert made.kind == "reset"


def test_equal_by_class_and_fields() -> None:
    assert Ours("reset", 7) == Ours("reset", packet=7)
    assert Ours("reset", 7) != Ours("reset", 8)
    assert Ours("reset", 7) != Theirs("reset", 7)
    assert len({Sums.__name__: 1, Ours("reset", 7, 1, None): 2, Ours("reset", 7, 1, None): 3}) == 2  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hash(Ours("reset", 7))  # a dict inside


def test_copied_pickled_and_replaced() -> None:
    made = Ours("reset", 7, facts={"a": 1})
    for same in (
        copy.copy(made),
        copy.deepcopy(made),
        pickle.loads(pickle.dumps(made)),  # noqa: S301 - our own
        replace(made),
        made.__replace__(),
    ):
        assert same == made
    assert replace(made, packet=8) == made.__replace__(packet=8) == Ours("reset", 8, None, {"a": 1})


def test_one_that_is_not_frozen_changes_and_has_no_hash() -> None:
    sums, others = Sums(), Sums()
    sums.count += 1
    sums.names.append("x")
    assert (sums, others.names) == (Sums(1, ["x"]), [])
    with pytest.raises(TypeError):
        hash(sums)
    with pytest.raises(AttributeError):
        sums.other = 1


@pytest.mark.parametrize(
    ("base", "space"),
    [
        (Value, {"__annotations__": {}}),
        (Value, {"__annotations__": {"a": "int", "b": "int"}, "a": 1}),
        (Ours, {"__annotations__": {"a": "int"}}),
    ],
    ids=["no field", "a default first", "extended"],
)
def test_what_would_be_made_wrong_is_refused(base: type, space: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="a Value has fields"):
        new_class("Wrong", (base,), exec_body=lambda made: made.update(space))


def test_a_pattern_takes_it_apart() -> None:
    match Ours("reset", 7):
        case Ours(kind, packet):
            assert (kind, packet) == ("reset", 7)
