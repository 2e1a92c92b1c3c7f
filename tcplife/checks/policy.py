"""A policy file -> Policy: tcplife.toml, or [tool.tcplife] of pyproject.toml; every refusal names its place."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches

from ..errors import UsageError
from .expression import Expression, parse
from .places import MAX_DEPTH, Places
from .rules import Level, Place, Policy, Rule
from .settings import RULE_KEYS, RUN_KEYS, Setting
from .tokens import ExpressionError, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, Final

    from .places import Path as TomlPath

MAX_OCTETS: Final = 16 * 1024 * 1024
"""Largest policy file: some hundred thousand rules, far beyond any that was written by people."""
MAX_NAME: Final = 120
_TOOL: Final = ("tool", "tcplife")
_AT: Final = re.compile(
    r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


class PolicyError(UsageError):
    """A policy that makes no sense: what is wrong, in which file, line and column (from 1)."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        """One line, as compilers print it."""
        return f"{self.place}: {self.message}"


def load(path: Path, profile: Callable[[str], Policy]) -> Policy:
    """The policy of a file. profile: gives the built-in policy of a name, for `extends`.

    Raises: UsageError when it cannot be read, PolicyError when it makes no sense.
    """
    return read(_text_of(path), str(path), profile, table=_TOOL if path.name == "pyproject.toml" else ())


def find(folder: Path) -> Path | None:
    """The policy file of a folder: tcplife.toml, else a pyproject.toml that has [tool.tcplife]."""
    own, project = folder / "tcplife.toml", folder / "pyproject.toml"
    if own.is_file():
        return own
    if project.is_file() and re.search(
        r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?tcplife", _text_of(project), re.MULTILINE
    ):
        return project
    return None


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
    except OSError as problem:
        raise UsageError(f"{printable(str(path))}: {problem.strerror or problem}") from problem
    if len(octets) > MAX_OCTETS:
        raise UsageError(f"{path}: larger than {MAX_OCTETS // 2**20} MiB: no policy")
    try:
        # As files are read: no line ends with a carriage return; a byte order mark is no part of the text.
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        line = octets.count(b"\n", 0, problem.start) + 1
        column = problem.start - octets.rfind(b"\n", 0, problem.start)
        raise PolicyError("not UTF-8 here", Place(printable(str(path)), line, column)) from problem


def read(document: str, file: str, profile: Callable[[str], Policy], *, table: TomlPath = ()) -> Policy:
    """The policy of a TOML document. table: where it stands in it, for pyproject.toml.

    Raises: PolicyError.
    """
    return _Reader(document, printable(file), profile).policy(table)


class _Reader:
    """One document, its values and their places."""

    def __init__(self, document: str, file: str, profile: Callable[[str], Policy]) -> None:
        self.file = file
        self.profile = profile
        self.places = Places(document)
        self.parsed: dict[tuple[str, bool], Expression] = {}
        if self.places.too_deep is not None:
            where = self.places.line_column(self.places.too_deep)
            raise self.error(f"nested deeper than {MAX_DEPTH} levels", where)
        self.values = self._load(document)

    def _load(self, document: str) -> dict[str, Any]:
        try:
            return tomllib.loads(document)
        except tomllib.TOMLDecodeError as problem:
            found = _AT.fullmatch(str(problem))
            what = printable(found["what"] if found else str(problem))
            end = self.places.line_column(len(document))
            where = (int(found["line"]), int(found["column"])) if found and found["line"] else end
            raise self.error(f"no TOML: {what}", where) from problem

    def error(self, message: str, where: tuple[int, int]) -> PolicyError:
        return PolicyError(message, Place(self.file, *where))

    def policy(self, table: TomlPath) -> Policy:
        values: Any = self.values
        for name in table:
            values = values.get(name, {}) if isinstance(values, dict) else {}
        if isinstance(values, dict):
            values = {key: value for key, value in values.items() if key != "defaults"}  # of the command line's options
        if not isinstance(values, dict) or not values:
            raise self.error("no policy in here: no rules", self.places.of_key(table))
        self._check(values, RUN_KEYS, table)
        base = self._base(values, table)
        rules = {rule.name: rule for rule in base.rules} if base else {}
        for name in values.get("rules", {}):
            rule = self._rule(name, values["rules"][name], (*table, "rules", name), rules.get(name))
            if rule is None:
                rules.pop(name, None)
            else:
                rules[name] = rule
        if not rules:
            raise self.error("no rules: a policy without any proves nothing", self.places.of_key((*table, "rules")))
        switches = {
            name: bool(values.get(name, getattr(base, name, False)))
            for name in ("strict", "allow_empty", "allow_damaged")
        }
        return Policy(tuple(rules.values()), self.file, msl_s=self._msl(values, table), **switches)

    def _base(self, values: dict[str, Any], table: TomlPath) -> Policy | None:
        name = values.get("extends")
        if name is None:
            return None
        try:
            return self.profile(name)
        except UsageError as problem:
            raise self.error(str(problem), self.places.of_value((*table, "extends"))) from problem

    def _msl(self, values: dict[str, Any], table: TomlPath) -> float | None:
        msl = values.get("msl_s")
        if msl is not None and not 0 < msl <= 86_400:
            raise self.error(
                "msl_s: expected more than 0 and at most 86400 seconds", self.places.of_value((*table, "msl_s"))
            )
        return msl

    def _check(self, values: dict[str, Any], known: dict[str, Setting], path: TomlPath) -> None:
        """Refuse keys that nobody knows and values of a wrong type."""
        for key, value in values.items():
            setting = known.get(key)
            if setting is None:
                near = get_close_matches(key[:80], known, 1)
                hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
                raise self.error(f"unknown key {printable(key[:40])}; {hint}", self.places.of_key((*path, key)))
            if not setting.accepts(value):
                raise self.error(f"{key}: expected {setting.expected}", self.places.of_value((*path, key)))

    def _rule(self, name: str, values: Any, path: TomlPath, above: Rule | None) -> Rule | None:
        where = self.places.of_key(path)
        if not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
            raise self.error(f"a rule's name is 1 to {MAX_NAME} printable characters", where)
        if not isinstance(values, dict):
            message = f'rules.{name}: expected a table with "expect", as in [rules.{name}]'
            raise self.error(message, self.places.of_value(path))
        self._check(values, RULE_KEYS, path)
        if values.get("enabled") is False:
            return None
        if "expect" not in values and above is None:
            raise self.error(f'rules.{name}: "expect" is missing: what must hold', where)
        return Rule(
            name,
            self._expect(values["expect"], (*path, "expect")) if "expect" in values else above.expect if above else (),
            self._where(values, path) if "where" in values else above.where if above else None,
            values.get("why", above.why if above else ""),
            Level(values.get("level", above.level if above else Level.ERROR)),
            Place(self.file, *where),
        )

    def _where(self, values: dict[str, Any], path: TomlPath) -> Expression:
        return self._parsed(values["where"], (*path, "where"), aggregates=False)

    def _expect(self, value: str | list[str], path: TomlPath) -> tuple[Expression, ...]:
        if isinstance(value, str):
            return (self._parsed(value, path, aggregates=True),)
        return tuple(self._parsed(text, (*path, number), aggregates=True) for number, text in enumerate(value))

    def _parsed(self, text: str, path: TomlPath, *, aggregates: bool) -> Expression:
        # Many rules have the same selector: parsed once, and one expression is judged once.
        key = (text, aggregates)
        if key in self.parsed:
            return self.parsed[key]
        try:
            self.parsed[key] = parse(text, aggregates=aggregates)
            return self.parsed[key]
        except ExpressionError as problem:
            raise self.error(problem.message, self.places.inside(path, problem.position)) from problem
