"""A policy that holds on a capture: what its connections did, as rules for `tcplife check`.

In: a capture. Out: the text of a policy. Every rule has been held against the very capture before it is
written, so that the policy is broken only by another capture: a fixed bug, or a new one.
"""

from __future__ import annotations

import json
from collections import Counter

from ..capture import open_capture
from ..checks import policy as policies
from ..checks.builtin import profile
from ..checks.findings import Outcome
from ..checks.run import Check
from ..errors import UsageError
from ..model.names import Severity
from ..pipeline import Analysis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, Final

    from ..model.connection import Connection
    from ..model.totals import Options

MOST_SINGLE: Final = 20
"""Up to so many connections each gets a rule of its own; more are asserted by their shapes and counts."""
MOST_SHAPES: Final = 500


def assertion(capture: BinaryIO, options: Options, name: str) -> str:
    """The policy of a capture; name: what it is called in the policy's words. The stream is read from where it stands.

    Raises: UsageError when a rule does not hold on what it was made from, which would be a bug of tcplife.
    """
    connections = [_Kept(c) for c in Analysis(open_capture(capture), options)]
    rules = list(_rules(connections, name))
    text = f"# What {_one_line(name)} holds; made by tcplife extract --assert.\n{_msl(options)}\n" + "\n".join(rules)
    capture.seek(0)
    check = Check(policies.read(text, name, profile))
    for connection in Analysis(open_capture(capture), options):
        check.add(connection)
    broken = [result.rule.name for result in check.verdict().results if result.outcome is not Outcome.HELD]
    if broken:
        raise UsageError(f"--assert: rules that do not hold on their own capture: {', '.join(broken)}")
    return text


class _Kept:
    """What of a connection is asserted: its index and its shape, expressions that hold; kinds: of its anomalies."""

    __slots__ = ("index", "kinds", "shape")

    def __init__(self, c: Connection) -> None:
        self.index = c.index
        self.kinds = tuple(sorted({anomaly.kind for anomaly in c.anomalies if anomaly.severity >= Severity.WARNING}))
        self.shape = tuple(_shape(c, self.kinds))


def _shape(c: Connection, kinds: tuple[str, ...]) -> Iterator[str]:
    yield f'service == "{c.server_port}"'
    yield f'close.kind == "{c.close_kind or "open"}"'
    yield "close.initiator is unknown" if c.closed_by is None else f'close.initiator == "{c.closed_by}"'
    for role in ("client", "server"):
        yield f'final.{role} == "{c.final[role]}"'
    if kinds:
        yield from (f'has anomaly "{kind}"' for kind in kinds)
    else:
        yield 'no anomaly at or above "warning"'


def _rules(connections: list[_Kept], name: str) -> Iterator[str]:
    yield _rule("connections", f"{name} has so many connections", "", [f"count == {len(connections)}"])
    if len(connections) <= MOST_SINGLE:
        for c in sorted(connections, key=lambda kept: kept.index):
            yield _rule(f"connection-{c.index}", f"connection {c.index} of {name}", f"index == {c.index}", c.shape)
        return
    every = {kind for c in connections for kind in c.kinds}
    shapes = Counter((c.shape, c.kinds) for c in connections)
    for number, ((shape, kinds), count) in enumerate(shapes.most_common(MOST_SHAPES), 1):
        others = sorted(every - set(kinds))
        rest = (f"no anomaly in {json.dumps(others)}",) if kinds and others else ()
        yield _rule(
            f"shape-{number}", f"{count} connections of {name}", "", [f"count({' and '.join(shape + rest)}) == {count}"]
        )


def _rule(title: str, why: str, where: str, expect: list[str] | tuple[str, ...]) -> str:
    lines = [f"[rules.{title}]", f"why = {_quoted(why)}"]
    if where:
        lines.append(f"where = {_quoted(where)}")
    lines.append("expect = [")
    lines += [f"  {_quoted(each)}," for each in expect]
    return "\n".join([*lines, "]", ""])


def _quoted(text: str) -> str:
    """A TOML string: literal where it can be, else JSON's form, which TOML takes as well."""
    return f"'{text}'" if "'" not in text and text.isprintable() else json.dumps(text)


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _msl(options: Options) -> str:
    return f"msl_s = {options.msl_s:g}\n"
