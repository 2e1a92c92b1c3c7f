"""What comes for a life waits unopened, in plain Python, until there is enough of it or somebody asks the life.

In: segments in Ethernet and IP for a life that is in the table, as `stride` finds them. Out: the life as if each had
been taken when it came. With thousands of lives open at a time, most of what a packet costs is to fetch its life from
memory: so it is fetched once for a dozen. Only what changes nothing outside of a life may wait (`may_wait`), and of a
usual parting all but the last (`farewell`); whoever asks a life `wake`s it, and where it counts when each was active last
(`Table.evict`, idle timeouts) nothing waits.
This module is never compiled: compiled, a segment costs less than what would be kept of it.
"""

from __future__ import annotations

from struct import Struct

from ..anomalies.streams import is_above
from ..flows.ends import ends_of, four_ends
from ..model.names import ACK, PSH
from ..model.segment import Segment
from ..summary.zeek import new_zeek_life
from ..tracker.life import Life
from ..tracker.named import FLAGS
from ..tracker.swift import BARE, BUT_PSH, NOP_NOP_TS, STAMPED, take
from . import farewell, sleep
from .birth import born
from .filling import fill_ip, fill_tcp, sacks_of
from .handshake import greets
from .hearing import doze, hear_opening
from .showing import show
from .sleep import hear, wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..flows.seedling import Seedling
    from ..tracker.swift import Letter, Numbers
    from .lives import Lives

ENOUGH = 3 * 32
"""Three things for each letter that waits: more cost memory, and few packets of a life come between two that wake it."""
TCP_IN_FOUR = 34
TCP_IN_SIX = 54
"""Where TCP begins in an Ethernet frame with IPv4 or IPv6 (a VLAN tag left out)."""
HEADER = 60
"""Octets of a TCP header at most: kept are those of all headers up to there."""

_FOUR = Struct(">16xHH2xBx2x12sIIHHH2xII32x")
_SIX = Struct(">18xHxB36sIIHHH2xII32x")
"""What `swift.take` wants to know of these octets."""

_REST = Struct(">52xH8xI").unpack_from
"""The rest of a header with timestamps, in IPv4: the urgent pointer, and what it echoes."""

BUT_OFFSET = 0xFFF & ~PSH
IP = TCP_IN_FOUR - 20
WORDS = 5
STAMPED_WORDS = 8
"""Of 32 bits in a TCP header without options, and with timestamps alone."""
ANSWER = Segment()
"""A SYN+ACK at hand."""


