# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What Zeek would write into its conn.log about one of our connections.

In: every TCP segment of the connection, once. Out: conn_state, history, octets and packets of the first row Zeek would
write, a note where it would write several, and those further rows. A connection begins as a few numbers (a flood of
SYNs makes a million of them); the two endpoints exist from the second packet on. The fast path in `ZeekLife.segment`
equals `ZeekRow.take` for in-order segments of an established connection.
"""

from __future__ import annotations

from ..model.names import ACK, FIN, M32, RST, SYN
from ..model.pool import pooled
from ..model.segment import Segment
from .zeek_ending import goes_on, why_ended
from .zeek_names import (
    ATTEMPT_NS,
    BOTH_OPENED,
    CUT_OFF,
    EXPIRED,
    FINISHED,
    HELD,
    HOLED,
    NEW_NUMBERS,
    ROWS_LIMIT,
    SAID_ACK,
    SAID_DATA,
    SILENT,
    SKIPPED,
    SYN_AFTER_CLOSE,
    UNACKED,
    UNANSWERED,
    WHOLE,
)
from .zeek_row import ZeekRow
from .zeek_state import word_of_states
from .zeek_usual import take_answer, take_bare, take_syns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from .zeek_line import ZeekLine

BROADCAST = 0xFFFF_FFFF
CUTS = {
    UNANSWERED: "5 s after a SYN to which nothing came back",
    FINISHED: "5 s after the close was complete",
    EXPIRED: "after 5 idle seconds of a half-dead connection",
    SILENT: "after a silence beyond its inactivity limit",
    NEW_NUMBERS: "at a SYN with another sequence number",
    SYN_AFTER_CLOSE: "at any SYN after a FIN or RST",
    BOTH_OPENED: "at the second SYN of a simultaneous open",
}
"""Why Zeek ends a row although our connection goes on, for the note."""


def line_of(row: ZeekRow) -> ZeekLine:
    """A row as it stands; it may go on afterwards."""
    from .zeek_line import ZeekLine  # here, as hardly a connection has rows that anybody asks for

    orig = row.b if row.orig else row.a
    resp = row.a if row.orig else row.b
    row.wake()
    sent = orig.size(resp.state)
    answered = resp.size(orig.state)
    history = row.history()
    state = word_of_states(orig.state, resp.state, sent == 0 and answered == 0, history)
    return ZeekLine(
        row.start_ns,
        row.last_ns - row.start_ns,
        row.orig,
        state,
        history,
        sent,
        answered,
        orig.packets,
        resp.packets,
        orig.missed + resp.missed,
    )


class ZeekLife:
    """One of our connections in Zeek's words. Side 0 is the sender of the connection's first packet.

    The results are those of Zeek's first row. A row ends where Zeek's timers or its reuse rule end it; what follows
    goes into further rows (`rows`).
    """

    __slots__ = (
        "cuts", "dport", "first", "flags", "further", "last_ns", "reasons", "row", "seq", "side", "sport",
        "start_ns", "tries",
    )  # fmt: skip

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing was seen yet."""
        self.tries = 0
        self.row: ZeekRow | None = None
        self.first: ZeekRow | None = None
        self.further: list[ZeekLine] | None = None
        self.cuts = 0
        self.reasons = 0

    def segment(self, s: Segment, side: int, captured_whole: bool) -> int:
        """Take the next segment. captured_whole: its payload was captured in full. Returns 0.

        The fast path here equals `ZeekRow.take`: both sides established, nothing but ACK (PSH, URG), the next octets in
        order or none, an acknowledgement within what was sent, no timer due that could end the row.
        """
        row = self.row
        if row is None:
            return self.take_early(s, side, captured_whole)
        if row.steady and s.flags & (SYN | FIN | RST | ACK) == ACK:
            if side:
                e = row.b
                p = row.a
            else:
                e = row.a
                p = row.b
            ts_ns = s.ts_ns
            if (
                s.seq == e.last
                and p.pace
                and s.window
                and not s.bad_checksum
                and row.last_ns <= ts_ns
                and (ts_ns < row.look_ns or goes_on(row, row.last_ns, ts_ns))
            ):
                length = s.length
                ackno = s.ack
                acked = p.ack
                end = s.seq + length
                pace = e.pace
                if length and pace != SKIPPED:
                    if not captured_whole:
                        pace = CUT_OFF
                    elif pace not in (HOLED, UNACKED):
                        pace = WHOLE
                # The first payload cut off, when all before was acknowledged: all that is kept is nothing.
                begins = pace == CUT_OFF and e.pace == WHOLE and e.last == e.ack and not row.partial
                in_order = length == 0 or ((end <= e.limit or end <= e.renewed()) and (pace == e.pace or begins))
                upto = p.last
                if p.pace == HOLED:
                    upto = (p.start + p.delivered) & M32
                if in_order and (ackno == acked or (acked < ackno <= upto and p.pace > HELD and p.pace != UNACKED)):
                    said = SAID_DATA if length else SAID_ACK
                    if not e.said & said:
                        row.say_plain(e, said)
                    if ackno != acked:
                        if p.pace == CUT_OFF and row.clean:  # a hole whose payloads were cut off
                            p.missed += ackno - acked
                            p.gaps += 1
                            if p.gaps == 1 or p.gaps % 10 == 0:
                                row.say_scaled(p, "G", p.gaps)
                        p.ack = ackno
                    e.last = end
                    e.pace = pace
                    e.packets += 1
                    row.last_ns = ts_ns
                    return 0
        return self.take_slowly(row, s, side, captured_whole)

    def shake_hands(self, syn: Segment, answer: Segment, ack: Segment) -> None:
        """Begin with a handshake of which nothing else is to be said (`tracker.greeting`), as segment() takes the three."""
        if syn.bad_checksum or answer.bad_checksum or (syn.ip_version == 4 and syn.dst_lo == BROADCAST):
            self.segment(syn, 0, True)
            self.segment(answer, 1, True)
        else:
            self.keep_syn(syn, 0)
            self.row = self.early_row()
            take_answer(self.row, answer)
        self.segment(ack, 0, True)

    def take_slowly(self, row: ZeekRow, s: Segment, side: int, captured_whole: bool) -> int:
        """Take a segment by all rules: first whether the row ends, then the segment itself."""
        flags = s.flags
        why = why_ended(row, side, s.ts_ns, flags, s.seq)
        if why:
            row = self.next_row(row, why, s, side)
        if not take_bare(row, s, side):
            row.take(side, s.ts_ns, s.seq, s.ack, flags, s.window, s.length, captured_whole, s.bad_checksum)
        return 0

    def next_row(self, row: ZeekRow, why: int, s: Segment, side: int) -> ZeekRow:
        """End the row and begin another with this segment."""
        if self.first is None:
            self.first = row
        else:
            self.keep(row)
        self.cuts += 1
        self.reasons |= 1 << why
        broadcast = s.ip_version == 4 and s.dst_lo == BROADCAST
        fresh = self.row = ZeekRow.__new__(ZeekRow)
        fresh.clear()
        fresh.begin(side, s.ts_ns, s.flags, s.sport, s.dport, broadcast)
        fresh.follow(row)
        return fresh

    def keep(self, row: ZeekRow) -> None:
        """Keep a further row's line."""
        if self.further is None:
            self.further = []
        if len(self.further) < ROWS_LIMIT:
            self.further.append(line_of(row))

    # --- the first packet, kept as numbers

    def take_early(self, s: Segment, side: int, captured_whole: bool) -> int:
        """Keep a connection's first packet; build the row when a second one says more than the same SYN again."""
        flags = s.flags
        broadcast = s.ip_version == 4 and s.dst_lo == BROADCAST
        if self.tries == 0:
            if (
                flags & (SYN | FIN | RST | ACK) == SYN
                and s.length == 0
                and s.window
                and not s.bad_checksum
                and not broadcast
            ):
                return self.keep_syn(s, side)
            self.start_ns = self.last_ns = s.ts_ns
            self.side = side
            row = self.row = ZeekRow.__new__(ZeekRow)
            row.clear()
            row.begin(side, s.ts_ns, flags, s.sport, s.dport, broadcast)
            row.take(side, s.ts_ns, s.seq, s.ack, flags, s.window, s.length, captured_whole, s.bad_checksum)
            return 0
        same = flags == self.flags and s.seq == self.seq and side == self.side and s.length == 0 and s.window != 0
        if same and self.last_ns <= s.ts_ns < self.start_ns + ATTEMPT_NS and not s.bad_checksum:
            self.tries += 1
            self.last_ns = s.ts_ns
            return 0
        if (
            flags & (SYN | FIN | RST | ACK) == SYN | ACK
            and side != self.side
            and s.ack == (self.seq + 1) & M32
            and s.length == 0
            and s.window
            and self.last_ns <= s.ts_ns < self.start_ns + ATTEMPT_NS
            and not s.bad_checksum
        ):
            self.row = self.early_row()
            take_answer(self.row, s)
            return 0
        self.row = self.early_row()
        return self.take_slowly(self.row, s, side, captured_whole)

    def keep_syn(self, s: Segment, side: int) -> int:
        """Keep a connection's first SYN. Returns 0."""
        self.start_ns = self.last_ns = s.ts_ns
        self.side = side
        self.tries = 1
        self.flags = s.flags
        self.seq = s.seq
        self.sport = s.sport
        self.dport = s.dport
        return 0

    def early_row(self) -> ZeekRow:
        """The row of the SYN kept so far and its repetitions; equals `ZeekRow.take` for them."""
        row = ZeekRow.__new__(ZeekRow)
        row.clear()
        row.begin(self.side, self.start_ns, self.flags, self.sport, self.dport, 0)
        take_syns(row, self.seq, self.tries, self.last_ns)
        return row

    # --- the results

    def tell(self, c: Connection) -> None:
        """Write the first row into a finished connection; where Zeek would write several, all of them."""
        row = self.first
        if row is None:
            row = self.row
        if row is not None:
            orig = row.b if row.orig else row.a
            resp = row.a if row.orig else row.b
            row.wake()
            c.zeek_bytes_orig = orig.size(resp.state)
            c.zeek_bytes_resp = resp.size(orig.state)
            empty = c.zeek_bytes_orig == 0 and c.zeek_bytes_resp == 0
            history = row.history()
            c.zeek_state = word_of_states(orig.state, resp.state, empty, history)
            c.zeek_history = history
            c.zeek_pkts_orig = orig.packets
            c.zeek_pkts_resp = resp.packets
            c.zeek_missed = orig.missed + resp.missed
        elif self.tries:
            c.zeek_state = "S0"
            c.zeek_history = "S"
            c.zeek_pkts_orig = self.tries
        if self.cuts:
            c.zeek_note = self.note()
            c.zeek_rows = tuple(self.rows())

    def line(self) -> ZeekLine:
        """The first row Zeek would write."""
        if self.first is not None:
            return line_of(self.first)
        if self.row is not None:
            return line_of(self.row)
        from .zeek_line import ZeekLine  # likewise

        if self.tries:
            return ZeekLine(self.start_ns, self.last_ns - self.start_ns, self.side, "S0", "S", 0, 0, self.tries, 0, 0)
        return ZeekLine(0, 0, 0, "OTH", "", 0, 0, 0, 0, 0)

    def rows(self) -> list[ZeekLine]:
        """Every row Zeek would write, in order: one unless it cuts the connection.

        At most ROWS_LIMIT further ones are kept.
        """
        lines = [self.line()]
        if self.first is not None and self.row is not None:
            lines.extend(self.further or [])
            if len(lines) <= ROWS_LIMIT:
                lines.append(line_of(self.row))
        return lines

    def conn_state(self) -> str:
        """Zeek's conn_state, for example SF."""
        return self.line().conn_state

    def history(self) -> str:
        """Zeek's history, for example ShADadFf; empty when it has none."""
        return self.line().history

    def orig_side(self) -> int:
        """Side (0 or 1) of our connection that Zeek takes for the originator."""
        return self.line().orig_side

    def orig_bytes(self) -> int:
        """Payload octets of the originator by its sequence numbers."""
        return self.line().orig_bytes

    def resp_bytes(self) -> int:
        """Payload octets of the responder by its sequence numbers."""
        return self.line().resp_bytes

    def orig_pkts(self) -> int:
        """Packets of the originator with a good checksum."""
        return self.line().orig_pkts

    def resp_pkts(self) -> int:
        """Packets of the responder with a good checksum."""
        return self.line().resp_pkts

    def missed_bytes(self) -> int:
        """Octets acknowledged but never seen, where such holes count."""
        return self.line().missed_bytes

    def note(self) -> str | None:
        """Where Zeek's view differs from one connection, in a sentence; None where it does not."""
        if not self.cuts:
            return None
        why = ", ".join([text for reason, text in CUTS.items() if self.reasons >> reason & 1])
        return f"Zeek would log {self.cuts + 1} connections here, cut {why}; this is the first of them"


pooled(ZeekLife)


def new_zeek_life() -> ZeekLife:
    """Return a fresh one. A function, as a compiled class cannot be called but by way of Python."""
    made = ZeekLife.__new__(ZeekLife)
    made.clear()
    return made
