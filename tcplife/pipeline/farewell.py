"""A usual parting at once, in plain Python: the life, and Wireshark's and Zeek's views of it.

In: a life asleep, and what its ends say from a FIN on, which waits (`mail`) until it is complete or something else comes.
Out: the life, as if FIN, ACK, FIN and ACK had been taken one by one (`Lives._take`; tests/pipeline hold both equal).
While they wait nothing ends: an end is over only once its own FIN was acknowledged, and the last of these segments
does not wait. This module is never compiled: compiled, `parting` does the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..anomalies import parting as wire_parting
from ..model.names import ACK
from ..summary import zeek_parting
from ..tracker import parting
from .sleep import wake

if TYPE_CHECKING:
    from ..summary.zeek_row import ZeekRow
    from ..tracker.life import Life
    from ..tracker.swift import Letter
    from .lives import Lives

MOST = 3
"""Segments of a parting that wait: all but the last."""


def may_wait(life: Life, first: bytes, letters: list[Letter]) -> bool:
    """Whether these may be all but the last segments of a usual parting of a life asleep. first: as of `swift.take`."""
    opening = letters[0][0]
    if opening[3] == first:
        e = life.a
        p = life.b
    else:
        e = life.b
        p = life.a
    if len(letters) > MOST or not parting.may_begin(life, e, p, letters[0]):
        return False
    later = letters[1:]
    for number, letter in enumerate(later, start=2):
        numbers = letter[0]
        if numbers[3] == opening[3] or numbers[4] != p.next_raw or numbers[5] != e.next_raw + 1:
            return False
        if not parting.is_bare(letter, parting.FIN_ACK) and not (number == 2 and parting.is_bare(letter, ACK)):
            return False
    return len(later) < 2 or parting.is_bare(later[0], ACK)


def parts(run: Lives, life: Life, first: bytes, letters: list[Letter]) -> bool:
    """Let a life take all of a usual parting; False, and at most it has been woken, if that is not quite usual."""
    if not life.asleep or not MOST <= len(letters) <= MOST + 1 or not run._tracker.straight:
        return False
    wake(life)
    began, closing, last = letters[0], letters[-2], letters[-1]
    side = 0 if began[0][3] == first else 1
    if side:
        e, p = life.b, life.a
    else:
        e, p = life.a, life.b
    stream = life.wire
    row: ZeekRow = life.zeek.row
    me, peer = (stream.way1, stream.way0) if side ^ life.wire_flip else (stream.way0, stream.way1)
    mine, other = (row.b, row.a) if side else (row.a, row.b)
    seq, ack = e.next_raw, p.next_raw
    if not (
        wire_parting.may_part(stream, me, peer, seq, ack)
        and zeek_parting.may_part(row, mine, other, seq, ack, began[2], last[2])
        and parting.is_usual(life, e, p, letters, run._tracker.two_msl_ns)
    ):
        return False
    parting.parted(life, e, p, letters)
    wire_parting.parted(stream, me, peer, began[2], last[2], last[0][7], closing[2], closing[0][7])
    zeek_parting.parted(row, mine, other, closing[2], last[2], len(letters) - 2)
    run._note_end(life)
    return True
