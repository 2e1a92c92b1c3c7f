"""Plain Python's own way through the usual record: a classic pcap, Ethernet, IP and TCP.

In: a run. Out: the run stands at the first record that is none of these, and everything is as the general way leaves it,
which does the same record by record (`Analysis.step`): what `PcapReader.next`, `Decoder.decode` and `Table.find` tell is
read here at once, in one loop whose numbers have no other home. What is a plain segment of a life asleep is taken by
these numbers (`tracker.swift`), and only for the others a Segment is filled.
This module is never compiled; what compiled rooms do instead is `ahead`.
Source: as in `capture.pcap` and `decode.straight`.
"""

from __future__ import annotations

from functools import cache
from struct import Struct

from ..capture.formats import LAYOUT_PCAP, MAX_WIRE
from ..decode.aside import code_of
from ..decode.layers import PROTO_TCP, TYPE_ARP, TYPE_IPV6, UNTOLD
from ..model.names import ACK, CWR, ECE, FIN, SYN, Skip
from ..model.segment import Segment
from ..tracker.facts import CONTROL
from ..tracker.named import FLAGS
from .filling import fill_ip, fill_tcp
from .lives import BATCH
from .mail import HEADER, TCP_IN_FOUR, TCP_IN_SIX, Mail, may_wait, sprout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .analysis import Analysis

ARP = Skip.ARP.code
SECOND = 1_000_000_000
LINK_ETHERNET = 1
MOST = 4096
"""Records at a time: in between somebody may want to stop."""
LONGEST = 1 << 18
"""What is longer waits for the general way, and its bounds; so much of a buffer is looked at."""
TYPED = 14
"""Octets of a frame as far as its EtherType; where there are fewer, the next record's follow."""
SHORT = 54
"""Octets of an IPv4 frame without options."""
TAG = 4
TAGS = (0x8100, 0x88A8)
USUAL = frozenset([0x0800_4500 | tos for tos in range(256) if tos & 3 != 3])
"""EtherType, version and header length, and the octet with ECN: IPv4 without options, not marked by a router."""
MOST_USUAL = 0x0800_4500
WHOLE = 0x4000
"""No fragment, and not to be made one; or none of both."""
LOOKED_AT = 0xFFFF_00FF & ~(WHOLE << 16)
"""Of the word with the fragment, the TTL and the protocol: is it a fragment, and of what?"""
LEAST = 5 << 12
"""The word with the flags of a TCP header as short as can be."""
SYN_ACK = SYN | ACK
ANSWERS = FLAGS & ~(ECE | CWR)
LETTER = TCP_IN_FOUR + HEADER
ROOM = TAG + TCP_IN_SIX + HEADER
"""Octets of all headers at most."""

# What tells the shape of a frame, with two addresses and ports in one (as `Table.known` has them).
_SHAPE = Struct(f">12xIH2xI2x12s8xH{LETTER - 48}x").unpack
_FOUR = Struct(">H2xHxB2x12s8xH").unpack_from
_SIX = Struct(">HBx36s8xH").unpack_from
_BEGIN = Struct(">I").unpack_from


