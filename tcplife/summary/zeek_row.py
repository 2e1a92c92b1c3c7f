# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""One row of Zeek's conn.log while it is being written: two endpoints, a history, and the timers that will end it.

In: the segments of one connection, in order. Out: states, history, packets. It sets the timers, but whether one of them
ends the row before the next segment is judged by `zeek_ending`.
"""

from __future__ import annotations

from ..model.compiled import COMPILED
from ..model.names import ACK, FIN, M32, RST, SYN
from ..model.pool import pooled
from .zeek_names import (
    ATTEMPT_NS,
    CLOSE_DELAY_NS,
    CLOSED,
    ESTABLISHED,
    FIRST_LOOK_NS,
    HISTORY_LIMIT,
    INACTIVE,
    LOOK_AGAIN_NS,
    NEVER,
    PARTIAL,
    RESET,
    RESPONDER,
    SAID_ACK,
    SAID_BOTH,
    SAID_DATA,
    SAID_FIN,
    SAID_MIX,
    SAID_RST,
    SAID_SYN,
    SILENT_LOGIN_NS,
    SILENT_NS,
    SILENT_OPENING_NS,
    SYN_ACK_SENT,
    SYN_SENT,
)
from .zeek_side import ZeekSide
from .zeek_state import FULL, LETTER_BASE, LETTER_BITS, is_clean, is_from_server, is_login_port, spelled

SMALL = 32  # ASCII: from a capital letter to its small one
LONE_ANSWER = ord("H") - LETTER_BASE
TURNED_ANSWER = (ord("^") - LETTER_BASE) << LETTER_BITS | (ord("h") - LETTER_BASE)


class ZeekRow:
    """One connection in Zeek's eyes: sides a (0) and b (1) of ours; orig is the side Zeek takes for the originator.

    last_ns: time of the last packet that counts as activity; clock_ns: the latest time seen. attempt_ns, removal_ns,
    look_ns: when the timers are due. steady: in-order segments change nothing but numbers (the fast path's condition).
    letters: the latest of the history's letters, six bits each (`spelled`); told: those before; `history` is all of them.
    """

    __slots__ = (
        "a", "active", "attempt_ns", "b", "clean", "clock_ns", "deferred", "last_ns", "letters", "limit_ns", "look_ns",
        "look_too_ns", "once", "orig", "orig_port", "partial", "removal_ns", "resp_port", "start_ns", "steady", "told",
    )  # fmt: skip

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing was seen yet."""
        if not COMPILED:
            self._blank()
        self.a = ZeekSide.__new__(ZeekSide)
        self.b = ZeekSide.__new__(ZeekSide)
        self.a.clear()
        self.b.clear()
        self.attempt_ns = self.removal_ns = self.look_ns = self.look_too_ns = NEVER
        self.limit_ns = SILENT_OPENING_NS
        self.told = ""
        self.active = 1

    def _blank(self) -> None:
        """What a compiled object is by itself: all 0."""
        self.start_ns = self.last_ns = self.clock_ns = self.letters = self.once = 0
        self.orig = self.orig_port = self.resp_port = self.partial = self.deferred = self.steady = self.clean = 0

    def begin(self, side: int, ts_ns: int, flags: int, sport: int, dport: int, broadcast: int) -> None:
        """Begin with the first packet, of that side. broadcast: it is addressed to 255.255.255.255."""
        self.start_ns = self.last_ns = self.clock_ns = ts_ns
        self.look_ns = ts_ns + FIRST_LOOK_NS
        self.orig = side
        self.orig_port = sport
        self.resp_port = dport
        if not broadcast and is_from_server(flags, sport, dport):
            self.turn()

    def follow(self, before: ZeekRow) -> None:
        """Take over the clock of the row before: it does not go back, even if this row's first packet is older."""
        self.clock_ns = before.clock_ns
        self.look_ns = before.clock_ns + FIRST_LOOK_NS

    def turn(self) -> None:
        """Originator and responder change places."""
        self.orig = 1 - self.orig
        port = self.orig_port
        self.orig_port = self.resp_port
        self.resp_port = port
        self.partial = 0
        self.put(ord("^"))

    # --- a segment

    def take(
        self, side: int, ts_ns: int, seq: int, ack: int, flags: int, window: int, length: int, whole: int, bad: int
    ) -> None:
        """Take one segment of the row. whole: its payload was captured in full. bad: its checksum is wrong."""
        e = self.b if side else self.a
        p = self.a if side else self.b
        self.wake()
        if bad:
            e.bad_checksums += 1
            self.say_scaled(e, "C", e.bad_checksums)
            return
        self.take_valid(e, p, ts_ns, seq, ack, flags, window, length, whole)
        e.packets += 1
        both = e.state in (PARTIAL, ESTABLISHED) and p.state in (PARTIAL, ESTABLISHED)
        if both and not e.fins and not p.fins and (self.letters != LONE_ANSWER or self.told):
            self.settle()

    def wake(self) -> None:
        """Leave the fast path: bring up the numbers it did not keep."""
        if self.steady:
            self.a.wake()
            self.b.wake()
            self.steady = 0

    def settle(self) -> None:
        """Prepare the fast path."""
        a, b = self.a, self.b
        said_by_orig = self.once & 0xFF
        said_by_resp = self.once >> RESPONDER
        a.settle(self.partial, said_by_resp if self.orig else said_by_orig)
        b.settle(self.partial, said_by_orig if self.orig else said_by_resp)
        self.clean = a.state == ESTABLISHED and b.state == ESTABLISHED
        self.steady = 1

    def take_valid(
        self, e: ZeekSide, p: ZeekSide, ts_ns: int, seq: int, ack: int, flags: int, window: int, length: int, whole: int
    ) -> None:
        """Take one segment with a good checksum from endpoint e to its peer p; the order of the steps matters."""
        orig = self.b if self.orig else self.a
        is_orig = e is orig
        if not e.seen:
            if is_orig:
                self.partial = flags & (SYN | ACK) != SYN
            elif not self.partial:
                self.partial = not flags & SYN
        seg_len = (0 if flags & RST else length) + (1 if flags & SYN else 0) + (1 if flags & FIN else 0)
        end = (seq + seg_len) & M32
        e.begin(flags, seq, end)
        rel = e.relative(seq, e.last, e.last_wraps)
        self.say_flags(e, flags, rel, length)
        if window == 0 and not flags & RST and p.state != CLOSED and e.state != RESET:
            e.zero_windows += 1
            self.say_scaled(e, "W", e.zero_windows)
        if not (e.closed and p.closed):
            self.last_ns = ts_ns
        if flags & FIN:
            e.fins = 1
            e.fin_at = rel + seg_len
        acked = self.take_ack_number(p, ack, flags) if flags & ACK else 0
        if e.send(flags, end, length):
            e.retransmissions += 1
            self.say_scaled(e, "T", e.retransmissions)
        closing = self.move(e, p, ts_ns, seq, flags, length, is_orig)
        if flags & ACK:
            self.take_ack(e, p, acked)
        if length and whole and rel >= 0 and not flags & RST:
            at = rel + 1 if flags & SYN else rel
            e.store(at, at + length)
        e.seen = 1
        self.check_end(e, p)
        if closing:
            self.close(e, p)

    def take_ack_number(self, p: ZeekSide, ack: int, flags: int) -> int:
        """The acknowledgement number, relative to what the peer p sent; 0 when it lies before that."""
        if p.state == INACTIVE:
            p.start = p.ack = p.last = (ack - 1) & M32
            return 1
        acked = p.relative(ack, p.ack, p.ack_wraps)
        if acked < 0:
            return 0
        if not flags & RST:
            p.acknowledge(ack)
        return acked

    def take_ack(self, e: ZeekSide, p: ZeekSide, acked: int) -> None:
        """Endpoint e acknowledged the stream of p up to there; holes below it are told in p's letter."""
        gaps = p.gaps
        if not p.take_ack(acked, self.partial, is_clean(e) and is_clean(p)):
            return
        while gaps < p.gaps:
            gaps += 1
            self.say_scaled(p, "G", gaps)
        self.check_end(p, e)

    # --- the state machine

    def enter(self, e: ZeekSide, p: ZeekSide, state: int) -> None:
        """Endpoint e goes to another state; leaving the handshake first of the two sets the usual patience."""
        if state == e.state:
            return
        if state > SYN_ACK_SENT and e.state <= SYN_ACK_SENT and p.state <= SYN_ACK_SENT:
            self.limit_ns = SILENT_NS
        e.prev_state = e.state
        e.state = state

    def move(self, e: ZeekSide, p: ZeekSide, ts_ns: int, seq: int, flags: int, length: int, is_orig: int) -> bool:
        """Move the sender's state; returns whether its side asks to be closed."""
        state = e.state
        if state == RESET:
            return False
        if state == INACTIVE:
            return self.move_inactive(e, p, ts_ns, seq, flags, length, is_orig)
        if state == CLOSED:
            if not flags & RST or p.state == CLOSED:
                return False
            self.enter(e, p, RESET)
            return not e.closed
        if state in (SYN_SENT, SYN_ACK_SENT):
            if flags & FIN:
                self.enter(e, p, CLOSED)
            if flags & RST:
                self.enter(e, p, RESET)
                self.active = 0
        else:
            self.move_established(e, p, flags)
        return flags & (FIN | RST) != 0

    def move_established(self, e: ZeekSide, p: ZeekSide, flags: int) -> None:
        """Established or partial: FIN and RST end it, whatever their sequence numbers."""
        if flags & (SYN | ACK) == SYN and e.state == PARTIAL and p.state == INACTIVE:
            self.enter(e, p, SYN_SENT)
        if flags & (FIN | RST) == FIN:
            self.enter(e, p, CLOSED)
            if p.state == RESET and p.prev_state == CLOSED:
                # FIN, then RST, and now the other FIN: an ordinary end after all.
                self.enter(p, e, CLOSED)
        if flags & RST:
            self.enter(e, p, RESET)
            if p.state != RESET or p.prev_state != ESTABLISHED:
                self.active = 0

    def move_inactive(
        self, e: ZeekSide, p: ZeekSide, ts_ns: int, seq: int, flags: int, length: int, is_orig: int
    ) -> bool:
        """The first valid segment of an endpoint; returns whether it asks to be closed."""
        if flags & SYN:
            if is_orig:
                self.enter(e, p, SYN_ACK_SENT if flags & ACK else SYN_SENT)
                self.attempt_ns = ts_ns + ATTEMPT_NS
            else:
                self.answer(e, p, seq, flags)
        if flags & FIN:
            self.enter(e, p, CLOSED)
        if flags & RST:
            self.enter(e, p, RESET)
        orig = self.b if self.orig else self.a
        # A bare ACK that comes before the SYN+ACK makes no partial connection.
        if e.state == INACTIVE and (length or is_orig or orig.state != SYN_SENT):
            if flags & ACK and p.state == ESTABLISHED:
                # Only its SYN was missed: the peer's SYN+ACK was seen.
                self.enter(e, p, ESTABLISHED)
                self.partial = 0
                e.seen = 1
            else:
                self.enter(e, p, PARTIAL)
        return flags & (FIN | RST) != 0

    def answer(self, e: ZeekSide, p: ZeekSide, seq: int, flags: int) -> None:
        """The responder's SYN, with ACK or without."""
        if not flags & ACK and p.state == SYN_ACK_SENT and seq == e.start:
            # SYN and SYN+ACK were captured in the wrong order.
            self.turn()
            self.enter(p, e, ESTABLISHED)
            e.seen = 1
        if p.state == SYN_SENT:
            self.enter(p, e, ESTABLISHED)
        self.enter(e, p, ESTABLISHED)
        if p.state != PARTIAL and is_login_port(self.resp_port):
            self.limit_ns = SILENT_LOGIN_NS

    def close(self, e: ZeekSide, p: ZeekSide) -> None:
        """Close the side e, once; wait if its data is still pending."""
        if e.has_pending(p):
            self.deferred = 1
            return
        self.deferred = 0
        if e.closed:
            return
        e.closed = 1
        if e.state == RESET or p.closed or p.state == INACTIVE:
            self.attempt_ns = NEVER
            self.look_ns = NEVER
            self.look_too_ns = NEVER
            self.removal_ns = self.last_ns + CLOSE_DELAY_NS
        elif e.prev_state != INACTIVE:
            self.look_too_ns = self.last_ns + LOOK_AGAIN_NS

    def check_end(self, e: ZeekSide, p: ZeekSide) -> None:
        """When all that e sent up to its end was seen, carry out a close that waits."""
        if e.ended or not (e.fins or e.state in (CLOSED, RESET)) or e.has_pending(p):
            return
        e.ended = 1
        if self.deferred:
            self.close(e, p)
            self.deferred = 0

    # --- the history

    def history(self) -> str:
        """Zeek's letters, in order."""
        return self.told + spelled(self.letters) if self.told else spelled(self.letters)

    def put(self, letter: int) -> None:
        """Add a letter by its code; where no more fit, those so far are spelled out."""
        if self.letters >> FULL:
            self.told += spelled(self.letters)
            self.letters = 0
        self.letters = self.letters << LETTER_BITS | (letter - LETTER_BASE)

    def say(self, e: ZeekSide, letter: str) -> None:
        """Add a letter, small for the responder."""
        if not self.letters >> FULL and not len(self.told):
            code = ord(letter) - LETTER_BASE
            if (e is self.b) != (self.orig == 1):
                code += SMALL
            self.letters = self.letters << LETTER_BITS | code
        elif len(self.told) < HISTORY_LIMIT - LETTER_BITS or len(self.history()) < HISTORY_LIMIT:
            self.put(ord(letter) if (e is self.b) == (self.orig == 1) else ord(letter) + SMALL)

    def say_once(self, e: ZeekSide, what: int, letter: str) -> bool:
        """Add the letter unless this role said it before; returns whether it did."""
        bit = what if (e is self.b) == (self.orig == 1) else what << RESPONDER
        if self.once & bit:
            return False
        self.once |= bit
        self.say(e, letter)
        return True

    def say_plain(self, e: ZeekSide, what: int) -> None:
        """The fast path's first payload or bare ACK of a side."""
        e.said |= what
        self.say_once(e, what, "D" if what == SAID_DATA else "A")

    def say_scaled(self, e: ZeekSide, letter: str, count: int) -> None:
        """Add the letter at the 1st, 10th, 100th... time."""
        while count % 10 == 0:
            count //= 10
        if count == 1:
            self.say(e, letter)

    def say_flags(self, e: ZeekSide, flags: int, rel: int, length: int) -> None:
        """The letter of the flags: a repeated SYN, FIN or RST counts only with another sequence number."""
        kind = flags & (SYN | FIN | RST)
        if kind == 0:
            if length:
                self.turn_if_answered()
                self.say_once(e, SAID_DATA, "D")
            elif flags & ACK:
                self.turn_if_answered()
                self.say_once(e, SAID_ACK, "A")
        elif kind == SYN:
            letter = "H" if flags & ACK else "S"
            if not self.say_once(e, SAID_SYN, letter) and rel != e.syn_key:
                self.say(e, letter)
            e.syn_key = rel
        elif kind == FIN:
            if not self.say_once(e, SAID_FIN, "F") and rel + length != e.fin_key:
                self.say(e, "F")
            e.fin_key = rel + length
        elif kind == RST:
            if not self.say_once(e, SAID_RST, "R") and rel != e.rst_key:
                self.say(e, "R")
            e.rst_key = rel
        elif flags & FIN and flags & RST:
            self.say_once(e, SAID_BOTH, "I")
        else:
            self.say_once(e, SAID_MIX, "Q")

    def turn_if_answered(self) -> None:
        """A row that began with a SYN+ACK and goes on with an ACK or data: the SYN+ACK came from the responder."""
        if self.letters == LONE_ANSWER and not self.told:
            self.turn()
            self.letters = TURNED_ANSWER
            orig = self.b if self.orig else self.a
            orig.seen = 1


pooled(ZeekRow)
