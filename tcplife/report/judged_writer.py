# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record's `judged` object straight into a buffer, for compiled code: the same octets as `Judgement.json`.

In: a Connection whose judgement is filled. Out: JSON. Formatting a dozen floats is what the slow way spends its time on;
here nanoseconds are written as digits, and only where Python would write an exponent is Python asked.
"""

from __future__ import annotations

from ..model.close_kinds import OPENED, PLACES, TURNS
from ..model.judgement import SPLIT_NAMES, is_first_ttl
from ..model.names import STATES
from . import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement, ResetFacts
    from .buffer import Buffer

LONG_NS = 1_000_000_000_000_000
"""From here on (11 days) a float may not hold every nanosecond, and is written as it is."""
TINY_MS = 100
TINY_SECOND = 100_000
"""Below 0.0001 Python writes an exponent."""


class JudgedWriter:
    """Writes judgements into a buffer, within its spare room (4 kB) but for words."""

    __slots__ = ("_buffer", "_opened", "_places", "_slowest", "_states", "_turns")

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._opened = [f',"opened_how":"{word}","closed_by":'.encode() for word in OPENED]
        self._turns = [(f'"{word}"' if word else "null").encode() for word in TURNS]
        self._places = [f',"capture_point":{{"where":"{word}","why":"'.encode() for word in PLACES]
        self._states = [f'"{state}"'.encode() for state in STATES]
        self._slowest = [f'}},"slowest":"{word}"'.encode() for word in SPLIT_NAMES]

    def write(self, c: Connection) -> None:
        """Write the object."""
        b = self._buffer
        j: Judgement = c.judgement
        d = b.front
        at = self._role(native.put(d, b.at, b'{"opened_by":'), j.opened_by)
        at = self._role(native.add(d, at, self._opened[j.opened_how]), c.close_initiator)
        if c.close_kind is None:
            b.at = native.put(d, at, b',"closed_how":null')
        else:
            b.at = native.put(d, at, b',"closed_how":')
            b.text(c.close_kind)
        self._turn_and_fins(c, j)
        if j.reset is None:
            b.at = native.put(b.front, b.at, b"null")
        else:
            self._reset(j.reset)
        b.at = self._end(c, j, self._split(j, b.at))

    def _turn_and_fins(self, c: Connection, j: Judgement) -> None:
        b = self._buffer
        d = b.front
        at = self._answer(native.put(d, b.at, b',"acked":{"client":'), j.acked_client)
        at = self._answer(native.put(d, at, b',"server":'), j.acked_server)
        at = self._role(native.put(d, at, b'},"whose_turn":'), j.turn)
        at = native.add(d, native.put(d, at, b',"whose_turn_why":'), self._turns[j.turn_why])
        b.at = native.put(d, self._fins(c, at), b',"reset":')

    def _end(self, c: Connection, j: Judgement, at: int) -> int:
        d = self._buffer.front
        at = native.add(d, at, self._places[j.place])
        at = native.put(d, self._place_why(c, j, at), b'"},"half_closed":')
        at = native.put(d, self._half(j, at), b',"handshake":')
        at = native.field(d, self._handshake(c, j, at), b',"service":"', c.server_port)
        return native.put(d, at, b'"}')

    def _role(self, at: int, side: int) -> int:
        d = self._buffer.front
        if side < 0:
            return native.put(d, at, b"null")
        return native.put(d, at, b'"server"') if side else native.put(d, at, b'"client"')

    def _answer(self, at: int, known: int) -> int:
        d = self._buffer.front
        return native.put(d, at, b"null") if known < 0 else native.flag(d, at, known)

    def _ms(self, at: int, ns: int) -> int:
        d = self._buffer.front
        if ns == 0:  # as most are
            return native.put(d, at, b"0.0")
        if 0 < ns < TINY_MS or ns >= LONG_NS:
            return native.add(d, at, str(ns / 1e6).encode())
        return native.milliseconds(d, at, ns)

    def _known_ms(self, at: int, ns: int) -> int:
        return native.put(self._buffer.front, at, b"null") if ns < 0 else self._ms(at, ns)

    def _fins(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        client = c.client_stats
        server = c.server_stats
        at = native.put(d, at, b',"fin_ledger":[')
        if server.fin_packet and (not client.fin_packet or server.fin_packet < client.fin_packet):
            at = self._fin(server, native.put(d, at, b'{"endpoint":"server","number":'))
            if client.fin_packet:
                at = self._fin(client, native.put(d, at, b',{"endpoint":"client","number":'))
        elif client.fin_packet:
            at = self._fin(client, native.put(d, at, b'{"endpoint":"client","number":'))
            if server.fin_packet:
                at = self._fin(server, native.put(d, at, b',{"endpoint":"server","number":'))
        return native.put(d, at, b"]")

    def _fin(self, s: SideStats, at: int) -> int:
        d = self._buffer.front
        at = native.number(d, at, s.fin_number)
        at = native.field(d, at, b',"packet":', s.fin_packet)
        at = native.field(d, at, b',"tries":', s.fins)
        at = native.field(d, at, b',"last_packet":', s.fin_last_packet)
        at = native.optional(d, at, b',"acked_by":', s.fin_acked_packet, 0)
        at = self._known_ms(native.put(d, at, b',"acked_after_ms":'), s.fin_acked_after_ns)
        return native.put(d, at, b"}")

    def _reset(self, r: ResetFacts) -> None:
        """The same as `ResetFacts.json`."""
        b = self._buffer
        d = b.front
        at = native.field(d, b.at, b'{"packet":', r.packet)
        at = self._role(native.put(d, at, b',"by":'), r.by)
        at = native.add(d, native.put(d, at, b',"from_state":'), self._states[r.from_state])
        at = native.add(d, native.put(d, at, b',"to_state":'), self._states[r.to_state])
        at = native.flag(d, native.put(d, at, b',"accepted":'), r.accepted)
        at = native.optional(d, at, b',"provoked_by":', r.provoked_by, 0)
        at = native.flag(d, native.put(d, at, b',"provoked_sure":'), r.provoked_sure)
        at = self._known_ms(native.put(d, at, b',"provoked_after_ms":'), r.provoked_ns)
        at = native.field(d, at, b',"number":', r.number)
        at = self._known(native.put(d, at, b',"expected":'), r.expected)
        b.at = self._circumstances(r, at)
        b.raw(b'"signs":[')
        b.raw(",".join([f'"{sign}"' for sign in r.signs]).encode() if r.signs else b"")
        b.raw(b'],"forged":"suspected"' if r.signs else b'],"forged":"no sign"')
        d = b.front
        at = native.field(d, b.at, b',"lost_bytes":{"client":', r.lost_client)
        at = native.field(d, at, b',"server":', r.lost_server)
        at = native.field(d, at, b'},"unanswered_probes":', r.probes)
        b.at = native.put(d, native.field(d, at, b',"count":', r.count), b"}")

    def _circumstances(self, r: ResetFacts, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b',"ttl":', r.ttl)
        if r.ttl_max:
            at = native.field(d, at, b',"ttl_usual":[', r.ttl_min)
            at = native.put(d, native.field(d, at, b",", r.ttl_max), b"]")
        else:
            at = native.put(d, at, b',"ttl_usual":null')
        at = self._known(native.put(d, at, b',"ip_id":'), r.ip_id)
        at = self._known(native.put(d, at, b',"ip_id_before":'), r.ip_id_before)
        return native.put(d, native.field(d, at, b',"window":', r.window), b",")

    def _known(self, at: int, value: int) -> int:
        d = self._buffer.front
        return native.put(d, at, b"null") if value < 0 else native.number(d, at, value)

    def _split(self, j: Judgement, at: int) -> int:
        d = self._buffer.front
        at = self._ms(native.put(d, at, b',"time_split":{"handshake_ms":'), j.handshake_ns)
        at = self._ms(native.put(d, at, b',"client_ms":'), j.client_ns)
        at = self._ms(native.put(d, at, b',"server_ms":'), j.server_ns)
        at = self._ms(native.put(d, at, b',"network_ms":'), j.network_ns)
        if j.window_ns | j.recovery_ns | j.idle_ns:
            at = self._ms(native.put(d, at, b',"receiver_window_ms":'), j.window_ns)
            at = self._ms(native.put(d, at, b',"loss_recovery_ms":'), j.recovery_ns)
            at = self._ms(native.put(d, at, b',"idle_ms":'), j.idle_ns)
        else:
            at = native.put(d, at, b',"receiver_window_ms":0.0,"loss_recovery_ms":0.0,"idle_ms":0.0')
        at = self._ms(native.put(d, at, b',"closing_ms":'), j.closing_ns)
        longest = j.longest()
        if longest < 0:
            return native.put(d, at, b'},"slowest":null')
        return native.add(d, at, self._slowest[longest])

    def _place_why(self, c: Connection, j: Judgement, at: int) -> int:
        d = self._buffer.front
        if j.way_client_ns < 0 or j.way_server_ns < 0:
            return native.put(d, at, b"the answer times of both sides would tell, and at least one is missing")
        at = self._thousandths(native.put(d, at, b"answers of the client take "), j.way_client_ns)
        at = self._thousandths(native.put(d, at, b" ms at least, of the server "), j.way_server_ns)
        at = native.put(d, at, b" ms")
        if is_first_ttl(c.client_stats.ttl_max):
            at = native.field(d, at, b"; no router has lowered the client's TTL of ", c.client_stats.ttl_max)
        if is_first_ttl(c.server_stats.ttl_max):
            at = native.field(d, at, b"; no router has lowered the server's TTL of ", c.server_stats.ttl_max)
        return at

    def _thousandths(self, at: int, ns: int) -> int:
        """Milliseconds with three decimals, as Python rounds them."""
        d = self._buffer.front
        if ns % 1000 == 500 or ns >= LONG_NS:
            return native.add(d, at, f"{ns / 1e6:.3f}".encode())
        micro = (ns + 500) // 1000
        return native.triple(d, native.put(d, native.number(d, at, micro // 1000), b"."), micro % 1000)

    def _half(self, j: Judgement, at: int) -> int:
        d = self._buffer.front
        if j.half_by < 0:
            return native.put(d, at, b"null")
        at = self._role(native.put(d, at, b'{"by":'), j.half_by)
        at = native.field(d, at, b',"from":', j.half_from)
        at = native.optional(d, at, b',"to":', j.half_to, 0)
        at = native.put(d, at, b',"seconds":')
        if j.half_ns < TINY_SECOND or j.half_ns >= LONG_NS:
            at = native.add(d, at, str(j.half_ns / 1e9).encode())
        else:
            at = native.seconds(d, at, j.half_ns)
        return native.put(d, native.field(d, at, b',"bytes":', j.half_bytes), b"}")

    def _handshake(self, c: Connection, j: Judgement, at: int) -> int:
        d = self._buffer.front
        if c.handshake_ns < 0:
            return native.put(d, at, b"null")
        at = self._ms(native.put(d, at, b'{"total_ms":'), c.handshake_ns)
        at = self._known_ms(native.put(d, at, b',"server_side_ms":'), j.handshake_server_ns)
        at = self._known_ms(native.put(d, at, b',"client_side_ms":'), j.handshake_client_ns)
        return native.put(d, at, b"}")
