"""Why a connection does not fit: the tests that failed, what was expected of each, what it is instead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final, cast

from .closures import compile_node
from .literals import V6_BASE, Type
from .nodes import All, Node, fields_of
from .words import SEVERITY_WORDS

if TYPE_CHECKING:
    from ..model.connection import Connection
    from .fields import Field, Value

UNKNOWN: Final = "unknown (the capture cannot tell)"
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Clause:
    """One test that did not hold. actual: what each field it reads says; fields: those fields."""

    expected: str
    actual: str
    fields: tuple[Field, ...]


def why_not(node: Node, connection: Connection) -> list[Clause]:
    """The parts of a test that do not hold for a connection, each with the reason; empty when it holds."""
    if compile_node(node)(connection) is True:
        return []
    if isinstance(node, All):
        return [clause for part in node.parts for clause in why_not(part, connection)]
    fields = {field.name: field for field in fields_of(node)}
    actual = ", ".join(_says(field, connection) for field in fields.values())
    return [Clause(node.text, actual, tuple(fields.values()))]


def _says(field: Field, connection: Connection) -> str:
    if field.name in {"worst", "anomalies", "anomalies.count"}:
        return _anomalies(connection)
    return f"{field.name} is {spell(field.get(connection), field)}"


def _anomalies(connection: Connection, most: int = 4) -> str:
    worst = sorted(connection.anomalies, key=lambda found: (-found.severity, found.packet))
    told = [f"{found.kind} ({SEVERITY_WORDS[found.severity - 1]}, packet {found.packet})" for found in worst[:most]]
    more = len(worst) - len(told)
    if not told:
        return "it has no anomaly"
    return f"it has {', '.join(told)}{f' and {more} more' if more > 0 else ''}"


def spell(value: Value | None, field: Field | None) -> str:
    """A field's value as the language writes it; a figure without a field is a bare number."""
    if value is None:
        return UNKNOWN
    if field is None:
        return _plain(cast("int | float", value))
    if field.type is Type.DURATION:
        return f"{_plain(round(cast('int', value) / field.unit, 6))} {'ms' if field.unit == _MS else 's'}"
    if field.type is Type.ADDRESS:
        return _address(cast("int", value))
    if field.type is Type.BOOL:
        return "true" if value else "false"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _plain(value)


def _plain(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) and value != int(value) else f"{int(value)}"


def _address(value: int) -> str:
    return str(IPv6Address(value - V6_BASE) if value >= V6_BASE else IPv4Address(value))
