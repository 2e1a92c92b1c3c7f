# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Wireshark's and Zeek's views of a life sleep while it is calm, and learn from its endpoints what passed meanwhile.

In: a life whose latest segment all views have taken. Out: whether they sleep (`Life.asleep`); later, on waking, both
are as if they had been shown each segment. Then a plain segment, eight of ten, touches the life, its endpoints and
their timing, and nothing else; what repeats by the dozen while a hole mends, and what only Zeek has a word for, they
hear without waking (`hear`). A view sleeps only if its own short way (`WireStream.analyse`, `ZeekLife.segment`) would
take whatever `tracker.plain` takes: what depends on the life is tested here, what depends on the segment there.
"""

from __future__ import annotations

from ..anomalies.judge import add
from ..anomalies.kinds import DUPLICATE_ACK, KEEP_ALIVE
from ..anomalies.wireshark import WireStream, WireWay
from ..decode.decoder import Decoder
from ..model.catalogue import kind_id
from ..model.names import ESTABLISHED, M32
from ..model.segment import Segment
from ..summary.zeek import ZeekLife
from ..summary.zeek_ending import goes_on
from ..summary.zeek_names import CUT_OFF, HELD, HOLED, SAID_ACK, SAID_DATA, SKIPPED, UNACKED, WHOLE
from ..summary.zeek_row import ZeekRow
from ..summary.zeek_side import ZeekSide
from ..tracker.duplicate import is_duplicate, take_duplicate
from ..tracker.endpoint import Endpoint
from ..tracker.facts import CONTROL
from ..tracker.life import Life
from ..tracker.plain import plain, rouse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DUPLICATE_ACK_KIND = kind_id("duplicate_ack")
UNKNOWN_SCALE = -1
FAR = 1 << 29
"""Octets up to which numbers on the circle need no care, with as many in flight."""
FEW = 4096
"""Unacknowledged segments; at 10,000 Wireshark would count otherwise, and nobody sleeps beyond these and as many more."""
FIRST_OCTETS, FIRST_ACK, CUT, RISES = 1, 2, 4, 8
"""News of a segment: its sender's first octets, its first empty ACK, the first octets that are cut off, an ACK that counts."""
NO_END = 1 << 30
"""So many acknowledgements that nobody waits for the last of them."""


def fall_asleep(life: Life) -> None:
    """Let the views of a calm life sleep if both can vouch for what is plain; else nothing happens.

    Or of one that would be calm if its listener had shown that it accepts: see `hearing`.
    """
    wire: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row = zeek.row
    if (
        row is None
        or not row.steady
        or row.last_ns != life.last_ns
        or life.raw_ns != life.last_ns
        or life.incidents.odd_packet
        or life.close_packet
        or life.held is not None
        or (wire.first_rtt_ns == 0 and wire.syn_ns)
    ):
        return
    a = life.a
    b = life.b
    way_a = wire.way1 if life.wire_flip else wire.way0
    way_b = wire.way0 if life.wire_flip else wire.way1
    if way_a is None or way_b is None:
        return
    if not (_is_plain(a, b, way_a, row.a) and _is_plain(b, a, way_b, row.b)):
        return
    _leave_word(a, way_a, row, row.a)
    _leave_word(b, way_b, row, row.b)
    life.asleep = True


def _is_plain(e: Endpoint, p: Endpoint, way: WireWay, z: ZeekSide) -> bool:
    """Whether Wireshark and Zeek have the endpoint's own numbers and windows, and Zeek moves them alone."""
    scale = e.shift
    top = e.next_raw
    sent = e.snd_max
    behind = (top - way.maxack) & M32
    reach = e.ack + (e.window << scale)
    opens = e.state != ESTABLISHED
    return (
        z.pace > HELD
        and (z.pace != HOLED or (e.islands is not None and (z.start + z.delivered - e.base - e.edge) & M32 == 0))
        and z.last == top
        and z.ack == (e.base + p.ack) & M32
        and z.ack <= top
        and way.top == top
        and (behind == 0 or (behind <= sent - e.edge and way.maxack != 0))
        and top != 0
        and way.lastack == (p.base + e.ack) & M32
        and way.win == e.window
        and way.last_ns == e.last_ns
        and way.firstack == opens
        and (way.scale == scale or (scale == 0 and way.scale < 0) or way.scale == UNKNOWN_SCALE)
        and way.fresh + way.stale <= FEW
        and (top - way.mark) & M32 < FAR
        and sent - p.ack < FAR
        and e.last_right == (reach if e.right >= 0 and not opens else -1)
    )


