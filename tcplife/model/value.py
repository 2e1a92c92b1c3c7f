"""Values with named fields, as `dataclasses` makes them, without the sources it compiles for each at every start.

In: a class with annotated fields. Out: the same class with slots, frozen unless it says otherwise, equal by its fields,
printable, hashable, picklable. Six small sources a class, of some twenty classes, were a third of a start. `fields`,
`replace`, `asdict` and `inspect` work all the same: what they ask for is made when they ask.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import Field
    from inspect import Signature
    from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**told: object) -> Callable[[T], T]:
        """What typing has of this name says something to type checkers alone."""
        return lambda made: made


class _Fresh:
    """A default that each value has of its own."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def fresh(*, default_factory: Callable[[], T]) -> T:
    """A field's default that is made anew for each value: `notes: list[str] = fresh(default_factory=list)`."""
    return _Fresh(default_factory)  # type: ignore[return-value]


class _Shape(type):
    """Turns annotated names into slots, and what stands behind them into defaults."""

    __match_args__: tuple[str, ...]
    _defaults: dict[str, Any]
    _tail: tuple[Any, ...]
    _puts: tuple[Callable[[Any, Any], None], ...]
    _frozen: bool

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], *, frozen: bool = True) -> Any:
        """Make the class. frozen: its fields stay as they are made.

        Raises: TypeError for one without fields (annotations must be text: the module needs the future's), with one
        that has no default behind one that has, or that extends another.
        """
        names = tuple(space.get("__annotations__", ()))
        defaults = {name: space.pop(name) for name in names if name in space}
        fresh_ones = any(isinstance(default, _Fresh) for default in defaults.values())
        if bases and (
            not names
            or tuple(defaults) != names[len(names) - len(defaults) :]
            or any(getattr(base, "_puts", ()) for base in bases)
        ):
            raise TypeError(f"{name}: a Value has fields, those with defaults last, and extends no other")
        space |= {"__slots__": names, "__match_args__": names}
        if not frozen:
            space |= {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__, "__hash__": None}
        made = super().__new__(cls, name, bases, space)
        made._defaults = defaults
        made._tail = () if fresh_ones else tuple(defaults.values())
        made._puts = tuple([getattr(made, name).__set__ for name in names])
        made._frozen = frozen
        return made

    def complete(cls, values: tuple[Any, ...], named: dict[str, Any]) -> Sequence[Any]:
        """Every field's value, in order. Raises: TypeError as a call with wrong arguments does."""
        names = cls.__match_args__
        missing = len(names) - len(values)
        if not named and 0 < missing <= len(cls._tail):
            return values + cls._tail[-missing:]
        if len(values) > len(names):
            raise TypeError(f"{cls.__name__}() takes {len(names)} values, and {len(values)} were given")
        given = dict(zip(names, values, strict=False))
        for name in named:
            if name in given or name not in names:
                raise TypeError(f"{cls.__name__}() got {'a second' if name in given else 'an unexpected'} {name!r}")
        given |= named
        lacking = [name for name in names if name not in given and name not in cls._defaults]
        if lacking:
            raise TypeError(f"{cls.__name__}() misses {', '.join(lacking)}")
        return [given[name] if name in given else cls._default(name) for name in names]

    def _default(cls, name: str) -> Any:
        default = cls._defaults[name]
        return default.make() if isinstance(default, _Fresh) else default

    def as_dataclass(cls) -> type:
        """The dataclass with these fields."""
        from dataclasses import field, make_dataclass

        fields: list[tuple[str, Any, Any]] = []
        for name, kind in cls.__annotations__.items():
            default = cls._defaults.get(name, fields)  # what is no default
            if isinstance(default, _Fresh):
                fields.append((name, kind, field(default_factory=default.make)))
            else:
                fields.append((name, kind, field() if default is fields else field(default=default)))
        return make_dataclass(cls.__name__, fields, frozen=cls._frozen, slots=True)


class _Asked:
    """What a dataclass has and a Value makes when somebody asks for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, value: object, owner: _Shape) -> Any:
        """The dataclass's own."""
        made = owner.as_dataclass()
        if self._name == "__signature__":
            from inspect import signature

            return signature(made)
        return getattr(made, self._name)


@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
class Value(metaclass=_Shape):
    """The base of all values: `class Close(Value)`; with `frozen=False` its fields may change, and it has no hash."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
        __signature__: ClassVar[Signature]
        __match_args__: ClassVar[tuple[str, ...]]
    else:
        __dataclass_fields__ = _Asked("__dataclass_fields__")
        __dataclass_params__ = _Asked("__dataclass_params__")
        __signature__ = _Asked("__signature__")

    def __init__(self, *values: Any, **named: Any) -> None:
        shape = self.__class__
        puts = shape._puts
        for put, value in zip(
            puts, shape.complete(values, named) if named or len(values) != len(puts) else values, strict=True
        ):
            put(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse. Raises: FrozenInstanceError."""
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        """Refuse. Raises: FrozenInstanceError."""
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        """Equal when of the same class, and field by field."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        """Hash of all fields."""
        return hash(self._values())

    def __repr__(self) -> str:
        """Close(kind='reset', ...)."""
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{self.__class__.__qualname__}({told})"

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickled and copied as a call."""
        return self.__class__, self._values()

    def __replace__(self, **changes: Any) -> Self:
        """The same with other values in some fields (`copy.replace` of Python 3.13)."""
        return self.__class__(**dict(zip(self.__match_args__, self._values(), strict=True)) | changes)
