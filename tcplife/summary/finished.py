# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The way out: a life that is over becomes a record, and is counted in everything that is told of the whole run.

In: Lives, in the order in which they leave, with capture time. Out: Connections that wait to be taken, sums, piles.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from . import soon
from .capture import CaptureView
from .conclude import conclude
from .piles import Piles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.totals import Options, Totals
    from ..tracker.life import Life

LEFT_IDLE = 1
LEFT_EARLY = 2
LEFT_CLOSED = 3
IDLE, CLOSED = LEFT_IDLE, LEFT_CLOSED  # the same, here only
WHY_LEFT = (
    "",
    "it was silent for longer than --idle-timeout",
    "it was the least recently active one of more than --max-connections",
)
"""Why a connection left before its end, by `Life.left`."""
TOGETHER = 16
"""Lives whose records are made one after the other: what makes one is much code, and between packets stays in no cache."""


class Finished:
    """Everything that has left the table. ready: connections nobody has taken yet. two_msl_ns: of capture time.

    piles: None where nobody wants to know where connections pile up. together: so many lives at most have left and wait for
    their records, which nobody can tell who asks by the methods below.
    connections, closed, idle, early: how many have left, and why, since they were last added to the totals.
    """

    __slots__ = (
        "_left", "_tunnels", "closed", "connections", "early", "idle", "piles", "ready", "together", "totals",
        "two_msl_ns", "view",
    )  # fmt: skip

    def __init__(self, totals: Totals, two_msl_ns: int, options: Options) -> None:
        self.totals = totals
        self.two_msl_ns = two_msl_ns
        self.view = CaptureView()
        self.piles = Piles() if options.piles else None
        self.ready: list[Connection] = []
        self.together = 1 if options.live or options.watch else TOGETHER
        self._left: list[Life] = []
        self._tunnels: list[str] = []
        self.connections = 0
        self.closed = 0
        self.idle = 0
        self.early = 0

    def take(self, life: Life, tunnel: str, now_ns: int) -> None:
        """A life has left, and nobody else asks for it any more: it becomes a record before the next look at those."""
        life.wire = None  # by now perhaps another's
        if life.reported:
            life.let_go()
            return
        life.quiet_ns = now_ns - life.last_ns
        self._left.append(life)
        self._tunnels.append(tunnel)
        if len(self._left) >= self.together:
            self.settle()

    def settle(self) -> None:
        """Make the records of those that have left."""
        left = self._left
        if not left:
            return
        tunnels = self._tunnels
        for at in range(-soon.AHEAD, len(left)):
            if COMPILED:
                soon.leaving(left, at)
            if at >= 0:
                life = left[at]
                self.add(life, tunnels[at], life.last_ns + life.quiet_ns, False)
                life.let_go()
        del left[:]
        del tunnels[:]

    def add(self, life: Life, tunnel: str, now_ns: int, early: bool) -> None:
        """Close a life and make its record. early: it has ended just now, and its timers are still running."""
        life.finish(now_ns, self.two_msl_ns)
        if life.incidents.clock_backs:
            self.totals.clock_backs += life.incidents.clock_backs
        life.quiet_ns = now_ns - life.last_ns
        self.enter(conclude(life, tunnel), life.left, now_ns, early)

    def enter_alone(self, connection: Connection, left: int, now_ns: int) -> None:
        """Enter a record that needs no life, after those of whoever has left before."""
        self.settle()
        self.enter(connection, left, now_ns, False)

    def enter(self, connection: Connection, left: int, now_ns: int, early: bool) -> None:
        """Count a record, and keep it until somebody takes it. left: why it left before its end, 0 if it did not."""
        self.connections += 1
        if left:
            early = early or left == CLOSED
            self._note_why(connection, left)
        self.view.take(connection)
        if self.piles is not None:
            self.piles.take(connection, now_ns, self.two_msl_ns if early else 0)
        self.ready.append(connection)

    def _note_why(self, connection: Connection, left: int) -> None:
        if left == CLOSED:
            self.closed += 1
            return
        connection.left_early = WHY_LEFT[left]
        if left == IDLE:
            self.idle += 1
        else:
            self.early += 1

    def take_ready(self) -> list[Connection]:
        """Return what has left since the last call."""
        self.settle()
        self.sum_up()
        ready = self.ready
        self.ready = []
        return ready

    def sum_up(self) -> None:
        """Bring the totals up to date."""
        self.settle()
        totals = self.totals
        totals.connections += self.connections
        totals.left_closed += self.closed
        totals.left_idle += self.idle
        totals.left_early += self.early
        self.connections = 0
        self.closed = 0
        self.idle = 0
        self.early = 0

    def complete(self, now_ns: int) -> None:
        """Nothing more will leave: tell what the capture was worth and where connections piled up."""
        self.sum_up()
        self.totals.capture = self.view.verdict(self.totals)
        if self.piles is not None:
            self.totals.piles = self.piles.report(now_ns, self.two_msl_ns)