def _leave_word(e: Endpoint, way: WireWay, row: ZeekRow, z: ZeekSide) -> None:
    """When to wake up, and what the endpoint counts meanwhile."""
    e.until_ns = row.look_ns
    e.data_ns = way.top_ns
    e.last_right = e.ack + (e.window if way.firstack else e.window << e.shift)
    e.fresh = way.fresh
    e.stale = way.stale
    e.mark = e.snd_max - ((way.top - way.mark) & M32)
    e.whole = z.pace != CUT_OFF
    e.limit = min(z.limit, e.next_raw + FAR) if z.said & SAID_DATA else -1
    e.mute = not z.said & SAID_ACK
    if z.pace == UNACKED:
        e.rises = 0
    else:
        e.rises = _rises(z.gaps) if z.pace == CUT_OFF and row.clean else NO_END
    z.uncounted = e.packets


def hear(life: Life, side: int, s: Segment, decoder: Decoder) -> bool:
    """Take a segment that is not plain, and yet nobody has to wake up for; False, and nothing has changed, if it is another."""
    if s.flags & CONTROL:
        return False
    if s.ts_ns >= life.a.until_ns:
        return _looks(life, s.ts_ns) and (take_plain(life, side, s) or hear(life, side, s, decoder))
    if s.length and _goes_further(life, side, s):
        return take_plain(life, side, s) or hear(life, side, s, decoder)
    return (s.length == 0 and hear_duplicate(life, side, s, decoder)) or hear_news(life, side, s)


def take_plain(life: Life, side: int, s: Segment) -> bool:
    """Take a segment of that side if it is plain; False, and nothing has changed, if it is not."""
    if side:
        return plain(life, life.b, life.a, s)
    return plain(life, life.a, life.b, s)


def _looks(life: Life, now_ns: int) -> bool:
    """Zeek looks whether the life goes on, and says when it will look again; False, and nothing has changed, if it may not."""
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    if not goes_on(row, life.last_ns, now_ns):
        return False
    life.a.until_ns = life.b.until_ns = row.look_ns
    return True


def _goes_further(life: Life, side: int, s: Segment) -> bool:
    """Whether the next octets pass the number up to which Zeek let them come, and it lets them come further by now."""
    e = life.b if side else life.a
    end = s.seq + s.length
    if end <= e.limit or s.seq != e.next_raw or s.window == 0 or s.bad_checksum:
        return False
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    mine = row.b if side else row.a
    if not mine.said & SAID_DATA:
        return False
    if mine.pace == WHOLE:
        mine.ack = (e.base + (life.a if side else life.b).ack) & M32
    e.limit = min(mine.renewed(), e.next_raw + FAR)
    return end <= e.limit


def hear_duplicate(life: Life, side: int, s: Segment, decoder: Decoder) -> bool:
    """Take a duplicate acknowledgement without waking anybody; False, and nothing has changed, if it is something else.

    Only its sender's Wireshark is told. Everything is as on the general way, `lives.show` and `Lives._feed`.
    """
    if side == 0:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    sack_start = -1 if s.bare or s.sack_count == 0 else decoder.u32(s.sack_at)
    if not is_duplicate(life, e, p, s, sack_start):
        return False
    wire: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    if side ^ life.wire_flip:
        way = wire.way1
        back = wire.way0
    else:
        way = wire.way0
        back = wire.way1
    if way is None or back is None or back.lastflags & KEEP_ALIVE or way.operations != wire.operations:
        return False
    z = row.b if side else row.a
    _tell_sent(e, p, way, wire.operations, z)
    take_duplicate(life, e, p, s)
    z.packets += 1
    z.uncounted = e.packets
    way.dup = 1 if way.dup == M32 else way.dup + 1
    way.lastflags = DUPLICATE_ACK
    way.last_ns = s.ts_ns
    wire.number = way.dup
    if e.ack >= p.mark and p.fresh + p.stale:
        p.stale = p.fresh if e.ack < p.snd_max else 0
        p.fresh = 0
        p.mark = p.snd_max
    add(life, s.packet, side, DUPLICATE_ACK_KIND, way.dup, 0)
    return True


def hear_news(life: Life, side: int, s: Segment) -> bool:
    """Take a segment that is plain but for what Zeek says about it, without waking; False, and nothing has changed, if it is not.

    Its sender's first octets or first empty acknowledgement; the 1st, 10th, 100th acknowledgement of octets that were cut
    off; the first octets that are cut off. Everything is as on the general way, `ZeekLife.segment`.
    """
    if side == 0:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    limit = e.limit
    news = begins_news(life, e, p, s.length, s.payload_end - s.payload_at >= s.length)
    if not news:
        return False
    if not plain(life, e, p, s):
        drop_news(life, e, p, news, limit)
        return False
    tell_news(life, e, p, news)
    return True


def begins_news(life: Life, e: Endpoint, p: Endpoint, length: int, whole: bool) -> int:
    """What is news of so many octets from e, captured whole or not, 0 if nothing is: with that the segment may be plain now."""
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    mine = row.b if e.side else row.a
    other = row.a if e.side else row.b
    news = 0
    if not mine.said & (SAID_DATA if length else SAID_ACK):
        news = FIRST_OCTETS if length else FIRST_ACK
    if length and e.whole and not whole:
        if e.snd_max != p.ack or row.partial or mine.pace == SKIPPED:
            return 0
        news |= CUT
    if p.rises == 0:
        if other.pace == UNACKED:
            return 0
        news |= RISES
    if news & (FIRST_OCTETS | FIRST_ACK):
        e.limit = min(mine.limit, e.next_raw + FAR)
        e.mute = False
    if news & CUT:
        e.whole = False
    if news & RISES:
        p.rises = 1
    return news


