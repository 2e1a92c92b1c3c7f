# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record's `judged` object straight into a buffer, for compiled code: the same octets as `Judgement.json`.

In: a Connection whose judgement is filled. Out: JSON. Formatting a dozen floats is what the slow way spends its time on;
here nanoseconds are written as digits, and only where Python would write an exponent is Python asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.close_kinds import OPENED, PLACES, TURNS
from ..model.judgement import SPLIT_NAMES

if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement
    from .buffer import Buffer

MS_NS = 1_000_000
SECOND_NS = 1_000_000_000
LONG_NS = 1_000_000_000_000_000
"""From here on (11 days) a float may not hold every nanosecond, and is written as it is."""
TINY_MS = 100
TINY_SECOND = 100_000
"""Below 0.0001 Python writes an exponent."""


class JudgedWriter:
    """Writes judgements into a buffer."""

    __slots__ = ("_buffer", "_opened", "_places", "_slowest", "_turns")

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._opened = [f',"opened_how":"{word}","closed_by":'.encode() for word in OPENED]
        self._turns = [(f'"{word}"' if word else "null").encode() for word in TURNS]
        self._places = [f',"capture_point":{{"where":"{word}","why":"'.encode() for word in PLACES]
        self._slowest = [f'}},"slowest":"{word}"'.encode() for word in SPLIT_NAMES]

    def write(self, c: Connection) -> None:
        """Write the object but for its last member, the service: `finish` adds it."""
        b = self._buffer
        j: Judgement = c.judgement
        b.raw(b'{"opened_by":')
        self._role(j.opened_by)
        b.raw(self._opened[j.opened_how])
        self._role(c.close_initiator)
        b.raw(b',"closed_how":')
        if c.close_kind is None:
            b.raw(b"null")
        else:
            b.text(c.close_kind)
        b.raw(b',"acked":{"client":')
        self._answer(j.acked_client)
        b.raw(b',"server":')
        self._answer(j.acked_server)
        b.raw(b'},"whose_turn":')
        self._role(j.turn)
        b.raw(b',"whose_turn_why":')
        b.raw(self._turns[j.turn_why])
        self._fins(c)
        b.raw(b',"reset":')
        b.raw(b"null" if j.reset is None else j.reset.json().encode())
        self._split(j)
        b.raw(self._places[j.place])
        self._place_why(c, j)
        b.raw(b'"},"half_closed":')
        self._half(j)
        b.raw(b',"handshake":')
        self._handshake(c, j)
        b.raw(b',"service":"')

    def finish(self, c: Connection) -> None:
        """Write the service and the end."""
        self._buffer.number(c.server_port)
        self._buffer.raw(b'"}')

    def _role(self, side: int) -> None:
        if side < 0:
            self._buffer.raw(b"null")
        elif side == 0:
            self._buffer.raw(b'"client"')
        else:
            self._buffer.raw(b'"server"')

    def _answer(self, known: int) -> None:
        if known < 0:
            self._buffer.raw(b"null")
        elif known == 0:
            self._buffer.raw(b"false")
        else:
            self._buffer.raw(b"true")

    def _ms(self, ns: int) -> None:
        if 0 < ns < TINY_MS or ns >= LONG_NS:
            self._buffer.raw(str(ns / 1e6).encode())
        else:
            self._buffer.decimal(ns, MS_NS)

    def _known_ms(self, ns: int) -> None:
        if ns < 0:
            self._buffer.raw(b"null")
        else:
            self._ms(ns)

    def _optional(self, packet: int) -> None:
        if packet:
            self._buffer.number(packet)
        else:
            self._buffer.raw(b"null")

    def _fins(self, c: Connection) -> None:
        b = self._buffer
        client = c.client_stats
        server = c.server_stats
        b.raw(b',"fin_ledger":[')
        if client.fin_packet and server.fin_packet:
            if server.fin_packet < client.fin_packet:
                self._fin(server, b'{"endpoint":"server","number":')
                b.raw(b",")
                self._fin(client, b'{"endpoint":"client","number":')
            else:
                self._fin(client, b'{"endpoint":"client","number":')
                b.raw(b",")
                self._fin(server, b'{"endpoint":"server","number":')
        elif client.fin_packet:
            self._fin(client, b'{"endpoint":"client","number":')
        elif server.fin_packet:
            self._fin(server, b'{"endpoint":"server","number":')
        b.raw(b"]")

    def _fin(self, s: SideStats, head: bytes) -> None:
        b = self._buffer
        b.field(head, s.fin_number)
        b.field(b',"packet":', s.fin_packet)
        b.field(b',"tries":', s.fins)
        b.field(b',"last_packet":', s.fin_last_packet)
        b.raw(b',"acked_by":')
        self._optional(s.fin_acked_packet)
        b.raw(b',"acked_after_ms":')
        self._known_ms(s.fin_acked_after_ns)
        b.raw(b"}")

    def _split(self, j: Judgement) -> None:
        b = self._buffer
        b.raw(b',"time_split":{"handshake_ms":')
        self._ms(j.handshake_ns)
        b.raw(b',"client_ms":')
        self._ms(j.client_ns)
        b.raw(b',"server_ms":')
        self._ms(j.server_ns)
        b.raw(b',"network_ms":')
        self._ms(j.network_ns)
        b.raw(b',"receiver_window_ms":')
        self._ms(j.window_ns)
        b.raw(b',"loss_recovery_ms":')
        self._ms(j.recovery_ns)
        b.raw(b',"idle_ms":')
        self._ms(j.idle_ns)
        b.raw(b',"closing_ms":')
        self._ms(j.closing_ns)
        self._name_slowest(j)

    def _name_slowest(self, j: Judgement) -> None:
        """The first of the longest, in the order of SPLIT_NAMES."""
        at = 0
        most = j.handshake_ns
        if j.client_ns > most:
            at = 1
            most = j.client_ns
        if j.server_ns > most:
            at = 2
            most = j.server_ns
        if j.network_ns > most:
            at = 3
            most = j.network_ns
        if j.window_ns > most:
            at = 4
            most = j.window_ns
        if j.recovery_ns > most:
            at = 5
            most = j.recovery_ns
        if j.idle_ns > most:
            at = 6
            most = j.idle_ns
        if j.closing_ns > most:
            at = 7
            most = j.closing_ns
        self._buffer.raw(self._slowest[at] if most else b'},"slowest":null')

    def _place_why(self, c: Connection, j: Judgement) -> None:
        b = self._buffer
        if j.way_client_ns < 0 or j.way_server_ns < 0:
            b.raw(b"the answer times of both sides would tell, and at least one is missing")
            return
        b.raw(b"answers of the client take ")
        self._thousandths(j.way_client_ns)
        b.raw(b" ms at least, of the server ")
        self._thousandths(j.way_server_ns)
        b.raw(b" ms")
        if is_first_ttl(c.client_stats.ttl_max):
            b.field(b"; no router has lowered the client's TTL of ", c.client_stats.ttl_max)
        if is_first_ttl(c.server_stats.ttl_max):
            b.field(b"; no router has lowered the server's TTL of ", c.server_stats.ttl_max)

    def _thousandths(self, ns: int) -> None:
        """Milliseconds with three decimals, as Python rounds them."""
        b = self._buffer
        if ns % 1000 == 500 or ns >= LONG_NS:
            b.raw(f"{ns / 1e6:.3f}".encode())
            return
        micro = (ns + 500) // 1000
        b.number(micro // 1000)
        b.raw(b".")
        rest = micro % 1000
        b.number(rest // 100)
        b.number(rest // 10 % 10)
        b.number(rest % 10)

    def _half(self, j: Judgement) -> None:
        b = self._buffer
        if j.half_by < 0:
            b.raw(b"null")
            return
        b.raw(b'{"by":')
        self._role(j.half_by)
        b.field(b',"from":', j.half_from)
        b.raw(b',"to":')
        self._optional(j.half_to)
        b.raw(b',"seconds":')
        if j.half_ns < TINY_SECOND or j.half_ns >= LONG_NS:
            b.raw(str(j.half_ns / 1e9).encode())
        else:
            b.decimal(j.half_ns, SECOND_NS)
        b.field(b',"bytes":', j.half_bytes)
        b.raw(b"}")

    def _handshake(self, c: Connection, j: Judgement) -> None:
        b = self._buffer
        if c.handshake_ns < 0:
            b.raw(b"null")
            return
        b.raw(b'{"total_ms":')
        self._ms(c.handshake_ns)
        b.raw(b',"server_side_ms":')
        self._known_ms(j.handshake_server_ns)
        b.raw(b',"client_side_ms":')
        self._known_ms(j.handshake_client_ns)
        b.raw(b"}")


def is_first_ttl(ttl: int) -> bool:
    """Whether systems send with this TTL: no router has lowered it yet."""
    return ttl in (64, 128, 255)
