# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The usual verdicts straight into a buffer, for compiled code: the same octets as `Connection.verdict`, quoted.

In: a Connection. Out: a JSON string. What is rare is asked from `model.verdict`, whose sentences these are: they are
made of parts that are at hand as octets, and of numbers; nothing in them needs an escape.
"""

from __future__ import annotations

from ..model.close_kinds import THE_CONNECTION, UNFINISHED
from ..model.names import ROLES, STATES
from ..model.verdict import OWED, STARTS, is_half_closed, is_out_of_sight, span, start_of
from . import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.judgement import Judgement
    from .buffer import Buffer

SECOND_NS = 1_000_000_000
TEN_MS_NS = 10_000_000
MS_NS = 1_000_000


class VerdictWriter:
    """Writes verdicts into a buffer, within its spare room (2 kB) where it does not ask for a sentence."""

    __slots__ = ("_buffer", "_owed", "_starts", "_states", "_who")

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._starts = [words.encode() for words in STARTS]
        self._owed = [words.encode() for words in OWED]
        self._states = [str(state).encode() for state in STATES]
        self._who = [str(role).encode() for role in ROLES]

    def write(self, c: Connection) -> None:
        """Write the sentence."""
        b = self._buffer
        at = -1
        if c.told is None:
            kind = c.close_kind
            if kind is None:
                at = self._open(c, b.at)
            elif kind == "four_segment":
                at = self._four_segments(c, b.at)
            elif kind == "three_segment":
                at = self._three_segments(c, b.at)
            elif kind == "reset":
                at = self._reset(c, b.at)
            elif kind == "refused":
                at = self._refused(c, b.at)
            elif kind == "unanswered":
                at = self._unanswered(c, b.at)
        if at < 0:
            b.text(c.verdict)
        else:
            b.at = native.put(b.front, at, b'."')

    def _start(self, c: Connection, by: int, at: int) -> int:
        d = self._buffer.front
        return native.add(d, native.put(d, at, b'"'), self._starts[start_of(c, by)])

    def _open(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        j: Judgement = c.judgement
        if is_half_closed(c) or is_out_of_sight(c):
            return -1
        at = self._start(c, THE_CONNECTION, at)
        if j.turn < 0:
            at = native.put(d, at, b" was still open when the capture ended, with nothing outstanding")
            return self._acknowledged(c, at)
        at = native.put(d, at, b" was not over when the capture ended: ")
        return self._unacknowledged(c, native.add(d, at, self._owed[j.turn_why * 2 + j.turn]))

    def _three_segments(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        by = c.close_initiator
        at = native.field(d, self._start(c, by, at), b" closed first (packet ", c.close_packet)
        at = native.add(d, native.put(d, at, b"), in three segments as the "), self._who[1 - by])
        return self._acknowledged(c, native.put(d, at, b" had nothing more to send"))

    def _four_segments(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        by = c.close_initiator
        at = native.field(d, self._start(c, by, at), b" closed first (packet ", c.close_packet)
        first = c.client_stats if by == 0 else c.server_stats
        second = c.server_stats if by == 0 else c.client_stats
        if not second.fin_packet:
            at = native.add(d, native.put(d, at, b"), the FIN of the "), self._who[1 - by])
            return self._acknowledged(c, native.put(d, at, b" is not in the capture"))
        if second.fin_acked_after_ns < 0 and first.fin_acked_after_ns < 0:
            at = native.add(d, native.put(d, at, b"), then the "), self._who[1 - by])
        else:
            at = native.add(d, native.put(d, at, b"), the "), self._who[1 - by])
            half_ns = c.judgement.half_ns
            if half_ns:
                at = native.put(d, self._span(native.put(d, at, b" "), half_ns), b" later")
            else:
                at = native.put(d, at, b" at the same time")
        at = native.field(d, at, b" (packet ", second.fin_packet)
        return self._acknowledged(c, native.put(d, at, b")"))

    def _span(self, at: int, ns: int) -> int:
        """The same as `span`."""
        d = self._buffer.front
        if 0 <= ns < TEN_MS_NS and ns % 10_000 != 5_000:
            hundredths = (ns + 5_000) // 10_000
            at = native.put(d, native.number(d, at, hundredths // 100), b".")
            at = native.number(d, native.number(d, at, hundredths // 10 % 10), hundredths % 10)
            return native.put(d, at, b" ms")
        if TEN_MS_NS <= ns < SECOND_NS and ns % MS_NS != MS_NS // 2:
            return native.put(d, native.number(d, at, (ns + MS_NS // 2) // MS_NS), b" ms")
        return native.add(d, at, span(ns).encode())

    def _refused(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b"\"Nobody listens on the server's port ", c.server_port)
        at = native.field(d, at, b": the SYN was answered with a reset (packet ", c.close_packet)
        return native.put(d, at, b")")

    def _unanswered(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b"\"The client's SYN to port ", c.server_port)
        at = native.put(d, native.field(d, at, b" (packet ", c.close_packet), b")")
        if c.client_stats.syns > 1:
            at = native.put(d, native.field(d, at, b", sent ", c.client_stats.syns), b" times,")
        return native.put(d, at, b" was not answered in this capture")

    def _reset(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        j: Judgement = c.judgement
        r = j.reset
        by = c.close_initiator
        if r is None or r.packet != c.close_packet or r.signs or (j.opened_how == UNFINISHED and by == 0):
            return -1
        at = native.put(d, self._start(c, by, at), b" reset it")
        if r.probes > 1:
            at = native.field(d, at, b" after ", r.probes)
            at = native.put(d, at, b" keep-alive probes without an answer")
        elif r.provoked_by:
            at = native.field(d, at, b" in answer to packet ", r.provoked_by)
        at = native.field(d, at, b" (packet ", r.packet)
        if r.from_state == r.to_state:
            at = native.add(d, native.put(d, at, b") while both sides were in "), self._states[r.to_state])
        else:
            at = native.add(d, native.put(d, at, b") in "), self._states[r.from_state])
            at = native.add(d, native.put(d, at, b", the "), self._who[1 - by])
            at = native.add(d, native.put(d, at, b" being in "), self._states[r.to_state])
        return self._unacknowledged(c, at)

    def _acknowledged(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        client = c.client_stats
        server = c.server_stats
        if c.judgement.acked_client != 1 or c.judgement.acked_server != 1:
            return self._unacknowledged(c, at)
        if client.unseen_bytes or server.unseen_bytes:
            at = self._grouped(
                native.put(d, at, b"; all octets were acknowledged, "), client.unseen_bytes + server.unseen_bytes
            )
            return native.put(d, at, b" of them are not in the capture")
        if client.bytes == 0 and server.bytes == 0:
            return native.put(d, at, b"; no data was sent")
        return native.put(d, at, b"; all octets were acknowledged")

    def _unacknowledged(self, c: Connection, at: int) -> int:
        d = self._buffer.front
        client = c.client_stats
        server = c.server_stats
        if c.judgement.acked_client == 0:
            at = self._octets(native.put(d, at, b"; "), client.unacked_bytes)
            at = native.put(d, at, b" of the client's were never acknowledged")
        if c.judgement.acked_server == 0:
            at = self._octets(native.put(d, at, b"; "), server.unacked_bytes)
            at = native.put(d, at, b" of the server's were never acknowledged")
        if client.packets == 0 or server.packets == 0:
            at = native.add(d, native.put(d, at, b"; only the "), self._who[0 if client.packets else 1])
            at = native.put(d, at, b"'s packets are in the capture")
        return at

    def _octets(self, at: int, count: int) -> int:
        at = self._grouped(at, count)
        return native.put(self._buffer.front, at, b" octet" if count == 1 else b" octets")

    def _grouped(self, at: int, count: int) -> int:
        """An integer with commas between groups of three digits."""
        d = self._buffer.front
        if count < 1000:
            return native.number(d, at, count)
        return native.triple(d, native.put(d, self._grouped(at, count // 1000), b","), count % 1000)