def drop_news(life: Life, e: Endpoint, p: Endpoint, news: int, limit: int) -> None:
    """It was not plain: everything is as before. limit: that of its sender then."""
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    mine = row.b if e.side else row.a
    e.limit = limit
    e.mute = not mine.said & SAID_ACK
    e.whole = mine.pace != CUT_OFF
    if news & RISES:
        p.rises = 0


def tell_news(life: Life, e: Endpoint, p: Endpoint, news: int) -> None:
    """The segment has been taken: Zeek is told."""
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    mine = row.b if e.side else row.a
    other = row.a if e.side else row.b
    if news & (FIRST_OCTETS | FIRST_ACK):
        row.say_plain(mine, SAID_DATA if news & FIRST_OCTETS else SAID_ACK)
        e.limit = min(mine.limit, e.next_raw + FAR) if mine.said & SAID_DATA else -1
        e.mute = not mine.said & SAID_ACK
    if news & CUT:
        mine.ack = (e.base + p.ack) & M32
        mine.pace = CUT_OFF
        e.rises = _rises(mine.gaps) if row.clean else NO_END
    if news & RISES and p.rises == 0:
        ack = (p.base + e.ack) & M32
        other.gaps += _rises(other.gaps) + 1
        other.missed += ack - other.ack
        other.ack = ack
        row.say_scaled(other, "G", other.gaps)
        p.rises = _rises(other.gaps)
    elif news & RISES:
        p.rises = 0


def _rises(gaps: int) -> int:
    """How many acknowledgements of octets that were cut off Zeek takes without a word: it tells of the 1st, 10th, 100th."""
    told = 1
    while told <= gaps:
        told *= 10
    return told - 1 - gaps


def open_mail(life: Life) -> None:
    """Let a life take what came while it was asleep, and waits (in plain Python: `mail`)."""
    life.mail.close()


def open_all(flows: list[Any]) -> None:
    """Let all of them."""
    for flow in flows:
        if not flow.sown and flow.mail is not None:
            open_mail(flow)


def wake(life: Life) -> None:
    """Somebody wants to see the views, or shows them a segment that is not plain: they learn what passed."""
    if life.mail is not None:
        open_mail(life)
    if not life.asleep:
        return
    life.asleep = False
    wire: WireStream = life.wire
    zeek: ZeekLife = life.zeek
    row = zeek.row
    if row is None:
        return
    a = life.a
    b = life.b
    way_a = wire.way1 if life.wire_flip else wire.way0
    way_b = wire.way0 if life.wire_flip else wire.way1
    if way_a is None or way_b is None:
        return
    operations = wire.operations
    row.last_ns = life.raw_ns = life.last_ns
    life.last_packet = max(life.last_packet, a.last_packet, b.last_packet)
    if a.right < 0:  # and b's, too (`calm_of`)
        a.last_right = b.last_right = -1
    if not life.calm:  # its listener has shown nothing yet
        rouse(life)
        if a.state != ESTABLISHED:
            a.last_right = -1
        else:
            b.last_right = -1
    _tell(a, b, way_a, operations, row, row.a)
    _tell(b, a, way_b, operations, row, row.b)


def _tell_sent(e: Endpoint, p: Endpoint, way: WireWay, operations: int, z: ZeekSide) -> None:
    """What an endpoint has sent, and what follows from that."""
    top = e.next_raw
    sent = e.packets - z.uncounted
    if sent:
        ack = (p.base + e.ack) & M32
        if way.lastack != ack:
            way.dup = 0
            way.lastack = ack
        if way.maxack == way.top:
            way.maxack = top
        way.top = top
        way.top_ns = e.data_ns
        way.lastflags = way.firstack = 0
        way.operations = operations
        way.win = e.window
        way.last_ns = e.last_ns
        z.packets += sent
        octets = top - z.last
        if octets:
            e.bytes += octets
            e.unique += octets
            e.goes_on(e.snd_max)
            z.last = top


def _tell(e: Endpoint, p: Endpoint, way: WireWay, operations: int, row: ZeekRow, z: ZeekSide) -> None:
    """What an endpoint has sent, and what of it is acknowledged."""
    _tell_sent(e, p, way, operations, z)
    top = e.next_raw
    way.fresh = e.fresh
    way.stale = e.stale
    way.mark = (top - (e.snd_max - e.mark)) & M32
    ack = (e.base + p.ack) & M32
    if ack != z.ack:
        if z.pace == CUT_OFF and row.clean:
            z.gaps += _rises(z.gaps) - e.rises
            z.missed += ack - z.ack
        z.ack = ack
