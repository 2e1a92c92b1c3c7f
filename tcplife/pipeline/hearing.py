# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What comes for a life asleep: nearly everything is heard without waking anybody.

In: a life asleep (`sleep`), and a segment. Out: whether it was taken; else everybody is awake, and it is left to the general
way. A life sleeps when it is calm, or from a usual handshake on until its listener shows that it accepts.
"""

from __future__ import annotations

from ..model.names import ESTABLISHED
from ..tracker.facts import CONTROL
from ..tracker.plain import calm_but_for_states
from ..tracker.usual_opening import accepted, asked, may_accept, may_ask
from .sleep import fall_asleep, hear, hear_news, take_plain, wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..decode.decoder import Decoder
    from ..model.segment import Segment
    from ..summary.zeek import ZeekLife
    from ..summary.zeek_row import ZeekRow
    from ..tracker.life import Life

NEVER = -(1 << 62)
"""Until then what an endpoint sends is plain: nothing is."""


def doze(life: Life, sleeps: bool) -> None:
    """Let a life that has begun with a usual handshake, and nothing else yet, sleep if it may at all."""
    if calm_but_for_states(life) and sleeps:
        fall_asleep(life)
        if life.asleep:
            life.a.until_ns = life.b.until_ns = NEVER


def listen(life: Life, side: int, s: Segment, decoder: Decoder) -> bool:
    """Take a segment of a life asleep if nobody has to wake up for it; False, and they have, if it is another."""
    return take_plain(life, side, s) or heed(life, side, s, decoder)


def heed(life: Life, side: int, s: Segment, decoder: Decoder) -> bool:
    """The same for a segment that is not plain."""
    if hear(life, side, s, decoder) if life.calm else hear_opening(life, side, s):
        return True
    if not s.flags & CONTROL:  # else whoever takes it wakes them, or lets it wait
        wake(life)
    return False


def hear_opening(life: Life, side: int, s: Segment) -> bool:
    """Take a segment of a life whose listener has not shown yet that it accepts; False, and nothing has changed, if it is odd.

    What its caller sends, and the listener's first word; then the life is calm (`usual_opening.asks`, `accepts`).
    """
    if side == 0:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    asks = e.state == ESTABLISHED
    if s.flags & CONTROL or not (may_ask(e, p, s) if asks else may_accept(e, p, s)):
        return False
    zeek: ZeekLife = life.zeek
    row: ZeekRow = zeek.row  # type: ignore[assignment]
    sent = e.snd_max
    right = e.last_right
    e.until_ns = row.look_ns
    if not asks:
        e.last_right = -1
    if not (hear_news(life, side, s) or take_plain(life, side, s)):
        e.until_ns = NEVER
        e.last_right = right
        return False
    if asks:
        asked(e, p, s, sent)
        e.until_ns = NEVER
    else:
        accepted(life, e, s)
        p.until_ns = row.look_ns
        life.calm = True
    return True
