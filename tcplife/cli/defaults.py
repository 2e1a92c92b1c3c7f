"""Options' defaults of a folder: [defaults] in tcplife.toml, or [tool.tcplife.defaults] in pyproject.toml.

    [defaults]              # of every command that has the option
    utc = true
    [defaults.analyze]      # of one command
    view = "table"

In: the working directory. Out: what click takes as `default_map`. Only options that choose how much is told and kept can
stand there: none that names a file to write or leaves connections out, as the file may come with somebody's captures.
"""

from __future__ import annotations

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, Final

    import click

SETTABLE: Final = (
    "absolute", "all", "by-service", "checksums", "color", "details", "fail-on", "fields", "format", "idle-timeout",
    "jobs", "keep-prefixes", "max-closed", "max-connections", "msl", "no-tui", "quiet", "sort", "style", "top", "utc",
    "verbose", "view", "width",
)  # fmt: skip
"""The options that can have a default of the folder, by their long names."""

MAX_OCTETS: Final = 1 << 20
_HAS_DEFAULTS: Final = {
    "tcplife.toml": rb"^[ \t]*\[[ \t]*defaults\b|^[ \t]*defaults[ \t]*[.=]",
    "pyproject.toml": rb"tcplife[ \t\"']*\.[ \t\"']*defaults\b",
}
"""Where a file has any. To compile these takes longer than all else here, so that files without the word are not asked."""


def any_here() -> bool:
    """Whether a file of the working directory may have defaults: by a word of it, which costs next to nothing."""
    for name in _HAS_DEFAULTS:
        try:
            with open(name, "rb") as file:  # noqa: PTH123 - pathlib costs start-up time
                if b"defaults" in file.read(MAX_OCTETS):
                    return True
        except OSError:
            continue
    return False


def defaults_of(folder: Path, command: click.Command, known: tuple[str, ...]) -> dict[str, Any]:
    """A command's defaults in a folder, by parameter name. known: the names of all commands.

    Raises: UsageError when the file has defaults that make no sense.
    """
    import re  # few folders have any

    for name, asked in _HAS_DEFAULTS.items():
        path = folder / name
        octets = _read(path)
        if b"defaults" not in octets or not re.search(asked, octets, re.MULTILINE):
            if name == "tcplife.toml" and octets:
                return {}
            continue
        return _Defaults(path, _tables(path, octets), known).of(command)
    return {}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_OCTETS)
    except OSError:
        return b""


def _tables(path: Path, octets: bytes) -> dict[str, Any]:
    import tomllib

    try:
        values: Any = tomllib.loads(octets.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path.name}: no TOML: {problem}") from problem
    for name in ("tool", "tcplife", "defaults") if path.name == "pyproject.toml" else ("defaults",):
        values = values.get(name, {}) if isinstance(values, dict) else {}
    if not isinstance(values, dict):
        raise UsageError(f"{path.name}: defaults: expected a table, as in [defaults]")
    return values


class _Defaults:
    """The defaults of one file."""

    def __init__(self, path: Path, values: dict[str, Any], known: tuple[str, ...]) -> None:
        self.path = path
        self.values = values
        self.known = known

    def of(self, command: click.Command) -> dict[str, Any]:
        """What holds for this command: its own table before that of all commands."""
        shared = {key: value for key, value in self.values.items() if not isinstance(value, dict)}
        for name, table in self.values.items():
            if isinstance(table, dict) and name not in self.known:
                raise self._unknown(name, self.known, "command")
            for key in table if isinstance(table, dict) else (name,):
                if key not in SETTABLE:
                    raise self._unknown(key, SETTABLE, "option")
        own = self.values.get(command.name or "", {})
        options = {option.removeprefix("--"): parameter for parameter in command.params for option in parameter.opts}
        for key in own:
            if key not in options:
                raise UsageError(f"{self.path.name}: defaults.{command.name}: this command has no --{key}")
        return {
            options[key].name or key: self._value(options[key], key, value)
            for key, value in (shared | own).items()
            if key in options
        }

    def _unknown(self, name: str, known: tuple[str, ...], what: str) -> UsageError:
        from difflib import get_close_matches  # here, as few mistake a name

        near = get_close_matches(name[:80], known, 1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
        return UsageError(f"{self.path.name}: defaults: no {what} {name[:40]!r} to set; {hint}")

    def _value(self, option: click.Parameter, key: str, value: Any) -> Any:
        import click

        flag = isinstance(option, click.Option) and option.is_flag
        if flag != isinstance(value, bool):
            expected = "true or false" if flag else "a value, not true or false"
            raise UsageError(f"{self.path.name}: defaults: {key}: expected {expected}")
        try:
            return option.type.convert(value, option, None)
        except (click.BadParameter, TypeError, ValueError) as problem:
            said = problem.message if isinstance(problem, click.BadParameter) else str(problem)
            raise UsageError(f"{self.path.name}: defaults: {key}: {said}") from problem
