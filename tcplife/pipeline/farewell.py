"""What waits unopened of a parting, in plain Python.

In: a life asleep, and what its ends say from a FIN on, which waits (`mail`) until it is complete or something else comes.
Out: whether it may go on to wait, and whether the life has taken it as a parting (`parting.parts`). While it waits nothing
ends: an end is over only once its own FIN was acknowledged, and the last of these segments does not wait. This module is
never compiled: compiled, each segment is a Segment when it comes to wait.
"""

from __future__ import annotations

from ..model.names import ACK, FIN, M32
from ..model.segment import Segment
from ..tracker.swift import BARE, BARE_OCTETS, NOP_NOP_TS, STAMPED, STAMPED_OCTETS
from . import parting
from .parting import is_next
from .sleep import wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life
    from ..tracker.swift import Letter
    from .lives import Lives

FIN_ACK = FIN | ACK
EDGE = M32 - 4
"""As of `parting`."""
MOST = 3
"""Segments of a parting that wait: all but the last."""
READ = [Segment() for _ in range(MOST + 1)]
"""Those of a parting at hand."""


def may_wait(life: Life, first: bytes, letters: list[Letter]) -> bool:
    """Whether these may be all but the last segments of a usual parting of a life asleep, as they may be without the latest.

    first: as of `swift.take`.
    """
    opening = letters[0][0]
    if opening[3] == first:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    number = len(letters)
    latest = letters[-1]
    if number == 1:
        return may_begin(life, e, p, latest)
    numbers = latest[0]
    if number > MOST or numbers[3] == opening[3] or numbers[4] != p.next_raw or numbers[5] != e.next_raw + 1:
        return False
    if number == 2 and is_bare(latest, ACK):
        return True
    return is_bare(latest, FIN_ACK) and (number == 2 or letters[1][0][6] & FIN == 0)


def may_begin(life: Life, e: Endpoint, p: Endpoint, letter: Letter) -> bool:
    """Whether a segment of e may be the first of a usual parting: a FIN while nobody waits for an acknowledgement."""
    numbers = letter[0]
    return (
        life.asleep
        and is_bare(letter, FIN_ACK)
        and numbers[4] == e.next_raw
        and numbers[5] == p.next_raw
        and e.ack == p.snd_max
        and p.ack == e.snd_max
    )


def is_bare(letter: Letter, flags: int) -> bool:
    """Whether these are all the flags of a segment without octets, and it has no options but timestamps."""
    numbers = letter[0]
    word = numbers[6]
    if numbers[9] == NOP_NOP_TS and word >> 12 == STAMPED >> 12:
        return word == STAMPED | flags and numbers[0] == STAMPED_OCTETS
    return word == BARE | flags and numbers[0] == BARE_OCTETS


def parts(run: Lives, life: Life, first: bytes, letters: list[Letter], read: Callable[[Segment, Letter], None]) -> bool:
    """Let a life take all of a usual parting; False, and at most it has been woken, if that is not quite usual."""
    if not life.asleep or not MOST <= len(letters) <= MOST + 1:
        return False
    side = 0 if letters[0][0][3] == first else 1
    e, p = (life.b, life.a) if side else (life.a, life.b)
    seq, ack = e.next_raw, p.next_raw
    if not (0 < seq < EDGE and 0 < ack < EDGE):
        return False
    ways = [(True, seq, ack, FIN_ACK), (False, ack, seq + 1, FIN_ACK), (True, seq + 1, ack + 1, ACK)]
    if len(letters) > len(ways):
        ways.insert(1, (False, ack, seq + 1, ACK))
    now = life.last_ns
    for s, letter, (is_first, number, acked, flags) in zip(READ, letters, ways, strict=False):
        read(s, letter)
        if (letter[0][3] == letters[0][0][3]) != is_first or not is_next(s, flags, number, acked, now):
            return False
        now = s.ts_ns
    began, *answers, closing, last = READ[: len(letters)]
    wake(life)
    if not parting.parts(life, side, began, answers[0] if answers else None, closing, last, run._tracker):
        return False
    run._note_end(life)
    return True
