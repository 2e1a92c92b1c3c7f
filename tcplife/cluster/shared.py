"""A run that is shared out: the same steps whoever does the work.

In: a Crew (processes of this machine, or a Dask cluster) and options. Out: connections in order and totals, like
`pipeline.Analysis`; nothing comes out before everything is known, so a run that fails has written nothing.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ..flows.bound import default_max_connections
from ..model.pairs import shares_of
from ..summary.capture import CaptureView
from ..summary.piles import Piles
from .answer import add_buckets, in_order, sum_files
from .number import number, ticks
from .work import PICKLE, NotSharedError, all_tunnels, as_they_are, put_together

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from ..model.connection import Connection
    from ..model.totals import Options, Totals
    from .answer import Place, Told
    from .cut import Cut
    from .number import Numbers


class Plan:
    """What every bucket's worker must know."""

    def __init__(
        self, options: Options, numbers: list[Numbers], meanings: list[list[int]], tunnels: list[str],
        ticks: tuple[array[int], array[int]], last_ns: int, place: str,
    ) -> None:  # fmt: skip
        self.options = options
        self.numbers = numbers
        self.meanings = meanings
        self.tunnels = tunnels
        self.ticks = ticks
        self.last_ns = last_ns
        self.place = place


class Crew(Protocol):
    """Who does the work."""

    buckets: int

    def cut(self, checksums: bool) -> list[Cut]:
        """Cut every file. Raises: CaptureError."""

    def keys(self, number: int) -> array[int]:
        """The latest times of one file."""

    def pieces(self) -> Sequence[list[bytes]]:
        """A sink per bucket for the rows made of fragments."""

    def track(self, plan: Plan) -> list[tuple[Told, BinaryIO]]:
        """Track every bucket. Raises: NotSharedError, CaptureError."""


class SharedAnalysis:
    """Iterate it like an Analysis, or take `places` for the bytes that workers have made with the encoder at `place`.

    Raises: CaptureError; NotSharedError when only one process gives the answer of one process.
    """

    is_live = False

    def __init__(self, crew: Crew, options: Options, place: str = PICKLE) -> None:
        if shares_of(options.max_closed) < crew.buckets:
            raise NotSharedError(f"--max-closed {options.max_closed} is too small to be divided")
        self._two_msl_ns = int(options.msl_s * 2 * 1_000_000_000)
        cuts = crew.cut(options.checksums)
        numbers = number(cuts, crew.keys)
        made = put_together(cuts, numbers, crew.pieces(), checksums=options.checksums)
        tunnels, meanings = all_tunnels([*cuts, made])
        sums = sum_files(cuts, numbers, made)
        self.totals: Totals = sums.totals
        self._cut_packets = sums.cut_packets
        every = [*numbers, as_they_are()]
        plan = Plan(options, every, meanings, tunnels, ticks(cuts, numbers), self.totals.last_ns, place)
        tracked = crew.track(plan)
        self._told = [told for told, _ in tracked]
        self._streams = [stream for _, stream in tracked]
        most = options.max_connections or default_max_connections()
        if sum(told.peak for told in self._told) >= most:
            raise NotSharedError(f"the bound of {most:,} connections at a time (--max-connections) may be reached")
        add_buckets(self.totals, self._told)

    def places(self) -> Iterator[Place]:
        """Every connection's bytes, in order."""
        return in_order(self._told, self._streams)

    def __iter__(self) -> Iterator[Connection]:
        """The connections themselves (of the PICKLE encoder)."""
        view = CaptureView()
        view.cut_packets = self._cut_packets
        piles = Piles()
        for place in self.places():
            connection: Connection = pickle.loads(place.octets)  # noqa: S301 - our own worker made it
            connection.index = place.index
            view.take(connection)
            piles.take(connection, place.now_ns, self._two_msl_ns if place.early else 0)
            yield connection
        self.totals.capture = view.verdict(self.totals)
        self.totals.piles = piles.report(self.totals.last_ns, self._two_msl_ns)
