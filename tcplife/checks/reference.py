"""The reference of policies and expressions as Markdown, made from the tables that the code itself runs on."""

from __future__ import annotations

from .builtin import DEFAULT, PROFILES
from .fields import CONNECTION_FIELDS
from .literals import Type
from .settings import RULE_KEYS, RUN_KEYS
from .statistics import STATISTICS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .fields import Field
    from .settings import Setting

_TYPES = {
    Type.BOOL: "true/false",
    Type.NUMBER: "number",
    Type.OCTETS: "octets",
    Type.DURATION: "time",
    Type.TEXT: "text",
    Type.ADDRESS: "address",
    Type.WORDS: "list of words",
}


def reference() -> str:
    """The part of docs/checks.md that is made from the code."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "### Keys of a policy"
    yield ""
    yield from _settings(RUN_KEYS.values())
    yield ""
    yield "### Keys of a rule, `[rules.NAME]`"
    yield ""
    yield from _settings(RULE_KEYS.values())
    yield ""
    yield "### Figures over all selected connections"
    yield ""
    yield from _table(("function", "meaning"), [(_code(_call(name)), it.doc) for name, it in STATISTICS.items()])
    yield ""
    yield "### Fields"
    yield ""
    yield from _table(("field", "type", "meaning"), [_field(field) for field in CONNECTION_FIELDS])
    yield ""
    yield "### Profiles"
    for name, text in PROFILES.items():
        yield ""
        yield f"`{name}`{' (used when nothing else is named)' if name == DEFAULT else ''}:"
        yield ""
        yield "```toml"
        yield text.rstrip("\n")
        yield "```"


def _settings(settings: Iterable[Setting]) -> Iterator[str]:
    rows = [(_code(it.name), it.expected, it.default, it.doc) for it in settings]
    return _table(("key", "value", "default", "meaning"), rows)


def _call(name: str) -> str:
    if not STATISTICS[name].of_condition:
        return f"{name}(FIELD)"
    return "count, count(CONDITION)" if name == "count" else f"{name}(CONDITION)"


def _field(field: Field) -> tuple[str, str, str]:
    words = f": {', '.join(_code(word) for word in field.choices)}" if field.choices else ""
    return _code(field.name), _TYPES[field.type], f"{field.doc}{words}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(text: str) -> str:
    return f"`{text}`"
