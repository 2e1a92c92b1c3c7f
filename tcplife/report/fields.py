"""Columns by the names of the record: "client.ip", "stats.server.rtt_avg", "anomalies.kind".

In: a dotted path. Out: a function from a record to a cell, or a UsageError that suggests the path that was meant. The
paths are those of the JSON schema, so that a typing error is told before a large capture is read.
"""

from __future__ import annotations

import json
from difflib import get_close_matches

from ..errors import UsageError
from .schema import JSON_SCHEMA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Final

    Cell = str | int | float | bool | None

FREE: Final = frozenset({"judged"})
"""Objects whose inside the schema leaves open: any path below them is taken."""


def paths() -> list[str]:
    """Every path of the schema that leads to a value or a list of values."""
    return list(_paths(JSON_SCHEMA["properties"], ""))


def _paths(properties: dict[str, Any], before: str) -> Iterator[str]:
    for name, schema in properties.items():
        inner = _inside(schema)
        if inner:
            yield from _paths(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def _inside(schema: dict[str, Any]) -> dict[str, Any]:
    """The properties of an object, of the objects of a list, or of the object that may be null."""
    for choice in schema.get("anyOf", [schema]):
        found = choice.get("items", choice)
        if "properties" in found:
            inner: dict[str, Any] = found["properties"]
            return inner
    return {}


def cell(path: str) -> Callable[[dict[str, Any]], Cell]:
    """The function that takes this path's value out of a record. Raises: UsageError for a path there is not."""
    known = paths()
    names = path.split(".")
    if path not in known and names[0] not in FREE and not any(each.startswith(f"{path}.") for each in known):
        near = get_close_matches(path, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"--fields: no field {path!r}{hint} (docs/exchange.md tells how to list them)")
    return lambda record: _text(_value(record, names))


def _value(found: Any, names: list[str]) -> Any:
    """Follow the names; a list gives the list of its members' values."""
    for at, name in enumerate(names):
        if isinstance(found, list):
            return [_value(each, names[at:]) for each in found]
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def _text(value: Any) -> Cell:
    """One cell: values as they are, a list of plain values by spaces, all else as JSON."""
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return " ".join("" if each is None else str(each) for each in value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"))
    plain: Cell = value
    return plain