class Mail(list["Any"]):
    """What waits for one life: of each segment its octets, when it came, and the packet's number (as in `swift.take`).

    segment: which may be filled for one at a time that has to be shown as a whole. `Lives.waits` finds it by either's
    ends, until it is closed. syn: of a life that has not even begun yet, but for its place in the table. enough: as many
    do not wait. parting: what waits, if that is the beginning of a parting, which may be taken at once (`farewell`).
    """

    __slots__ = ("enough", "first", "life", "other", "parting", "run", "segment", "syn", "tcp")

    def __init__(self, run: Lives, life: Life, segment: Segment, syn: Seedling | None = None) -> None:
        self.run = run
        self.life = life
        self.segment = segment
        self.syn = syn
        self.enough = ENOUGH
        self.parting: list[Letter] | None = None
        version = life.ip_version
        self.tcp = TCP_IN_FOUR if version == 4 else TCP_IN_SIX
        self.first = ends_of(version, life.a_hi, life.a_lo, life.a_port, life.b_hi, life.b_lo, life.b_port)
        self.other = ends_of(version, life.b_hi, life.b_lo, life.b_port, life.a_hi, life.a_lo, life.a_port)
        run.waits[self.first] = run.waits[self.other] = life.mail = self

    def letters(self) -> Iterator[Letter]:
        """Return what waits as `swift.take` wants it, once."""
        letters = self._read()
        self.clear()
        return letters

    def _read(self) -> Iterator[Letter]:
        octets = self[::3]
        numbers: Iterable[Numbers]
        if self.tcp == TCP_IN_FOUR:
            numbers = _FOUR.iter_unpack(b"".join(octets))
        else:
            numbers = [(behind + 20, -1, *rest) for behind, *rest in _SIX.iter_unpack(b"".join(octets))]
        return zip(numbers, octets, self[1::3], self[2::3], strict=True)

    def part(self) -> None:
        """The latest is a FIN: what came before it is taken, and it may wait for the rest of a parting."""
        if self.parting is None:
            fin = self[-3:]
            del self[-3:]
            self.open()
            self += fin
            if self.life.mail is not self:  # of a life that is odd by now nothing waits
                self._open(self.life)
                return
            self.parting = []
            self.enough = 0
        self.open()

    def open(self) -> None:
        """Let the life take all that waits, each as it would have been taken when it came."""
        life = self.life
        if self.parting is not None:
            self.parting += self.letters()
            if farewell.may_wait(life, self.first, self.parting):
                return
            self.enough = ENOUGH
        life.mail = None  # while it takes them, nothing waits
        self._open(life)
        if self.run.lets_wait and may_wait(life):
            life.mail = self
        else:
            self._forget()

    def close(self) -> None:
        """The same, and nothing waits any more."""
        self.life.mail = None
        self._forget()
        self._open(self.life)

    def _forget(self) -> None:
        forget = self.run.waits.pop
        forget(self.first, None)
        forget(self.other, None)

    def _open(self, life: Life) -> None:
        letters = self.letters()
        first = self.first
        if self.syn is not None:
            self._begin(life, self.syn, letters)
        elif self.parting is not None:
            kept = [*self.parting, *letters]
            self.parting = None
            if farewell.parts(self.run, life, first, kept, self._read_letter):
                return
            letters = iter(kept)
        letter = take(life, first, letters, sleep)
        while letter is not None:
            self._show(life, letter)
            letter = take(life, first, letters, sleep)

    def _read_letter(self, s: Segment, letter: Letter) -> None:
        read_letter(s, letter, self.tcp)

    def _begin(self, life: Life, seedling: Seedling, letters: Iterator[Letter]) -> None:
        """Let the life begin with its SYN, the SYN+ACK that answered it, and what came then."""
        self.syn = None
        run = self.run
        answer = next(letters)
        letter = next(letters, None)
        syn = seedling.grow(run._grown)
        if letter is not None and letter[0][3] == self.first:
            read_letter(ANSWER, answer, self.tcp)
            read_letter(self.segment, letter, self.tcp)
            if greets(life, syn, ANSWER, self.segment):
                doze(life, run.sleeps and run._tracker.straight)
                return
        if not born(life, syn, None):
            show(life, 0, syn)
            run._feed(life, 0, syn)
        self._show(life, answer)
        if letter is not None:
            self._show(life, letter)

    def _show(self, life: Life, letter: Letter) -> None:
        """Show a life a segment that is not plain, or comes after one that woke it."""
        run = self.run
        decoder = run._decoder
        data = decoder.data
        decoder.data = letter[1]
        s = self.segment
        side = 0 if letter[0][3] == self.first else 1
        # What take() does not take, `plain` does not either: so much of the general way is spared.
        if life.asleep and not life.calm:
            read_letter(s, letter, self.tcp)
            spared = True
            taken = hear_opening(life, side, s)
        else:
            spared = life.asleep and read_usual(s, letter, self.tcp)
            taken = spared and hear(life, side, s, decoder)
        if not taken:
            if spared:
                wake(life)
            read_letter(s, letter, self.tcp)
            run._table.side = side
            run._take(life, s)
        decoder.data = data


def sprout(run: Lives, seedling: Seedling) -> Life | None:
    """Return a life in the place of a SYN that was answered, as `Lives._hatch` does, which has yet to begin with it.

    None where an answer waits already; or the pair was seen before, perhaps: then somebody else might forget it meanwhile.
    """
    if seedling.shape.answer is not None or run._streams.may_know(seedling):
        return None
    life = Life.__new__(Life)
    life.begin()
    run._table.replace(seedling, life)
    life.first_packet = seedling.packet
    life.start_ns = seedling.last_ns
    life.tunnel = seedling.shape.segment.tunnel
    life.wire_flip = 1 if is_above(life) else 0
    life.zeek = new_zeek_life()
    return life


