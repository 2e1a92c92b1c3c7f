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
from typing import TYPE_CHECKING, Any

from ..capture.formats import LAYOUT_PCAP, MAX_WIRE
from ..decode.aside import code_of
from ..decode.layers import PROTO_TCP, TYPE_ARP, TYPE_IPV6, UNTOLD
from ..decode.straight import NOP_NOP_TS
from ..decode.tcp import read_tcp
from ..flows.ends import FOUR_OCTETS
from ..model.names import ACK, PSH, Skip
from ..tracker.swift import BARE_OCTETS, FLAGS, STAMPED_OCTETS, take
from .filling import fill_bare, fill_ip
from .lives import BATCH
from .mail import ENOUGH, Mail
from .sleep import hear, open_mail, wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from .analysis import Analysis

TCP = Skip.TCP.code
ARP = Skip.ARP.code
SECOND = 1_000_000_000
LINK_ETHERNET = 1
MOST = 4096
"""Records at a time: in between somebody may want to stop."""
LONGEST = 1 << 18
"""What is longer waits for the general way, and its bounds."""
SHORT = 54
LONG = 66
"""Octets of an IPv4 frame without and with timestamps."""
TAG = 4
TAGS = (0x8100, 0x88A8)
USUAL = frozenset([0x0800_4500 | tos for tos in range(256) if tos & 3 != 3])
"""EtherType, version and header length, and the octet with ECN: IPv4 without options, not marked by a router."""
WHOLE = (0, 0x4000)
"""No fragment, whether or not it might be."""
BARE = 5
STAMPED = 8
"""Words of 32 bits in a TCP header without options, and with timestamps."""
PLAIN_FLAGS = FLAGS & ~PSH
STAMPED_PLAIN = (STAMPED << 12 | ACK, STAMPED << 12 | ACK | PSH)
BARE_PLAIN = (BARE << 12 | ACK, BARE << 12 | ACK | PSH)
NONE = (-1, -1, -1)
SACK_LAYOUTS = {blocks: 0x0101_0500 | 2 + 8 * blocks for blocks in (1, 2, 3)}
"""Two NOPs, the kind of SACK and its length: RFC 2018 3, RFC 7323 appendix A."""

# Of the first LONG octets: what tells the shape of a frame, and the rest of what it says.
_SHAPE = Struct(">12xIH2xHxB2x12s8xH6xI8x").unpack
_REST = Struct(">18xH2xB15xII2xHHH4xII").unpack
# From the EtherType on, the two addresses and ports in one (as `Table.known` has them); the last three: a timestamps option.
_FOUR = Struct(">IHHHBB2x12sIIHHHH").unpack_from
_SIX = Struct(">2xIHBB36sIIHHHH").unpack_from
_BEGIN = Struct(">I").unpack_from
_STAMPS = Struct(">III").unpack_from


