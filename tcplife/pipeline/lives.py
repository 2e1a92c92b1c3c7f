# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""From a segment to its life, and from lives to finished connections: everything that changes the table.

In: segments and ICMP errors in order of the capture, capture time. Out: lives fed, and handed to `summary.finished` as
they leave. Refuses to know where segments come from and when somebody looks: that is `analysis`.
"""

from __future__ import annotations

from array import array

from ..anomalies.judge import judge
from ..anomalies.streams import Streams, is_above
from ..anomalies.wireshark import WireStream
from ..capture.pace import Pace
from ..decode.decoder import Decoder
from ..flows.bound import default_max_connections
from ..flows.endings import Endings
from ..flows.queue import Queue
from ..flows.seedling import Nursery, Seedling
from ..flows.table import Flow, Table
from ..model.compiled import COMPILED
from ..model.connection import Connection
from ..model.names import FIN, RST, SYN
from ..model.pairs import part_of, shares_of
from ..model.segment import Segment, copy_of
from ..model.totals import Options, Totals
from ..summary.conclude import conclude
from ..summary.finished import LEFT_CLOSED, LEFT_EARLY, LEFT_IDLE, Finished
from ..summary.unanswered import Likenesses, is_ordinary
from ..summary.zeek import ZeekLife, new_zeek_life
from ..tracker.facts import CONTROL
from ..tracker.life import Life
from ..tracker.reuse import FRESH, FRESH_WITH_HELD, HOLD, JOIN, JOIN_AFTER_HELD, decide, forget_strays, stays_behind
from ..tracker.tracker import Tracker
from ..tracker.transitions import GETS_NEW_SYN, SENDS_NEW_SYN
from . import hints, parting
from .birth import born
from .handshake import greets, may_wait
from .hearing import doze, listen
from .keeping import keep_segment
from .showing import show, show_error
from .sleep import fall_asleep, open_all, open_mail, wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECOND = 1_000_000_000
BATCH = 64  # finished at a time: more would not stay in the nearest caches until they are written (measured)


class Lives:
    """The connections of one run: those in the table, those that have ended and wait, those that are finished."""

    __slots__ = (
        "_ahead_ns", "_anomalies_before", "_attended", "_closed", "_decoder", "_ended", "_endings", "_finished", "_grown", "_happenings", "_idle_ns", "_keep", "_last_ns", "_likenesses",
        "_max_closed", "_max_connections", "_next_index", "_nursery", "_pace", "_rest", "_sows", "_streams", "_table", "_tracker", "is_live", "lets_wait", "linger_ns", "options", "sleeps", "totals", "waits",
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        self.options, self.totals = options, Totals()
        self._decoder = Decoder(checksums=options.checksums)
        self._table, self._streams = Table(), Streams()
        two_msl_ns = int(options.msl_s * 2 * SECOND)
        self._finished = Finished(self.totals, two_msl_ns, options)
        self._tracker, self.linger_ns = Tracker(two_msl_ns), max(two_msl_ns, SECOND)
        self._happenings: Any = None  # `summary.happenings`, where somebody watches
        self._keep, self._attended = options.segments, options.segments or options.watch
        self.sleeps = self._sows = not self._attended
        self.lets_wait = False  # segments, unopened: see `mail`
        self.waits: Any = None  # where they do
        self._nursery, self._grown, self._likenesses = Nursery(), Segment(), Likenesses()
        self._idle_ns = -1 if options.idle_timeout_s is None else int(options.idle_timeout_s * SECOND)
        self._max_connections = options.max_connections or default_max_connections()
        # By part of all pairs, so that the answer is the same when parts are shared out among processes.
        shares = shares_of(options.max_closed)
        self._max_closed = options.max_closed // shares
        self._closed = [Queue() for _ in range(shares)]
        self._rest: list[Flow] = []
        self._next_index, self._last_ns, self._ahead_ns, self._anomalies_before = 1, 0, 0, 0
        self._ended = self.is_live = False
        self._pace, self._endings = Pace(), Endings()

    def _now_ns(self) -> int:
        """Capture time now: that of the latest record, and what passed since while a live pipe was silent."""
        return self._last_ns + self._ahead_ns

    def _take(self, flow: Flow | None, s: Segment) -> None:
        """A segment, and what the table has just found for it."""
        if flow is None:
            self._take_first(s)
            return
        side = self._table.side
        if flow.sown:
            seedling: Seedling = flow  # type: ignore[assignment]
            if side and may_wait(seedling, s) and not self._streams.may_know(flow):
                seedling.wait(s)
                return
            life = self._hatch(flow, s, side)
            if life.last_packet == s.packet:
                return
        else:
            life = flow  # type: ignore[assignment]
        if life.mail is not None and not self._waits_on(life, side, s):
            return
        if life.asleep:
            if s.flags & CONTROL:
                if COMPILED and parting.begins(self, life, side, s):
                    return
                wake(life)
            elif listen(life, side, s, self._decoder):
                return
        show(life, side, s)
        if s.flags & SYN or life.held is not None:
            choice = decide(life, side, s)
            if choice == HOLD and life.reported and not life.is_over():
                choice = FRESH
            if choice != JOIN:
                self._choose(choice, life, side, s)
                return
        self._feed(life, side, s)

    def _waits_on(self, life: Life, side: int, s: Segment) -> bool:
        """Whether a segment is still to be taken after what has waited for it: else it waits too, or was taken with that."""
        if COMPILED and parting.goes_on(life, side, s, self._tracker):
            if life.mail is None:
                self._note_end(life)
            return False
        if life.mail is not None:
            open_mail(life)
        return True

    def give(self, life: Life, side: int, s: Segment) -> None:
        """A segment that is of this life without question, as its first one is, or one that has waited (`parting`)."""
        show(life, side, s)
        self._feed(life, side, s)

    def _take_first(self, s: Segment) -> None:
        """The first segment of its two ends."""
        if self._sows and s.flags == SYN and s.length == 0 and s.sack_count == 0:
            self._sow(s)
            return
        self.give(self._open(s, None), 0, s)

    def _sow(self, s: Segment) -> None:
        """A SYN alone: keep what it says, and make a life of it when another segment comes."""
        table = self._table
        if table.count >= self._max_connections:
            self._evict()
        flow = self._nursery.sow(s)
        flow.index = self._next_index
        self._next_index += 1
        table.add(flow, s)
        if self._idle_ns >= 0:
            table.schedule(flow, s.ts_ns + self._idle_ns)

    def _hatch(self, flow: Flow, latest: Segment | None, side: int) -> Life:
        """The life that began with the segments which were kept; it takes the latest, of that side, if that is usual."""
        seedling: Seedling = flow  # type: ignore[assignment]
        s = seedling.grow(self._grown)
        answer = seedling.shape.answer
        life = Life.__new__(Life)  # a call of __init__ costs as much as what it does
        life.begin()
        self._table.replace(flow, life)
        self._begin(life, s, self._streams.take(life) if answer is None else None)  # where one waits, no stream did
        if answer is None:
            answer = latest if side else None
        elif latest is not None and not side and greets(life, s, answer, latest):
            doze(life, self.sleeps and self._tracker.straight)
            return life
        if life.wire is not None or not born(life, s, answer):
            self.give(life, 0, s)
        return life

    def _choose(self, choice: int, life: Life, side: int, s: Segment) -> None:
        """A SYN that may begin another life: see `tracker.reuse`."""
        if choice == HOLD:
            life.held = [*(life.held or ()), copy_of(s)]
            incidents = life.own_incidents()
            incidents.odd_packet = s.packet
            incidents.odd_side = side
            return
        if choice == JOIN_AFTER_HELD:
            self._join_held(life)
            choice = decide(life, side, s)
            if choice == JOIN:
                self._feed(life, side, s)
            else:
                self._choose(choice, life, side, s)
            return
        held = life.held if choice == FRESH_WITH_HELD else None
        life.held = None
        fresh = self._reopen(life, held[0] if held else s)
        for segment in held or ():
            self._feed_copy(fresh, segment)
        self._feed(fresh, 0 if fresh.a_port == s.sport and fresh.a_lo == s.src_lo and fresh.a_hi == s.src_hi else 1, s)

    def _reopen(self, old: Life, s: Segment) -> Life:
        """A new incarnation of the 4-tuple: TIME_WAIT of the old one ends by it (RFC 6191)."""
        ends_by = ((old.a, SENDS_NEW_SYN), (old.b, GETS_NEW_SYN))
        if not (s.sport == old.a_port and s.src_lo == old.a_lo and s.src_hi == old.a_hi):
            ends_by = ((old.b, SENDS_NEW_SYN), (old.a, GETS_NEW_SYN))
        forget_strays(old, s)
        old.finish(self._last_ns, self._tracker.two_msl_ns)
        reopened = 1
        ts_ns = max(s.ts_ns, old.last_ns)  # a clock that steps backwards stands still
        for e, event in ends_by:
            if old.move(e, event, s.packet, ts_ns, 0 if event == SENDS_NEW_SYN else 1, 0):
                reopened = 2
        fresh = self._open(s, old)
        fresh.reopened = reopened
        fresh.follows(old)
        self._retire(old)
        return fresh

    def _join_held(self, life: Life) -> None:
        held, life.held = life.held, None
        for segment in held or ():
            self._feed_copy(life, segment)

    def _feed_copy(self, life: Life, s: Segment) -> None:
        self._feed(life, 0 if s.sport == life.a_port and s.src_lo == life.a_lo and s.src_hi == life.a_hi else 1, s)

    def _open(self, s: Segment, old: Life | None) -> Life:
        table = self._table
        if old is None and table.count >= self._max_connections:  # an old one makes room itself
            self._evict()
        life = Life.__new__(Life)
        life.begin()
        life.index = self._next_index
        self._next_index += 1
        table.add(life, s)
        wire = self._streams.take(life) if old is None else old.wire
        if old is not None:
            old.wire = None
        self._begin(life, s, wire)
        if self._idle_ns >= 0:
            table.schedule(life, s.ts_ns + self._idle_ns)
        return life

    def _begin(self, life: Life, s: Segment, wire: WireStream | None) -> None:
        """Give a life what its first segment says, and Wireshark's and Zeek's views of it. wire: what there was before."""
        life.first_packet = s.packet
        life.start_ns = s.ts_ns
        life.tunnel = s.tunnel
        life.wire = wire
        life.wire_flip = 1 if is_above(life) else 0
        life.zeek = new_zeek_life()
        if self._keep:
            life.segments = array("q")
            life.details = [] if self.options.details else None

    def _feed(self, life: Life, side: int, s: Segment) -> None:
        """One segment of a life: facts, Wireshark's flags, Zeek's view, rules."""
        if life.reported:
            self.totals.stragglers += 1
            return
        if self._attended:
            self._attend(life)
        sack_start = self._decoder.u32(s.sack_at) if s.sack_count > 0 else -1
        facts = self._tracker.segment(life, side, s, sack_start)
        zeek: ZeekLife = life.zeek
        zeek.segment(s, side, s.payload_end - s.payload_at >= s.length)
        if facts or s.wire_flags:
            judge(self._tracker.seen, s.wire_flags, s.wire_number)
        if self._attended:
            self._note_segment(life, s)
        if s.flags & (FIN | RST) or (life.close_packet and not life.ended):
            self._note_end(life)
        elif life.calm and self.sleeps:
            fall_asleep(life)

    def _attend(self, life: Life) -> None:
        """Somebody looks on, or keeps segments: how the life stands before the segment."""
        if self._happenings is not None:
            self._happenings.before(life)
        self._anomalies_before = 0 if life.anomalies is None else len(life.anomalies) // 4

    def _note_segment(self, life: Life, s: Segment) -> None:
        """What the segment has changed, for those."""
        keep_segment(life, s, self._tracker.seen, self._anomalies_before, self._decoder)
        if self._happenings is not None:
            self._happenings.after(life, s)

    def _note_end(self, life: Life) -> None:
        if life.ended or not life.is_over():
            return
        part = part_of(life.a_hi, life.a_lo, life.a_port, life.b_hi, life.b_lo, life.b_port)
        closed = self._closed[part & (len(self._closed) - 1)]
        hints.close(closed, self._max_closed)
        life.end()
        if self.is_live:
            self._endings.note(life, self._pace.wall_ns)
        self._table.schedule(life, life.last_ns + self.linger_ns)
        closed.push(life)
        self._keep_closed(closed, self._max_closed)

    def _keep_closed(self, closed: Queue, most: int) -> None:
        """What has ended waits for 2MSL, but no more than so many: the one that ended first leaves first."""
        life: Any = closed.first()
        while life is not None and (life.gone or closed.waiting > most):
            closed.drop()
            if not life.gone and (life.is_over() or life.reported):
                life.left = LEFT_CLOSED
                self._retire(life)
            elif not life.gone:
                life.ended = False
            life = closed.first()

    def _take_icmp(self, s: Segment) -> None:
        """An ICMP error about a segment of ours: the quoted header is the sender's own."""
        flow = self._table.find(s)
        if flow is None:
            return
        side = self._table.side
        show_error(self._hatch(flow, None, 0) if flow.sown else flow, side, s)

    def _retire_due(self) -> None:
        now = self._now_ns()
        idle_ns = self._idle_ns
        for flow in self._table.due(now):
            ended = not flow.sown and flow.ended
            leaves = flow.last_ns + self.linger_ns if ended else now + 1
            if idle_ns >= 0:
                leaves = min(leaves, flow.last_ns + idle_ns)
            if leaves <= now:
                self._leave(flow, LEFT_IDLE)
            elif ended or idle_ns >= 0:
                self._table.schedule(flow, max(leaves, now + SECOND))

    def _evict(self) -> None:
        if self.lets_wait:  # from now on it counts when each was active last
            self.lets_wait = False
            open_all(self._table.flows())
        hints.evict(self._table, self._streams)
        flow = self._table.evict()
        if flow is not None:
            self._leave(flow, LEFT_EARLY)

    def _leave(self, flow: Flow, left: int) -> None:
        """A flow leaves. left: why, if it has not ended (0: the input has)."""
        if flow.sown and self._leave_unanswered(flow, left):  # type: ignore[arg-type]
            return
        life: Life = self._hatch(flow, None, 0) if flow.sown else flow  # type: ignore[assignment]
        if left and not life.ended:
            life.left = left
        self._retire(life)

    def _leave_unanswered(self, seedling: Seedling, left: int) -> bool:
        """A SYN to which nothing came, like others before it: its record is theirs but for what tells them apart.

        Equals the way through a life of its own; False where only that one can tell.
        """
        likenesses = self._likenesses
        shape = seedling.shape
        if shape.answer is not None:
            return False
        quiet_ns = self._now_ns() - seedling.last_ns
        like = likenesses.of(shape, quiet_ns)
        if like is None and likenesses.is_wanted(shape, quiet_ns):
            like = likenesses.keep(shape, quiet_ns, self._likeness(seedling, quiet_ns))
        if like is None or not is_ordinary(seedling) or not self._streams.pass_by(seedling, not self._ended):
            return False
        self._table.remove(seedling)
        self._finished.enter_alone(likenesses.record(like, seedling), left, self._now_ns())
        return True

    def _likeness(self, seedling: Seedling, quiet_ns: int) -> Connection:
        """The record of a pair that was never seen before, as a life of its own would give it after such a silence."""
        s = seedling.segment()
        life = Life()
        self._table.name(life, s)
        life.last_ns = s.ts_ns
        self._begin(life, s, None)
        self.give(life, 0, s)
        life.finish(s.ts_ns + quiet_ns, self._tracker.two_msl_ns)
        life.quiet_ns = quiet_ns
        return conclude(life, self._decoder.tunnels[life.tunnel])

    def _retire(self, life: Life) -> None:
        self._table.remove(life)
        wake(life)
        if life.held is not None:
            self._settle_held(life)
        if life.wire is not None and not self._ended:
            self._streams.put(life, life.wire)
        self._finished.take(life, self._decoder.tunnels[life.tunnel], self._now_ns())

    def _settle_held(self, life: Life) -> None:
        """What is still held: strays of this life, or, if it was over when that came, an unanswered life of its own."""
        held, life.held = life.held or [], None
        fresh = self._open(held[0], life) if life.held_over else life
        for segment in held:
            self._feed_copy(fresh, segment)
        if self._ended and fresh is not life:
            stays_behind(fresh, life, self._now_ns(), self._tracker.two_msl_ns)
