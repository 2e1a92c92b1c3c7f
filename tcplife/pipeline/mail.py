"""What comes for a life asleep waits unopened, in plain Python, until there is enough of it or somebody asks the life.

In: segments of the usual shape for a life that is asleep, as `stride` finds them. Out: the life as if each had been
taken when it came. With thousands of lives open at a time, most of what a packet costs is to fetch its life from
memory: so it is fetched once for a dozen. Nothing outside of a life depends on such segments; whoever asks a life
`wake`s it, and where it counts when each was active last (`Table.evict`, idle timeouts) nothing waits.
This module is never compiled: compiled, a segment costs less than what would be kept of it.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

from ..flows.ends import ends_of
from ..model.segment import Segment
from ..tracker.swift import FLAGS, STAMPED, take
from .filling import fill_bare, fill_ip
from .sleep import hear, wake

if TYPE_CHECKING:
    from ..tracker.life import Life
    from ..tracker.swift import Letter
    from .lives import Lives

ENOUGH = 3 * 16
"""Three things for each letter that waits: more cost memory, and few packets of a life come between two that wake it."""
TCP = 34
BARE_DATA = 54
STAMPED_DATA = 66
"""Where the TCP header and the payload begin in an IPv4 frame; the octets of a letter end where the payload may begin."""

_NUMBERS = Struct(">16xHH2xBx2x12sIIHHH6xI4x")
_REST = Struct(">15xB36xH8xI")
"""What `swift.Numbers` has of these octets, and what else a Segment has: ECN, the urgent pointer, the echoed timestamp."""


class Mail(list[Any]):
    """What waits for one life: of each segment its octets, when it came, and the packet's number (as in `swift.Letter`)."""

    __slots__ = ("first", "run")

    def __init__(self, run: Lives, life: Life) -> None:
        self.run = run
        self.first = first_ends(life)

    def open(self, life: Life) -> None:
        """Let the life take all that waits, each as it would have been taken when it came."""
        octets = self[::3]
        letters = zip(_NUMBERS.iter_unpack(b"".join(octets)), octets, self[1::3], self[2::3], strict=True)
        self.clear()
        first = self.first
        letter = take(life, first, letters)
        while letter is not None:
            side = 0 if letter[0][3] == first else 1
            self._show(life, side, segment_of(letter))
            letter = take(life, first, letters)

    def _show(self, life: Life, side: int, s: Segment) -> None:
        """Show a life a segment that is not plain, or comes after one that woke it."""
        run = self.run
        if life.asleep:
            if hear(life, side, s, run._decoder):
                return
            wake(life)
        run._table.side = side
        run._take(life, s)


def first_ends(life: Life) -> bytes:
    """Return the ends as the life's side a writes them."""
    return ends_of(life.ip_version, life.a_hi, life.a_lo, life.a_port, life.b_hi, life.b_lo, life.b_port)


def segment_of(letter: Letter) -> Segment:
    """Return the segment of a letter that waited, as the record would have been decoded but for its payload's place."""
    (total, ip_id, ttl, ends, seq, ack, word, window, checksum, ts_val), octets, ts_ns, packet = letter
    tos, urgent, ts_ecr = _REST.unpack(octets)
    s = Segment()
    data = STAMPED_DATA
    if word < STAMPED:
        data = BARE_DATA
        ts_val = ts_ecr = -1
    length = total + 14 - data
    fill_ip(s, packet if packet >= 0 else ~packet, ts_ns, ends, TCP, tos & 3, ip_id, ttl)
    end = data + length if packet >= 0 else data
    fill_bare(s, TCP, data, end, length, seq, ack, word & FLAGS, window, checksum, urgent, ts_val, ts_ecr)
    return s
