# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Ask the rules about one segment or about a finished life, and write what they find into packed rows.

In: an Observation and Wireshark's flags for the same segment; or a Connection whose judgement is filled, and its life.
Out: rows on the Life or the Connection (bounded; the rest is counted).
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.catalogue import kind_id
from ..model.connection import MAX_ANOMALIES, NO_VALUE
from ..model.names import CLOSE_WAIT, FIN_WAIT_2, SYN_RECEIVED
from ..tracker.facts import DSACK, LATE_COPY
from . import asking
from . import flags as _flags  # noqa: F401 - publishes Wireshark's kinds first: their ids are their bit numbers
from . import rules as _rules  # noqa: F401 - registers the rules
from .ending import (
    BOTH_SYNS,
    CUT,
    ENOUGH_TRIES,
    FIN_OPEN,
    FORGED,
    FULL_OF_FOUR,
    HALF_OPEN,
    ICMP,
    LONG_HALF,
    LONG_HALF_NS,
    MANY_SEGMENTS,
    PROBED,
    PROVOKED,
    QUIET_NS,
    REFUSED,
    REOPENED,
    RESET_LOSES,
    STUCK,
    TIMED_OUT,
    TIMESTAMPS,
    UNACKED,
    UNANSWERED,
    UNREACHABLE,
    Ending,
)
from .rule import (
    ANSWERED,
    END_RULES,
    LOST,
    NO,
    OWN_FIN,
    OWN_SYN,
    PAUSE,
    RULES,
    STEP,
    EndRule,
    Rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.judgement import Judgement
    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life
    from ..tracker.observation import Observation

DUPLICATE_ACK_BIT = 4
FIRST_NOT_OPENED = 3
LAST_NOT_OPENED = 6
"""Indices into model.close_kinds.OPENED: unfinished, unanswered, refused, unreachable stand in this order."""

LOST_AFTER_CAPTURE = kind_id("lost_after_capture")
LOST_BEFORE_CAPTURE = kind_id("lost_before_capture")
REPEATED_NEEDLESSLY = kind_id("repeated_needlessly")
NOT_LOST = DSACK | LATE_COPY
"""What takes back that something was lost: its receiver reports it twice, or the first sending passes late."""

NUMBERS = array("q")
MAX_ASKED = 1024
_ASKED: dict[int, tuple[Rule, ...]] = {}
"""The rules that care for one of these facts: few combinations are usual, and no more than so many are kept."""
_ASKED_AT_END: dict[int, tuple[EndRule, ...]] = {}


def add(life: Life, packet: int, side: int, kind: int, value: int, related: int) -> None:
    """Write one anomaly row; sides are a and b here."""
    rows = life.anomalies
    if rows is None:
        rows = life.anomalies = longs.spare(NUMBERS, 16)
    if len(rows) >= MAX_ANOMALIES * 4:
        incidents = life.own_incidents()
        incidents.anomalies_omitted += 1
        return
    longs.push4(rows, packet, side | kind << 1, value, related)


def judge(o: Observation, wire_flags: int, number: int) -> None:
    """Write down Wireshark's flags (number: the duplicate ACK's), then ask the rules that care for the facts."""
    life = o.life
    packet = o.segment.packet
    side = o.side
    bit = 0
    while wire_flags:
        if wire_flags & 1:
            add(life, packet, side, bit, number if bit == DUPLICATE_ACK_BIT else NO_VALUE, 0)
        wire_flags >>= 1
        bit += 1
    facts = o.facts
    if facts:
        if facts & NOT_LOST and o.answers:
            _was_not_lost(life, o.answers)
        _ask_rules(o, life, facts)


def _ask_rules(o: Observation, life: Life, facts: int) -> None:
    """Write down what the rules find that care for one of these facts."""
    asked = _ASKED.get(facts)
    if asked is None:
        if len(_ASKED) >= MAX_ASKED:
            _ASKED.clear()
        asked = _ASKED[facts] = tuple([rule for rule in RULES if rule.when & facts])
    for rule in asked:
        found = asking.ask(rule.way, o)
        if found != NO:
            add(life, o.segment.packet, o.side, rule.kind, found, _related(o, life, rule.related))


def _related(o: Observation, life: Life, which: int) -> int:
    """The packet that a finding points to, as its rule says."""
    if which == LOST:
        return o.lost
    if which == ANSWERED:
        return o.answers
    if which == OWN_SYN:
        return o.sender.syn_packet
    if which == OWN_FIN:
        return o.sender.fins.packet
    if which == PAUSE:
        return life.incidents.pause_packet
    if which == STEP:
        return life.incidents.step_packet
    return 0


def _was_not_lost(life: Life, packet: int) -> None:
    """The first sending of this repeat arrived after all."""
    rows = life.anomalies
    if rows is None:
        return
    for at in range(len(rows) - 4, -4, -4):
        if rows[at] == packet and rows[at + 1] >> 1 in (LOST_AFTER_CAPTURE, LOST_BEFORE_CAPTURE):
            rows[at + 1] = rows[at + 1] & 1 | REPEATED_NEEDLESSLY << 1
        if rows[at] < packet:
            return


def judge_life(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Ask the rules over finished lives: their rows join the Connection's."""
    about = _about(c, life, client, server)
    if not about:
        return
    asked = _ASKED_AT_END.get(about)
    if asked is None:
        asked = _ASKED_AT_END[about] = tuple([rule for rule in END_RULES if rule.when & about])
    end = Ending(c, life, client, server)
    for rule in asked:
        end.kind = rule.kind
        asking.ask_at_end(rule.way, end)


def _about(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> int:
    """Which rules at the end are worth asking: bits of `ending`."""
    about = 0
    judgement: Judgement = c.judgement
    if FIRST_NOT_OPENED <= judgement.opened_how <= LAST_NOT_OPENED:
        about |= _not_opened(c, server)
    if client.syn_packet and server.syn_packet and _differ(client, server):
        about |= BOTH_SYNS
    if client.fins.packet or server.fins.packet:
        about |= _closing(judgement, client, server)
    if client.odd.resets or server.odd.resets:
        about |= _reset(c, judgement)
    if life.incidents.icmp is not None:
        about |= ICMP
    if life.reopened:
        about |= REOPENED
    if _is_cut(client, server) or _is_cut(server, client):
        about |= CUT
    account: Account | None = life.spent
    if account is not None:
        tries = max(life.a.tries, life.b.tries)
        if tries and c.close_kind == "timed_out":
            about |= TIMED_OUT
        if account.a.probes or account.b.probes:
            about |= PROBED
        unacked = c.client_stats.unacked_bytes or c.server_stats.unacked_bytes
        if unacked and (life.quiet_ns >= QUIET_NS or tries >= ENOUGH_TRIES) and c.close_kind != "reset":
            about |= UNACKED
    return about


def _not_opened(c: Connection, server: Endpoint) -> int:
    about = HALF_OPEN if server.state == SYN_RECEIVED else 0
    kind = c.close_kind
    if kind == "unanswered":
        about |= UNANSWERED
    elif kind == "refused":
        about |= REFUSED
    elif kind == "unreachable":
        about |= UNREACHABLE
    return about


def _differ(client: Endpoint, server: Endpoint) -> bool:
    """Whether SYN and SYN+ACK offer different options."""
    return (
        (client.wscale < 0) != (server.wscale < 0)
        or client.sack_ok != server.sack_ok
        or client.timestamps != server.timestamps
        or (client.ecn_offer > 0 and not server.ecn_offer)
    )


def _closing(judgement: Judgement, client: Endpoint, server: Endpoint) -> int:
    about = 0
    is_open = (client.fins.packet and not client.fins.acked_packet) or (
        server.fins.packet and not server.fins.acked_packet
    )
    if is_open and not client.odd.rst_packet and not server.odd.rst_packet:
        about |= FIN_OPEN
    if judgement.half_by >= 0:
        if _waits(client.state) or _waits(server.state):
            about |= STUCK
        if judgement.half_to and judgement.half_ns >= LONG_HALF_NS:
            about |= LONG_HALF
    return about


def _waits(state: int) -> bool:
    return state in (CLOSE_WAIT, FIN_WAIT_2)


def _reset(c: Connection, judgement: Judgement) -> int:
    about = 0
    reset = judgement.reset
    if reset is not None:
        if reset.provoked_sure:
            about |= PROVOKED
        if reset.signs:
            about |= FORGED
    if c.close_kind == "reset" and (c.client_stats.unacked_bytes or c.server_stats.unacked_bytes):
        about |= RESET_LOSES
    return about


def _is_cut(e: Endpoint, p: Endpoint) -> bool:
    if not e.cut or e.data_packets < MANY_SEGMENTS:
        return False
    taken = TIMESTAMPS if (e.timestamps and p.timestamps) or e.ts_recent >= 0 else 0
    return e.max_segment < min(e.mss, p.mss) - taken and 4 * e.bytes >= FULL_OF_FOUR * e.data_packets * e.max_segment


def _is_ordered(rows: array[int]) -> bool:
    size = len(rows)
    packets = longs.of(rows)
    latest = 0
    for at in range(0, size, 4):
        if packets[at] < latest:
            return False
        latest = packets[at]
    return True


def in_packet_order(c: Connection) -> None:
    """Put the rows in order of packets, and let each kept segment point at its own again."""
    rows = c.anomaly_rows
    if rows is None:
        return
    if c.segment_rows is None and _is_ordered(rows):
        return
    order = sorted(range(0, len(rows), 4), key=rows.__getitem__)
    placed = array("q")
    first: dict[int, int] = {}
    count: dict[int, int] = {}
    for at in order:
        packet = rows[at]
        if packet not in first:
            first[packet] = len(placed) // 4
        count[packet] = count.get(packet, 0) + 1
        placed.extend(rows[at : at + 4])
    c.anomaly_rows = placed
    segments = c.segment_rows
    if segments is None:
        return
    for at in range(0, len(segments), 10):
        packet = segments[at]
        segments[at + 8] = first.get(packet, 0)
        segments[at + 9] = count.get(packet, 0)