class Stride:
    """The way of one run. It keeps nothing from one call of go_on() to the next."""

    __slots__ = ("is_barred", "run")

    def __init__(self, run: Analysis) -> None:
        self.run = run
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
        have = reader._have
        table = run._table
        known = table.known
        ready = run._finished.ready
        s = run._segment
        decoder = run._decoder
        decoder.data = buffer
        latest = run._last_ns
        until = run._second_ns
        before = run.packets_before + 1
        first = packet = reader.packet
        most = self.most()
        counts = run._counts
        lets_wait = run.lets_wait
        cut = others = taken = 0
        o = reader._pos
        last = have - head - LONG
        for packet in range(first, first + most):
            if o > last:
                break
            seconds, fraction, size, wire, octets = unpack(buffer, o)
            ts = seconds * SECOND + fraction * unit
            at = o + head
            after = at + size
            if after > have or ts >= until or size > LONGEST:
                break
            begin, total, part, protocol, ends, word, layout = _SHAPE(octets)
            code = TCP
            if size < SHORT:
                if begin >> 16 != TYPE_ARP:
                    break
                code = ARP
            elif begin in USUAL:
                if part not in WHOLE:
                    break
                if protocol != PROTO_TCP:
                    code = code_of(ends, 8, total, protocol)
                else:
                    frame = 14 + total
                    if (
                        lets_wait
                        and (frame <= size or frame <= wire)
                        and (
                            (word in STAMPED_PLAIN and layout == NOP_NOP_TS and size >= LONG and frame >= LONG)
                            or (word in BARE_PLAIN and frame >= SHORT)
                        )
                    ):
                        entry = known.get(ends)
                        if entry is not None:
                            flow = entry[0]
                            if flow.asleep:
                                mail = flow.mail
                                if mail is None:
                                    mail = flow.mail = Mail(run, flow)
                                if frame <= size:
                                    mail += (octets, ts, packet + before)
                                else:
                                    mail += (octets, ts, ~(packet + before))
                                    cut += 1
                                o = after
                                if ts > latest:  # noqa: PLR1730 - max() costs a call
                                    latest = ts
                                if len(mail) >= ENOUGH:
                                    mail.open(flow)
                                continue
                    tcp = at + 34
                    limit = at + frame
                    ip_id, ttl, seq, ack, window, checksum, urgent, val, ecr = _REST(octets)
                    if size < LONG:
                        layout = val = ecr = -1
            elif begin >> 16 == TYPE_ARP:
                code = ARP
            else:
                other = _other(buffer, at, after, begin)
                if other is None:
                    break
                begin, ip_id, ttl, ends, seq, ack, word, window, checksum, urgent, layout, val, ecr, tcp, limit = other
            if code:
                if code == UNTOLD:
                    break
                counts[code] += 1
                others += 1
                o = after
                if ts > latest:  # noqa: PLR1730 - max() costs a call
                    latest = ts
                continue
            is_bare = True
            if layout == NOP_NOP_TS and word in STAMPED_PLAIN:
                data = tcp + 32
                is_plain = True
            else:
                is_plain = word & PLAIN_FLAGS == ACK
                data = tcp + (word >> 10 & 0x3C)
                if word >> 12 == BARE:
                    val = ecr = -1
                elif word >> 12 != STAMPED or layout != NOP_NOP_TS:
                    is_bare = is_plain = False
                    if word >> 12 < BARE or data > after:
                        break
                    sacks = _sacks(buffer, tcp, data) if layout == NOP_NOP_TS else 0
            if data > limit or (limit > after and limit > at + wire):
                break
            o = after
            if ts > latest:  # noqa: PLR1730 - likewise
                latest = ts
            if limit > after:
                cut += 1
            entry = known.get(ends)
            if entry is not None:
                flow, side = entry
                if flow.mail is not None:
                    open_mail(flow)
                if is_plain and flow.asleep:
                    numbers = (
                        limit - data + (BARE_OCTETS if val < 0 else STAMPED_OCTETS), ip_id, ttl, ends, seq, ack, word, window,
                        checksum, val,
                    )  # fmt: skip
                    number = packet + before
                    letter = (numbers, b"", ts, number if limit <= after else ~number)
                    if take(flow, b"" if side else ends, iter((letter,))) is None:
                        continue
            ecn = begin if len(ends) == FOUR_OCTETS else begin >> 20
            fill_ip(s, packet + before, ts, ends, tcp, ecn & 3, ip_id, ttl)
            s.wire_len = wire if wire < MAX_WIRE else MAX_WIRE  # noqa: FURB136 - likewise
            if is_bare or sacks:
                end = limit if limit < after else after  # noqa: FURB136 - likewise
                fill_bare(s, tcp, data, end, limit - data, seq, ack, word & FLAGS, window, checksum, urgent, val, ecr)
                if not is_bare:
                    s.bare = False
                    s.sack_at = tcp + 36
                    s.sack_count = sacks
            else:
                read_tcp(s, buffer, tcp, after, limit)
            run._last_ns = latest
            if entry is None:
                flow = table.find(s)
            else:
                table.side = side
                if is_plain and flow.asleep:  # what take() does not take, `plain` does not either
                    if hear(flow, side, s, decoder):
                        continue
                    wake(flow)
            run._take(flow, s)
            lets_wait = run.lets_wait
            if len(ready) >= BATCH:
                taken = 1
                break
        else:
            taken = min(most, 1)
        taken += packet - first
        if taken:
            run.records += taken
            run.tracked += taken - others
            run._last_ns = latest
            run._finished.view.cut_packets += cut
            reader._pos = o
            reader.packet = first + taken


@cache
def _begin_of(head: int, is_big: bool) -> Callable[[bytearray, int], tuple[int, int, int, int, bytes]]:
    """What reads a record's head of so many octets, and the first LONG of what follows it, if it is that long."""
    return Struct(f"{'>' if is_big else '<'}IIII{head - 16}x{LONG}s").unpack_from


def _sacks(b: bytearray, tcp: int, data: int) -> int:
    """How many blocks of SACK stand behind timestamps as every busy stack lays them out, and nothing else; 0 if it is so not."""
    blocks, rest = divmod(data - tcp - 36, 8)
    if rest or blocks not in SACK_LAYOUTS or _BEGIN(b, tcp + 32)[0] != SACK_LAYOUTS[blocks]:
        return 0
    return blocks


def _other(b: bytearray, at: int, after: int, begin: int) -> tuple[Any, ...] | None:
    """Read the usual segment behind a VLAN tag or in IPv6; None if it is none.

    Returns the 32 bits where IP or its EtherType begins, IP id, TTL, ends, seq, ack, the word with the flags, window,
    checksum, urgent pointer, three words of options, where TCP begins and the segment ends.
    """
    ip = at + 14
    kind = begin >> 16
    if kind in TAGS:
        if after - at < SHORT + TAG:
            return None
        ip += TAG
        begin = _BEGIN(b, ip - 2)[0]
        kind = begin >> 16
    if begin in USUAL:
        begin, total, ip_id, part, ttl, protocol, ends, seq, ack, word, window, checksum, urgent = _FOUR(b, ip - 2)
        if protocol != PROTO_TCP or part not in WHOLE:
            return None
        tcp = ip + 20
        limit = ip + total
    elif kind == TYPE_IPV6 and after - ip >= 60:
        ip_id = -1
        begin, total, protocol, ttl, ends, seq, ack, word, window, checksum, urgent = _SIX(b, ip - 2)
        if protocol != PROTO_TCP or begin >> 28 != 6 or begin >> 20 & 3 == 3:
            return None
        tcp = ip + 40
        limit = tcp + total
    else:
        return None
    layout, val, ecr = _STAMPS(b, tcp + 20) if after - tcp >= 32 else NONE
    return begin, ip_id, ttl, ends, seq, ack, word, window, checksum, urgent, layout, val, ecr, tcp, limit
