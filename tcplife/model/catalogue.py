"""The two catalogues that give packed rows their names: rows of the transition table, kinds of anomalies.

The rooms that own them publish them here once, at import (`tracker.transitions`, `anomalies.rule`), so that a
finished Connection can name its rows without an arrow from model to those rooms. `explain` reads both.
"""

from __future__ import annotations

from .names import Severity
from .value import Value


class Row(Value):
    """One row of the RFC 9293 table as watched from outside: in `from_state`, on `event`, go to `to_state`.

    States are the small integers of `names`. event: the event's name. basis: what kind of evidence it is
    (`names.BASES` index). rfc: the paragraph. why: one line for `explain`.
    """

    from_state: int
    event: str
    to_state: int
    rfc: str
    why: str = ""


class Kind(Value):
    """One kind of anomaly: its name, how bad it is, where it is defined, what its value counts.

    wireshark: the display filter field of the same meaning ("tcp.analysis.zero_window"), or "". guess: other causes
    would look the same from outside, and doc names them.
    """

    name: str
    severity: Severity
    source: str
    doc: str = ""
    value_name: str = ""
    wireshark: str = ""
    guess: bool = False


ROWS: list[Row] = []
KINDS: list[Kind] = []
_KIND_IDS: dict[str, int] = {}


def publish_rows(rows: tuple[Row, ...]) -> None:
    """Publish the transition table; a packed transition names its row by its index here."""
    ROWS[:] = rows


def publish_kind(kind: Kind) -> int:
    """Add one kind; returns the small integer that stands for it in packed rows.

    Raises: ValueError when the name is taken: two rules of one name would be told apart by nobody.
    """
    if kind.name in _KIND_IDS:
        raise ValueError(f"anomaly kind {kind.name!r} is published twice")
    _KIND_IDS[kind.name] = len(KINDS)
    KINDS.append(kind)
    return _KIND_IDS[kind.name]


def kind_id(name: str) -> int:
    """The small integer of a kind. Raises: KeyError for a name nobody published."""
    return _KIND_IDS[name]
