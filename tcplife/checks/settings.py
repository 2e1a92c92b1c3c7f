"""The keys of a policy file: name, type, default, what for. The reader and the reference are made from these."""

from __future__ import annotations

from dataclasses import dataclass

from .rules import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. accepts: whether a TOML value fits; expected: what fits, in words; default: what holds without it."""

    name: str
    expected: str
    default: str
    doc: str
    accepts: Callable[[Any], bool]


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and all(map(_text, value)))


def _level(value: object) -> bool:
    return isinstance(value, str) and value in {str(level) for level in Level}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _table(value: object) -> bool:
    return isinstance(value, dict)


def _named(*settings: Setting) -> dict[str, Setting]:
    return {setting.name: setting for setting in settings}


RUN_KEYS: Final = _named(
    Setting("extends", "the name of a profile", "nothing",
            "begin with the rules of this profile; a rule of the same name changes or replaces it", _text),
    Setting("strict", "true or false", "false",
            "a rule that selects nothing fails, and so does a broken rule of level warning", _flag),
    Setting("allow_empty", "true or false", "false", "a capture without any TCP connection may pass", _flag),
    Setting("allow_damaged", "true or false", "false", "a damaged or cut capture may pass", _flag),
    Setting("msl_s", "a number of seconds", "120",
            "the maximum segment lifetime: TIME_WAIT ends after twice as long", _number),
    Setting("rules", "tables, as in [rules.NAME]", "none", "the rules, each under its name", _table),
)  # fmt: skip
"""Keys of the top level."""

RULE_KEYS: Final = _named(
    Setting("expect", "an expression in quotes, or a list of them", "needed",
            "what must hold for every selected connection (every expression of a list)", _texts),
    Setting("where", "an expression in quotes", "every connection", "which connections the rule is about", _text),
    Setting("why", "text in quotes", "nothing", "the reason, shown when the rule is broken", _text),
    Setting("level", '"error", "warning" or "note"', '"error"',
            "whether a broken rule fails the run (error) or is only told", _level),
    Setting("enabled", "true or false", "true", "false takes a rule of the extended profile out", _flag),
)  # fmt: skip
"""Keys of a rule."""