class Stride:
    """The way of one run. It keeps nothing from one call of go_on() to the next; segment: for those that waited."""

    __slots__ = ("is_barred", "run", "segment")

    def __init__(self, run: Analysis) -> None:
        self.run = run
        self.segment = Segment()
        # Of a live input what comes is timed, and checksums want every octet.
        self.is_barred = run.options.live or run.options.checksums

    def most(self) -> int:
        """How many records may be taken before somebody wants to be asked, who is asked by the general way."""
        run = self.run
        most = MOST
        if run._glance:
            most = min(most, run._glance - 1 - run.records % run._glance)
        if run.options.count:
            most = min(most, run.options.count - 1 - run.records + run.records_before)
        return max(most, 0)

    def go_on(self, reader: Any) -> None:
        """Take what is usual; the next record is Reader.next()'s turn.

        One loop with few calls, longer than a screen for that reason.
        """
        run = self.run
        if self.is_barred or reader.layout != LAYOUT_PCAP or reader.link != LINK_ETHERNET or not run._last_ns:
            return
        buffer = reader.buf
        head = reader._head
        unpack = _begin_of(head, reader._big)
        unit = reader._unit
        have = min(reader._have, reader._pos + LONGEST)
        table = run._table
        known = table.known
        flow: Any
        ready = run._finished.ready
        s = run._segment
        decoder = run._decoder
        decoder.data = buffer
        latest = run._last_ns
        end = run._second_ns // SECOND
        full = SECOND // unit
        second = base = -1
        first = number = reader.packet + run.packets_before + 1
        most = self.most()
        counts = run._counts
        lets_wait = run.lets_wait
        cut = others = taken = 0
        waits = run.waits
        o = reader._pos
        last = have - head - ROOM
        for number in range(first, first + most):
            if o > last:
                break
            seconds, fraction, size, wire, octets = unpack(buffer, o)
            if seconds != second:
                if seconds >= end:
                    break
                second = seconds
                base = seconds * SECOND
            ts = base + fraction * unit
            after = o + (head + size)
            if after > have or fraction >= full:
                break
            begin, total, rest, ends, word = _SHAPE(octets)
            if size >= SHORT and (begin == MOST_USUAL or begin in USUAL) and rest & LOOKED_AT == PROTO_TCP:
                ahead = TCP_IN_FOUR
                limit = total + 14
            else:
                code = _code_of(size, begin, total, rest, ends)
                if code == UNTOLD:
                    break
                if code:
                    counts[code] += 1
                    others += 1
                    o = after
                    if ts > latest:  # noqa: PLR1730 - max() costs a call
                        latest = ts
                    continue
                other = _other(buffer, o + head, size, begin)
                if other is None:
                    break
                octets, ends, word, ahead, limit = other
            if word < LEAST:
                break
            data = ahead + (word >> 10 & 0x3C)
            if limit > size:
                if data > size or limit > wire:
                    break
                cut += 1
                told = ~number
            elif data > limit:
                break
            else:
                told = number
            if ts > latest:  # noqa: PLR1730 - likewise
                latest = ts
            control = word & CONTROL
            if not control or control == FIN:
                mail = waits.get(ends)
                if mail is not None:
                    o = after
                    mail += (octets, ts, told)
                    if control or len(mail) >= mail.enough:
                        run._last_ns = latest
                        if control:
                            mail.part()
                        else:
                            mail.open()
                        if len(ready) >= BATCH:
                            taken = 1
                            break
                    continue
            entry = known.get(ends)
            if entry is not None:
                flow, table.side = entry
                if lets_wait and not control and may_wait(flow):
                    o = after
                    mail = Mail(run, flow, self.segment)
                    mail += (octets, ts, told)
                    continue
            at = o + head
            o = after
            fill_ip(s, number, ts, octets, ends, at + ahead)
            fill_tcp(s, buffer, at + ahead, after, at + limit)
            s.wire_len = wire if wire < MAX_WIRE else MAX_WIRE  # noqa: FURB136 - likewise
            run._last_ns = latest
            if entry is None:
                flow = table.search(s, table._hash(s))  # as `Table.find`
                if flow is not None and not flow.sown:
                    known[ends] = (flow, table.side)
                elif lets_wait and flow is not None and word & ANSWERS == SYN_ACK and table.side:
                    life = sprout(run, flow)
                    if life is not None:
                        mail = Mail(run, life, self.segment, flow)
                        mail += (octets, ts, told)
                        continue
            run._take(flow, s)
            lets_wait = run.lets_wait
            if len(ready) >= BATCH:
                taken = 1
                break
        else:
            taken = min(most, 1)
        taken += number - first
        if taken:
            run.records += taken
            run.tracked += taken - others
            run._last_ns = latest
            run._finished.view.cut_packets += cut
            reader._pos = o
            reader.packet += taken


@cache
def _begin_of(head: int, is_big: bool) -> Callable[[bytearray, int], tuple[int, int, int, int, bytes]]:
    """What reads a record's head of so many octets, and the first LETTER of what follows it, if it is that long."""
    return Struct(f"{'>' if is_big else '<'}IIII{head - 16}x{LETTER}s").unpack_from


def _code_of(size: int, begin: int, total: int, rest: int, ends: bytes) -> int:
    """Why a frame of that size is no segment, or UNTOLD; 0 if it may be one that `_other` reads."""
    if begin >> 16 == TYPE_ARP and size >= TYPED:
        return ARP
    if size < SHORT:
        return UNTOLD
    if begin not in USUAL:
        return 0
    return UNTOLD if rest & LOOKED_AT >> 16 << 16 else code_of(ends, 8, total, rest & 0xFF)


def _other(b: bytearray, at: int, size: int, begin: int) -> tuple[bytes, bytes, int, int, int] | None:
    """Read the usual segment behind a VLAN tag or in IPv6, in a frame of that size; None if it is none.

    Returns its octets as `mail` wants them, ends, the word with the flags, where in the frame TCP begins and the segment
    ends.
    """
    ip = at + 14
    kind = begin >> 16
    if kind in TAGS:
        if size < SHORT + TAG:
            return None
        ip += TAG
        begin = _BEGIN(b, ip - 2)[0]
        kind = begin >> 16
    if begin in USUAL:
        total, part, protocol, ends, word = _FOUR(b, ip + 2)
        if protocol != PROTO_TCP or (part and part != WHOLE):
            return None
        tcp = ip + 20
        limit = ip + total
    elif kind == TYPE_IPV6 and at + size - ip >= 60:
        behind, protocol, ends, word = _SIX(b, ip + 4)
        if protocol != PROTO_TCP or begin >> 12 & 0xF != 6 or begin >> 4 & 3 == 3:
            return None
        tcp = ip + 40
        limit = tcp + behind
    else:
        return None
    return bytes(b[ip - 14 : tcp + HEADER]), ends, word, tcp - at, limit - at
