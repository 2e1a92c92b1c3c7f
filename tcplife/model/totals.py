"""What a whole run was asked to do, and what it read: every record is tracked, no TCP, or skipped with a reason."""

from __future__ import annotations

from .names import SKIPS, Skip
from .value import Value, fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .damage import Damage
    from .piling import PileReport
    from .worth import CaptureVerdict

DEFAULT_MAX_CLOSED = 4096
"""Ended connections that wait for late segments: 20 MB of them; at 1,000 a second 4 s, and most come in one."""


class Options(Value):
    """How to analyse. msl_s: maximum segment lifetime (RFC 9293 3.4.2: 2 minutes; Linux's TIME_WAIT is 2 * 30 s).

    segments: keep every segment on its connection. details: with it, option octets and first payload octets.
    count: stop after so many records. live: the input is a pipe or grows; once its packets are seen to come as they are
    captured, a connection is reported soon after its end. watch: note what happens, for take_happenings().
    keep_open: leave what is open in the table at the end of the input, to be saved. idle_timeout_s: connections
    silent for so long leave (None: never). max_connections: the least recently active one leaves beyond it
    (None: by the machine's memory, `flows.bound`). max_closed: of those that have ended, the one that
    ended first leaves beyond it, and waits no longer for late segments (the bound is divided over parts of all pairs,
    `model.pairs`: of those in its part). piles: find where connections pile up, for `Totals.piles`.
    """

    segments: bool = False
    details: bool = False
    msl_s: float = 120.0
    checksums: bool = False
    count: int | None = None
    live: bool = False
    max_connections: int | None = None
    max_closed: int = DEFAULT_MAX_CLOSED
    idle_timeout_s: float | None = None
    watch: bool = False
    keep_open: bool = False
    piles: bool = True


class Totals(Value, frozen=False):
    """The sums of one run. records == tracked + the sum of skipped. capture, piles: None until it is complete;
    piles also where nobody asked for them.

    left_early, left_idle: connections reported before their end, for want of room or after --idle-timeout.
    left_closed: ended connections that left before 2MSL, as more than max_closed waited.
    stragglers: segments that came after a live input's connection had been reported.
    """

    records: int = 0
    tracked: int = 0
    skipped: dict[Skip, int] = fresh(default_factory=dict)
    connections: int = 0
    first_ns: int = 0
    last_ns: int = 0
    left_early: int = 0
    left_idle: int = 0
    left_closed: int = 0
    stragglers: int = 0
    clock_backs: int = 0
    damages: list[Damage] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    source: str = ""
    format: str = ""
    snaplen: int = 0
    capture: CaptureVerdict | None = None
    piles: PileReport | None = None

    def take_skips(self, counts: list[int]) -> None:
        """Count by code -> count by reason."""
        self.skipped = {SKIPS[code]: count for code, count in enumerate(counts) if count and code in SKIPS}

    def take_reader(self, reader: Any) -> None:
        """What the reader knows of its input."""
        self.damages = list(reader.damages)
        self.notes = list(reader.notes)
        self.source = reader.source
        self.format = reader.format
        self.snaplen = reader.snaplen
