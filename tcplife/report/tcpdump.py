"""Segments in tcpdump's own lines, equal field for field to `tcpdump -nr`.

In: one decoded segment after the other, in capture order, with the octets of its options and payload. Out: one line
each. Covered: what tcpdump says of TCP over IPv4 and IPv6, and of text protocols (`text_lines`). Not covered: what it
says of the layers around (VLAN tags, tunnels, `-i any` interfaces), and of binary protocols inside.
Source: tcpdump 4.99's output, which the tests hold this to.
"""

from __future__ import annotations

from ..model.address import ip_text
from ..model.connection import flag_letters
from ..model.names import ACK, FIN, M32, RST, SYN, URG
from . import words
from .tcp_options import options_text
from .text_lines import payload_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..model.segment import Segment

MAX_FLOWS: Final = 1_000_000
"""Flows whose first numbers are remembered; beyond it the oldest is forgotten and would begin anew."""

Flow = tuple[int, int, int, int, int, int]


class TcpdumpLines:
    """Remembers each flow's first numbers, to print the others relative to them.

    absolute: print all numbers as they are (tcpdump -S). utc: time of day in UTC, else local.
    """

    def __init__(self, *, absolute: bool = False, utc: bool = False) -> None:
        self._absolute = absolute
        self._utc = utc
        self._first: dict[Flow, tuple[int, int]] = {}

    def line(self, s: Segment, options: bytes, size: int, payload: bytes) -> str:
        """One segment. options: as captured; size: their true length; payload: as captured."""
        seq, ack, peer_first = self._numbers(s)
        name = "IP" if s.ip_version == 4 else "IP6"
        source = f"{ip_text(s.src_hi, s.src_lo, s.ip_version)}.{s.sport}"
        target = f"{ip_text(s.dst_hi, s.dst_lo, s.ip_version)}.{s.dport}"
        text = (
            f"{words.clock(s.ts_ns, utc=self._utc)} {name} {source} > {target}: Flags [{flag_letters(s.flags & 255)}]"
        )
        if s.length > 0 or s.flags & (SYN | FIN | RST):
            text += f", seq {seq}" + (f":{seq + s.length & M32}" if s.length > 0 else "")
        if s.flags & ACK:
            text += f", ack {ack}"
        text += f", win {s.window}"
        if s.flags & URG:
            text += f", urg {s.urgent}"
        if size:
            told, whole = options_text(options, size, s.flags, peer_first, more=bool(payload))
            text += f", options [{told}"
            if not whole:
                return text
            text += "]"
        return f"{text}, length {s.length}" + payload_text(payload, s.sport, s.dport, cut=len(payload) < s.length)

    def _numbers(self, s: Segment) -> tuple[int, int, int]:
        """Seq and ack as they are printed, and what the peer's numbers (in SACK) are relative to."""
        if self._absolute or not s.flags & ACK:
            return s.seq, s.ack, 0
        turned = s.sport > s.dport or (s.sport == s.dport and (s.src_hi, s.src_lo) > (s.dst_hi, s.dst_lo))
        key = (s.src_hi, s.src_lo, s.dst_hi, s.dst_lo, s.sport, s.dport)
        if turned:
            key = (s.dst_hi, s.dst_lo, s.src_hi, s.src_lo, s.dport, s.sport)
        first = self._first.get(key)
        if first is None or s.flags & SYN:
            own, peer = s.seq, s.ack - 1 & M32
            self._remember(key, (peer, own) if turned else (own, peer))
            return s.seq, s.ack, peer
        own, peer = (first[1], first[0]) if turned else first
        return s.seq - own & M32, s.ack - peer & M32, peer

    def _remember(self, key: Flow, first: tuple[int, int]) -> None:
        if len(self._first) >= MAX_FLOWS:
            del self._first[next(iter(self._first))]
        self._first[key] = first