def may_wait(life: Life) -> bool:
    """Whether a segment that is no SYN, FIN or RST changes the life and nothing else: it neither ends nor begins anew.

    Of one that has ended somebody else may ask whether it goes on (`Lives._keep_closed`).
    """
    return not life.close_packet and not life.ended and life.held is None


def read_usual(s: Segment, letter: Letter, tcp: int) -> bool:
    """Fill of s, as read_letter() does, what `hear` asks for; False, if it is no ACK with the usual options or has others."""
    numbers, octets, ts_ns, packet = letter
    total, ip_id, ttl, _, seq, ack, word, window, checksum, layout, ts_val = numbers
    size = word >> 10 & 0x3C
    sacks = 0
    if word & BUT_PSH == STAMPED and layout == NOP_NOP_TS:
        s.ts_val = ts_val
    elif word & BUT_PSH == BARE:
        s.ts_val = -1
    else:
        sacks = sacks_of(octets, tcp, tcp + size) if layout == NOP_NOP_TS and word & BUT_OFFSET == ACK else 0
        if not sacks:
            return False
        s.ts_val = ts_val
        s.sack_at = tcp + 36
    s.sack_count = sacks
    s.packet = packet if packet >= 0 else ~packet
    s.ts_ns = ts_ns
    s.ip_id = ip_id
    s.ttl = ttl
    ecn = octets[15] if tcp == TCP_IN_FOUR else octets[15] >> 4
    s.ecn = ecn & 3
    s.bare = not sacks
    s.seq = seq
    s.ack = ack
    s.flags = word & FLAGS
    s.window = window
    s.checksum = checksum
    s.length = total - 20 - size
    s.payload_at = 0
    s.payload_end = s.length if packet >= 0 else 0
    s.mptcp = s.wscale = -1
    s.options_cut = s.bad_checksum = s.signed = 0
    return True


def read_letter(s: Segment, letter: Letter, tcp: int) -> None:
    """Fill s as its record would have been decoded, but for where the payload ends. tcp: where that begins in the octets.

    Of the usual options, or none, at once: two calls cost as much.
    """
    numbers, octets, ts_ns, packet = letter
    total, ip_id, ttl, ends, seq, ack, word, window, checksum, layout, ts_val = numbers
    words = word >> 12
    limit = tcp - 20 + total
    if tcp != TCP_IN_FOUR or not (words == WORDS or (words == STAMPED_WORDS and layout == NOP_NOP_TS)):
        after = limit if packet >= 0 else tcp + 4 * words
        fill_ip(s, packet if packet >= 0 else ~packet, ts_ns, octets, ends, tcp)
        fill_tcp(s, octets, tcp, after, limit)
        return
    s.ts_ns = ts_ns
    s.src_lo, s.dst_lo, s.sport, s.dport = four_ends(ends)
    s.ip_version = 4
    s.ip_at = IP
    s.ip_id = ip_id
    s.ttl = ttl
    s.ecn = octets[15] & 3
    s.seq = seq
    s.ack = ack
    s.flags = word & FLAGS
    s.window = window
    s.checksum = checksum
    s.urgent, ts_ecr = _REST(octets)
    if words == WORDS:
        s.ts_val = s.ts_ecr = -1
        data = TCP_IN_FOUR + 20
    else:
        s.ts_val = ts_val
        s.ts_ecr = ts_ecr
        data = TCP_IN_FOUR + 32
    s.payload_at = s.opt_end = data
    s.length = limit - data
    if packet >= 0:
        s.packet = packet
        s.payload_end = limit
    else:
        s.packet = ~packet
        s.payload_end = data
    s.opt_at = TCP_IN_FOUR + 20
    s.sack_at = TCP_IN_FOUR
    s.bare = True
    s.src_hi = s.dst_hi = s.tunnel = s.sack_ok = s.sack_count = s.bad_checksum = s.options_cut = s.signed = 0
    s.icmp_type = s.icmp_code = s.mss = s.wscale = s.tfo = s.mptcp = -1
