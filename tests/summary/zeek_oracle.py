"""A slow model of Zeek's connection rows, written from its rules alone: the answer the fast one must give.

In: packets of one 4-tuple, in capture order. Out: every row. It keeps each stored block by itself, each timer by
itself, and full 64-bit numbers; it has no fast path and shares no code with tcplife.summary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TURN = 1 << 32
FAR = 1 << 20
SERVERS = {
    21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 389, 443, 445, 465, 502, 514, 563, 585, 587, 614, 631, 636, 989,
    990, 992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668,
    6669, 8000, 8080, 8888, 20000,
}  # fmt: skip
HANDSHAKE = ("INACTIVE", "SYN_SENT", "SYN_ACK_SENT")


@dataclass(frozen=True)
class Packet:
    """One TCP packet: flags as letters of "SFRA" (others do not matter), time in microseconds, raw numbers."""

    us: int
    side: int
    flags: str
    seq: int
    ack: int
    length: int
    window: int = 1000
    whole: bool = True
    bad: bool = False
    sport: int = 40000
    dport: int = 80


def apart(a: int, b: int) -> int:
    """The signed 32-bit distance from b to a."""
    return (a - b + TURN // 2) % TURN - TURN // 2


@dataclass
class End:
    """One endpoint; last and ack are full numbers, wraps included."""

    state: str = "INACTIVE"
    before: str = "INACTIVE"
    start: int = 0
    last: int = 0
    ack: int = 0
    fin_at: int | None = None
    keys: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    did_close: bool = False
    eof: bool = False
    seen: bool = False
    packets: int = 0
    delivered: int = 1
    trimmed: int = 1
    blocks: list[tuple[int, int]] = field(default_factory=list)
    skip: bool = False
    missed: int = 0

    def restart(self, start: int, last: int) -> None:
        """Initialise the numbers; wraps counted so far stay."""
        self.ack = self.ack // TURN * TURN + start
        self.last = self.last // TURN * TURN + last
        self.start = start

    def moved(self, old: int, raw: int) -> int:
        """The full number after `old` moves to the raw one: going numerically down counts a wrap."""
        full = old // TURN * TURN + raw
        return full + TURN if raw < old % TURN else full

    def relative(self, raw: int, near: int) -> int:
        """The raw number relative to start, on the lap nearest to the full number `near`; negative: underflow."""
        laps = [lap for lap in (near // TURN - 1, near // TURN, near // TURN + 1) if lap >= 0]
        lap = min(laps, key=lambda lap: (abs(lap * TURN + raw - near), lap))
        return apart(raw, self.start) if lap == 0 else lap * TURN + raw - self.start

    def nothing_acked(self) -> bool:
        return self.ack - self.start in (0, 1)

    def plain_size(self) -> int:
        size = max(self.last, self.ack) - self.start
        size -= size != 0
        return size - (size != 0 and self.fin_at is not None)


class Row:
    """One row of conn.log in the making."""

    def __init__(self, first: Packet, now: int) -> None:
        self.ends = [End(), End()]
        self.orig = first.side
        self.start = self.last = first.us
        self.history = ""
        self.once: set[tuple[bool, str]] = set()
        self.partial = self.deferred = False
        self.active = True
        self.ports = (first.sport, first.dport) if first.side == 0 else (first.dport, first.sport)
        self.patience = 60
        self.timers: list[tuple[int, str]] = [(now + 5_000_000, "expire"), (first.us + 60_000_000, "inactivity")]
        src, dst = first.sport, first.dport
        opening = "S" in first.flags and "A" not in first.flags
        likelier = dst not in SERVERS or ("S" not in first.flags and src < dst)
        if not opening and src in SERVERS and likelier:
            self.flip()

    def flip(self) -> None:
        self.orig = 1 - self.orig
        self.partial = False
        self.history += "^"

    def end(self, role: str) -> End:
        return self.ends[self.orig if role == "orig" else 1 - self.orig]

    # Timers

    def removed_by(self, now: int) -> bool:
        """Run what is due, in order; whether one of the timers removes the row."""
        while any(when <= now for when, _ in self.timers):
            self.timers.sort()
            _, what = self.timers.pop(0)
            if getattr(self, "on_" + what)(now):
                return True
        return False

    def on_remove(self, _now: int) -> bool:
        return True

    def on_attempt(self, _now: int) -> bool:
        return (
            self.active
            and self.end("orig").state in ("SYN_SENT", "SYN_ACK_SENT")
            and self.end("resp").state == "INACTIVE"
        )

    def on_inactivity(self, now: int) -> bool:
        due = self.last + self.patience * 1_000_000
        if due <= now:
            return True
        self.timers.append((due, "inactivity"))
        return False

    def on_expire(self, now: int) -> bool:
        if not self.active:
            return False
        states = [end.state for end in self.ends]
        if self.last + 5_000_000 < now:
            closes = [end.did_close for end in self.ends]
            if any(closes) and (all(closes) or "RESET" in states or "INACTIVE" in states):
                return True
            if states == ["INACTIVE", "INACTIVE"]:
                return True
        self.timers.append((now + 6_000_000, "expire"))
        return False

    # A new SYN

    def is_reuse(self, packet: Packet) -> bool:
        if "S" not in packet.flags:
            return False
        orig, resp = self.end("orig"), self.end("resp")
        if "A" in packet.flags and orig.state != "INACTIVE":
            return False
        if orig.did_close or resp.did_close:
            return True
        if packet.seq == (resp if "A" in packet.flags else orig).start:
            return False
        reversed_capture = "A" not in packet.flags and orig.state == "SYN_ACK_SENT" and resp.state == "INACTIVE"
        return not (reversed_capture and packet.seq == resp.start)

    # History

    def say(self, end: End, letter: str) -> None:
        self.history += letter if end is self.end("orig") else letter.lower()

    def say_once(self, end: End, kind: str, letter: str) -> bool:
        key = (end is self.end("orig"), kind)
        if key in self.once:
            return False
        self.once.add(key)
        self.say(end, letter)
        return True

    def say_scaled(self, end: End, letter: str) -> None:
        end.counts[letter] = end.counts.get(letter, 0) + 1
        if str(end.counts[letter]).strip("0") == "1":
            self.say(end, letter)

    def say_flags(self, e: End, flags: str, rel: int, length: int) -> None:
        kinds = [letter for letter in "SFR" if letter in flags]
        if len(kinds) > 1:
            letter = "I" if "F" in kinds and "R" in kinds else "Q"
            self.say_once(e, letter, letter)
        elif kinds:
            kind = kinds[0]
            letter = "H" if kind == "S" and "A" in flags else kind
            key = rel + length if kind == "F" else rel
            if not self.say_once(e, kind, letter) and e.keys.get(kind, 0) != key:
                self.say(e, letter)
            e.keys[kind] = key
        elif length or "A" in flags:
            if self.history == "H":
                self.flip()
                self.history = "^h"
                self.end("orig").seen = True
            letter = "D" if length else "A"
            self.say_once(e, letter, letter)

    # A packet

    def take(self, packet: Packet) -> None:
        e, p = self.ends[packet.side], self.ends[1 - packet.side]
        if packet.bad:
            self.say_scaled(e, "C")
            return
        self.process(packet, e, p)
        e.packets += 1

    def process(self, packet: Packet, e: End, p: End) -> None:
        flags, length = packet.flags, packet.length
        syn, fin, rst, ack = ("S" in flags), ("F" in flags), ("R" in flags), ("A" in flags)
        is_orig = e is self.end("orig")
        # a
        if is_orig and not e.seen:
            self.partial = not (syn and not ack)
        if not is_orig and not e.seen and not self.partial:
            self.partial = not syn
        seg_len = (length if not rst else 0) + syn + fin
        end = (packet.seq + seg_len) % TURN
        # b
        if e.state == "INACTIVE" and not syn:
            e.restart((packet.seq - 1) % TURN, packet.seq)
        elif syn and (
            e.state in ("INACTIVE", "ESTABLISHED", "PARTIAL")
            or (e.state in ("SYN_SENT", "SYN_ACK_SENT") and packet.seq != e.start)
            or (e.state == "RESET" and e.before == "INACTIVE")
        ):
            e.restart(packet.seq, end)
        rel = e.relative(packet.seq, e.last)
        # c d e f
        self.say_flags(e, flags, rel, length)
        if packet.window == 0 and not rst and p.state != "CLOSED" and e.state != "RESET":
            self.say_scaled(e, "W")
        if not (e.did_close and p.did_close):
            self.last = packet.us
        if fin:
            e.fin_at = rel + seg_len
        # g
        rel_ack = 0
        if ack and p.state == "INACTIVE":
            p.restart((packet.ack - 1) % TURN, (packet.ack - 1) % TURN)
            rel_ack = 1
        elif ack:
            rel_ack = max(0, p.relative(packet.ack, p.ack))
            ahead = apart(packet.ack, p.ack % TURN)
            underflow = p.relative(packet.ack, p.ack) < 0
            if not underflow and not rst and ahead > 0 and not (packet.ack == 0 and ahead > FAR):
                p.ack = p.moved(p.ack, packet.ack)
        # h
        delta = apart(end, e.last % TURN)
        if (syn or rst) and abs(delta) > FAR:
            pass
        elif fin and e.last % TURN == (e.start + 1) % TURN:
            e.last = e.moved(e.last, end)
        elif e.state == "RESET":
            pass
        elif delta > 0:
            e.last = e.moved(e.last, end)
        elif length:
            self.say_scaled(e, "T")
        # i j k l m
        asks = self.machine(packet, e, p, is_orig=is_orig)
        if ack:
            self.acked(p, e, rel_ack)
        if length and not rst and rel >= 0 and packet.whole:
            self.data(e, rel + syn, rel + syn + length)
        e.seen = True
        self.end_of_file(e, p)
        if asks:
            self.close(e, p)

    # The state machine

    def enter(self, e: End, p: End, state: str) -> None:
        if e.state != state:
            if state not in HANDSHAKE and e.state in HANDSHAKE and p.state in HANDSHAKE:
                self.set_patience(300)
            e.before, e.state = e.state, state

    def set_patience(self, seconds: int) -> None:
        if seconds == self.patience:
            return
        self.patience = seconds
        self.timers = [timer for timer in self.timers if timer[1] != "inactivity"]
        self.timers.append((self.last + seconds * 1_000_000, "inactivity"))

    def machine(self, packet: Packet, e: End, p: End, *, is_orig: bool) -> bool:
        syn, fin, rst, ack = (letter in packet.flags for letter in "SFRA")
        was = e.state
        if was == "INACTIVE":
            self.inactive(packet, e, p, is_orig=is_orig)
            return fin or rst
        if was in ("SYN_SENT", "SYN_ACK_SENT"):
            if fin:
                self.enter(e, p, "CLOSED")
            if rst:
                self.enter(e, p, "RESET")
                self.active = False
            return fin or rst
        if was in ("ESTABLISHED", "PARTIAL"):
            if syn and not ack and was == "PARTIAL" and p.state == "INACTIVE":
                self.enter(e, p, "SYN_SENT")
            if fin and not rst:
                self.enter(e, p, "CLOSED")
                if (p.state, p.before) == ("RESET", "CLOSED"):
                    self.enter(p, e, "CLOSED")
            if rst:
                self.enter(e, p, "RESET")
                if (p.state, p.before) != ("RESET", "ESTABLISHED"):
                    self.active = False
            return fin or rst
        if was == "CLOSED" and rst and p.state != "CLOSED":
            self.enter(e, p, "RESET")
            return not e.did_close
        return False

    def inactive(self, packet: Packet, e: End, p: End, *, is_orig: bool) -> None:
        syn, fin, rst, ack = (letter in packet.flags for letter in "SFRA")
        if syn and is_orig:
            self.enter(e, p, "SYN_ACK_SENT" if ack else "SYN_SENT")
            self.timers.append((packet.us + 5_000_000, "attempt"))
        elif syn:
            if not ack and p.state == "SYN_ACK_SENT" and packet.seq == e.start:
                self.flip()
                self.enter(p, e, "ESTABLISHED")
                e.seen = True
            elif p.state == "SYN_SENT":
                self.enter(p, e, "ESTABLISHED")
            self.enter(e, p, "ESTABLISHED")
            if p.state != "PARTIAL" and self.ports[1 - self.orig] in (21, 22, 23, 513):
                self.set_patience(3600)
        if fin:
            self.enter(e, p, "CLOSED")
        if rst:
            self.enter(e, p, "RESET")
        if e.state != "INACTIVE":
            return
        if not is_orig and packet.length == 0 and self.end("orig").state == "SYN_SENT":
            return
        if ack and p.state == "ESTABLISHED":
            self.enter(e, p, "ESTABLISHED")
            self.partial = False
            e.seen = True
        else:
            self.enter(e, p, "PARTIAL")

    # The stream

    def data(self, e: End, at: int, end: int) -> None:
        if e.skip:
            return
        at = max(at, e.ack - e.start, e.trimmed)
        new = set(range(at, end)) if end - at < 50 else None
        pieces = [(at, end)] if at < end else []
        for low, high in e.blocks:
            cut = []
            for s, t in pieces:
                cut += [(s, min(t, low))] if s < low else []
                cut += [(max(s, high), t)] if t > high else []
            pieces = cut
        assert new is None or all(s in new and t - 1 in new for s, t in pieces)
        # Octets behind `delivered` are no news: they would be stored, and wait for nothing.
        e.blocks = sorted(e.blocks + [(s, t) for s, t in pieces if t > e.delivered])
        self.advance(e)
        waiting = e.blocks[-1][1] - e.delivered if e.blocks else 0
        if (e.nothing_acked() and waiting > 16384) or sum(t - s for s, t in e.blocks) > 10 << 20:
            e.skip = True
            e.blocks = []

    def advance(self, e: End) -> None:
        """Deliver contiguous blocks; without any acknowledgement not more than 16 KiB are kept."""
        moved = False
        for s, t in e.blocks:
            if s <= e.delivered < t:
                e.delivered = t
                moved = True
        if moved and e.nothing_acked() and e.plain_size() > 16384:
            e.blocks = [block for block in e.blocks if block[1] > e.delivered]
            e.trimmed = e.delivered

    def acked(self, e: End, p: End, at: int) -> None:
        if e.fin_at is not None and 0 < e.fin_at <= at:
            at = e.fin_at - 1
        if at <= e.trimmed:
            return
        if at > e.delivered and not (at <= 2 and self.partial):
            while not e.skip and at > e.delivered:
                later = [s for s, _ in e.blocks if s >= e.delivered and s < at]
                upto = min(later, default=at)
                self.gap(e, p, upto - e.delivered)
                e.delivered = upto
                self.advance(e)
            e.delivered = max(e.delivered, at)
        e.blocks = [block for block in e.blocks if block[1] > at]
        self.advance(e)
        e.trimmed = at
        self.end_of_file(e, p)

    def gap(self, e: End, p: End, length: int) -> None:
        def clean(end: End) -> bool:
            return end.state == "ESTABLISHED" or (end.state, end.before) == ("CLOSED", "ESTABLISHED")

        if length and clean(e) and clean(p):
            e.missed += length
            self.say_scaled(e, "G")

    # The end

    def pending(self, e: End, p: End) -> bool:
        if e.skip or e.last < e.start + e.delivered:
            return False
        if e.start + e.delivered not in (e.last - 1, e.last):
            return True
        return e.state != "RESET" and bool(p.blocks)

    def end_of_file(self, e: End, p: End) -> None:
        ended = e.fin_at is not None or e.state in ("CLOSED", "RESET")
        if not e.eof and ended and not self.pending(e, p):
            e.eof = True
            if self.deferred:
                self.close(e, p)
                self.deferred = False

    def close(self, e: End, p: End) -> None:
        self.deferred = self.pending(e, p)
        if self.deferred or e.did_close:
            return
        e.did_close = True
        if e.state == "RESET" or p.did_close or p.state == "INACTIVE":
            self.timers = [timer for timer in self.timers if timer[1] == "inactivity"]
            self.timers.append((self.last + 5_000_000, "remove"))
        elif e.before != "INACTIVE":
            self.timers.append((self.last + 6_000_000, "expire"))

    # What the log says

    def size(self, e: End, p: End) -> int:
        if (e.before, e.state, p.state) == ("SYN_SENT", "RESET", "INACTIVE") and not e.nothing_acked():
            return 0
        return e.plain_size()

    def conn_state(self) -> str:
        orig, resp = self.end("orig"), self.end("resp")
        o, r, idle = orig.state, resp.state, ("INACTIVE", "PARTIAL")
        sizes = (self.size(orig, resp), self.size(resp, orig))
        lone = re.fullmatch(r"\^?S[^HAFGIQ]*R.*", self.history) is not None
        judgements = (
            ("REJ", r == "RESET" and (o in ("SYN_SENT", "SYN_ACK_SENT") or (o == "RESET" and sizes == (0, 0)))),
            ("RSTRH", r == "RESET" and o in idle),
            ("RSTR", r == "RESET"),
            ("RSTOS0", o == "RESET" and r in idle and lone),
            ("OTH", o == "RESET" and r in idle),
            ("RSTO", o == "RESET"),
            ("SF", o == r == "CLOSED"),
            ("SH", o == "CLOSED" and r in idle),
            ("S2", o == "CLOSED"),
            ("SHR", r == "CLOSED" and o in idle),
            ("S3", r == "CLOSED"),
            ("S0", o == "SYN_SENT" and r == "INACTIVE"),
            ("S1", o == r == "ESTABLISHED"),
            ("OTH", True),
        )
        return next(word for word, holds in judgements if holds)

    def result(self) -> tuple[int, int, int, str, str, int, int, int, int, int]:
        """start, duration (ns), orig side, conn_state, history, octets, packets of both, missed octets."""
        orig, resp = self.end("orig"), self.end("resp")
        return (
            self.start * 1000, (self.last - self.start) * 1000, self.orig, self.conn_state(), self.history,
            self.size(orig, resp), self.size(resp, orig), orig.packets, resp.packets, orig.missed + resp.missed,
        )  # fmt: skip


def rows_of(packets: list[Packet]) -> list[tuple[int, int, int, str, str, int, int, int, int, int]]:
    """Every row Zeek would write for packets of one 4-tuple."""
    rows: list[Row] = []
    now = packets[0].us
    for packet in packets:
        now = max(now, packet.us)
        if not rows or rows[-1].removed_by(now) or rows[-1].is_reuse(packet):
            rows.append(Row(packet, now))
        rows[-1].take(packet)
    return [row.result() for row in rows]
