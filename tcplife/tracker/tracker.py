# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The tracker: one segment of a known connection in, one Observation out; both endpoints have moved in between.

A plain segment of a calm life goes a way of its own (`plain`), which equals the general one. On that, in turn, what
passes between two ESTABLISHED endpoints is spared the guards of openings and closings, which could not fire.
"""

from __future__ import annotations

from ..model.names import ACK, CLOSED, CWR, ECE, ESTABLISHED, FIN, FIN_WAIT_2, PSH, RST, SYN, SYN_SENT, UNKNOWN
from ..seqspace import unwrap
from .account import charge
from .answers import takes_earlier_answer
from .clocks import note_silence
from .closing import forget_fin, undo_fin
from .endpoint import first_word, second_word
from .evidence import is_refused, is_signed_in_vain, is_too_old, note_answer
from .facts import (
    ACKS_UNSEEN,
    AFTER_PAUSE,
    BAD_ACK,
    BELOW_ACK,
    CLOCK_BACK,
    CONTROL,
    DATA_AFTER_FIN,
    DOUBLE_NS,
    DSACK,
    DUPLICATE,
    ECN_ECHO,
    ECN_MARKED,
    ECN_REDUCED,
    FILLS_GAP,
    KEEP_ALIVE,
    MISSING_ACK,
    OUT_OF_WINDOW,
    PARTLY_SEEN,
    RST_IGNORED,
    SEEN_BEFORE,
    SOONEST_REPEAT_NS,
    STEP_NS,
    STORED_LATE,
    SYN_ACK_OTHER,
    SYN_IN_LIFE,
    SYN_OTHER,
    TIMESTAMP_BACK,
    TO_CLOSED,
    TWIN,
    UNSURE,
    WINDOW_PROBE,
    WINDOW_SHRUNK,
)
from .observation import Observation
from .opening import sends_syn, sends_syn_ack
from .plain import calm_of, plain, rouse, tell
from .progress import passes, shows
from .resets import sends_rst
from .timestamps import date, note_timestamp
from .timing import new_timing
from .transitions import MAY_BE_IN_TIME_WAIT
from .unseen import empty_elsewhere, fin_alone, has_beyond_window, miss, octets_in_doubt, sure_edge, write_off
from .usual import take_usual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.segment import Segment
    from .endpoint import Endpoint
    from .life import Life

ODD = SYN_OTHER | SYN_IN_LIFE | SYN_ACK_OTHER | OUT_OF_WINDOW | BAD_ACK
"""Facts of a segment that its receiver does not accept, and may answer with an ACK (RFC 9293 3.10.7.4, RFC 5961)."""
MIXED_NS = 10_000_000
"""Captures store the packets of several queues, processors or interfaces in another order by some milliseconds; a clock
that is set goes back by more (ntpd steps from 128 ms on)."""


class Tracker:
    """Replays segments. two_msl_ns: 2MSL of capture time, for TIME_WAIT. straight: what is usual goes a way of its own, as
    it always does but where tests hold both ways equal.
    """

    __slots__ = ("seen", "straight", "two_msl_ns")

    def __init__(self, two_msl_ns: int) -> None:
        self.two_msl_ns = two_msl_ns
        self.seen = Observation()
        self.straight = True

    def segment(self, life: Life, side: int, s: Segment, sack_start: int) -> int:
        """Replay one segment sent by side `side`; returns its facts, `seen` holds the rest.

        sack_start: left edge of its first SACK block (raw), -1 without one. Of a plain segment `seen` says little (`tell`).
        """
        o = self.seen
        if side == 0:
            e = life.a
            p = life.b
        else:
            e = life.b
            p = life.a
        if life.calm:
            if plain(life, e, p, s):
                return tell(o, side, e, s)
            rouse(life)
        if self.straight and take_usual(life, e, p, s, self.two_msl_ns):
            return tell(o, side, e, s)
        ts = s.ts_ns
        facts = 0
        if ts < life.last_ns:
            if ts < life.raw_ns and s.packet > life.last_packet:  # else it was held back (`reuse`)
                if life.raw_ns - ts < MIXED_NS:
                    facts = STORED_LATE
                else:
                    facts = CLOCK_BACK
                    incidents = life.own_incidents()
                    incidents.clock_backs += 1
            life.raw_ns = ts
            ts = life.last_ns
        else:
            life.raw_ns = ts
        o.gap_ns = ts - life.last_ns
        life.last_ns = ts
        if s.packet > life.last_packet:
            life.last_packet = s.packet
        flags = s.flags
        if not e.based:
            e.start_at(s.seq, 0 if flags & SYN else 1)
            e.middle = not flags & SYN
        seq = e.snd_max if s.seq == e.next_raw else unwrap(s.seq, e.base, e.snd_max)
        ack = -1
        if flags & ACK:
            if not p.based:
                p.start_at(s.ack, 1)
                p.middle = not flags & SYN
            if s.ack == p.next_raw:
                ack = p.snd_max
            else:
                ack = unwrap(s.ack, p.base, p.snd_max)
        length = s.length
        end = seq + length
        if flags & 3:
            end += (flags & FIN) + (flags >> 1 & 1)
        e.packets += 1
        o.segment = s
        o.life = life
        o.sender = e
        o.receiver = p
        o.side = side
        o.flags = flags
        o.ts_ns = ts
        o.seq = seq
        o.end = end
        o.ack = ack
        o.length = length
        o.ack_before = e.ack
        o.snd_max_before = e.snd_max
        o.lost = o.missing = o.answers = 0
        o.facts = facts
        if o.gap_ns > STEP_NS or life.incidents.step_ns:
            note_silence(o, e)
        e.note_header(s)
        if s.ecn == 3:
            o.facts |= ECN_MARKED
        if flags & (ECE | CWR) and not flags & SYN:
            o.facts |= (ECN_ECHO if flags & ECE else 0) | (ECN_REDUCED if flags & CWR else 0)
        if sack_start >= 0 and ack >= 0:
            sack_at = unwrap(sack_start, p.base, p.snd_max)
            o.sack_at = sack_at
            if sack_at < ack:
                o.facts |= DSACK
            elif p.data_end > e.right >= 0 or p.fins.later >= e.right >= 0:
                has_beyond_window(o, e, p)
        if (s.signed and is_signed_in_vain(o, p)) or self._is_double(o, e, s):
            charge(o, life, e, p)
            e.last_ns = ts
            return o.facts
        if (
            flags & (CONTROL | ACK) == ACK
            and e.state == ESTABLISHED
            and p.state == ESTABLISHED
            and e.inbox is None
            and p.inbox is None
            and p.fin < 0
            and e.fin < 0
            and ack >= e.ack
        ):
            if length:
                self._octets(o, e, p)
            elif seq != e.snd_max:
                empty_elsewhere(o, e)
            self._acknowledge(o, e, p)
            self._offer_window(o, e, p)
        else:
            self._slow(o, life, e, p, sack_start)
        if s.ts_val >= 0:
            note_timestamp(o, e, p)
        charge(o, life, e, p)
        e.last_ns = ts
        e.last_packet = s.packet
        if (o.facts & ODD and not flags & RST) or o.facts & RST_IGNORED:
            incidents = life.own_incidents()
            incidents.odd_packet = s.packet
            incidents.odd_side = side
        elif life.incidents.odd_packet and not length:
            note_answer(o, life, side)
        if e.state == ESTABLISHED and p.state == ESTABLISHED:
            life.calm = calm_of(life)
        return o.facts

    def _is_double(self, o: Observation, e: Endpoint, s: Segment) -> bool:
        """The very same packet again within a millisecond: same IP id, same numbers (fact DUPLICATE).

        Later than that, with an IP id, it is a TWIN. Without an IP id (IPv6, or id 0) only segments that occupy sequence
        space can be told from true repeats.
        """
        a = first_word(s)
        b = second_word(s)
        ip_id = s.ip_id
        if o.end <= e.snd_max and o.ack <= e.ack and (ip_id > 0 or o.end > o.seq):
            age = e.age(a, b, s.ts_ns)
            if 0 <= age < DOUBLE_NS:
                o.facts |= DUPLICATE
                odd = e.own_odd()
                odd.duplicates += 1
                return True
            if (0 <= age < SOONEST_REPEAT_NS and (ip_id > 0 or s.ts_val >= 0)) or (
                age >= 0 and ip_id > 0 and e.ids_vary
            ):
                o.facts |= TWIN
        e.note_packet(a, b, s.ts_ns)
        return False

    def _slow(self, o: Observation, life: Life, e: Endpoint, p: Endpoint, sack_start: int) -> None:
        flags = o.flags
        date(o, e)
        if MAY_BE_IN_TIME_WAIT[e.state]:
            life.run_timer(e, o.ts_ns, self.two_msl_ns)
        if MAY_BE_IN_TIME_WAIT[p.state]:
            life.run_timer(p, o.ts_ns, self.two_msl_ns)
        if flags & RST:
            if life.incidents.pause_packet > e.last_packet:
                o.facts |= AFTER_PAUSE
            sends_rst(o)
            return
        if flags & ACK:
            e.ack_raw_count = e.ack_raw_count + 1 if o.segment.ack == e.ack_raw else 1
            e.ack_raw = o.segment.ack
            e.ack_raw_packet = o.segment.packet
        if flags & SYN:
            if flags & ACK:
                sends_syn_ack(o)
            else:
                sends_syn(o)
            if not o.facts & (SYN_OTHER | SYN_ACK_OTHER):
                if flags & ACK:
                    self._acknowledge(o, e, p)
                self._offer_window(o, e, p)
            return
        if e.state == SYN_SENT and p.odd.isn_before >= 0:
            takes_earlier_answer(o, p)
        if not flags & ACK:
            o.facts |= MISSING_ACK
            if e.state != UNKNOWN or p.state != UNKNOWN:
                return
        if o.ack < e.ack and e.syn_packet and is_too_old(o, e, p):
            if not flags & FIN or life.view(p) != FIN_WAIT_2:  # there, after close(), nobody looks at it (Linux)
                o.facts |= BAD_ACK  # its receiver drops the whole segment
                if o.length and o.seq == e.edge == e.snd_max:  # or takes it (Linux on its fast path): its ACK will tell
                    o.edge_before = sure_edge(e)
                    self._octets(o, e, p)
                    if e.sure < 0:
                        e.sure = o.edge_before
                return
        o.edge_before = sure_edge(e)
        if o.length:
            if life.view(p) == CLOSED:
                o.facts |= TO_CLOSED
            self._octets(o, e, p)
            if e.fin >= 0 and o.seq + o.length > e.fin and not o.facts & (OUT_OF_WINDOW | TIMESTAMP_BACK):
                o.facts |= DATA_AFTER_FIN
                undo_fin(o, e)
        elif flags & FIN:
            fin_alone(o, e, p)
        elif o.seq != e.snd_max:
            empty_elsewhere(o, e)
        shows(o)
        if flags & ACK:
            self._acknowledge(o, e, p)
        self._offer_window(o, e, p)
        passes(o)

    def _octets(self, o: Observation, e: Endpoint, p: Endpoint) -> None:
        """Account for the payload."""
        seq = o.seq
        data_end = seq + o.length
        facts = 0
        e.low |= seq == 0
        if o.length == 1 and seq == e.snd_max - 1 and seq < max(e.edge, p.ack) and not o.flags & CONTROL:
            o.facts |= KEEP_ALIVE
            odd = e.own_odd()
            odd.keep_alives += 1
            e.bytes += 1
            return
        if p.window == 0 and p.packets and seq >= p.right >= 0 and o.length <= 1:
            facts |= WINDOW_PROBE
        elif seq > p.right >= 0 and seq != e.snd_max and e.snd_max <= p.right + 1:
            facts |= OUT_OF_WINDOW  # not where the sender has gone beyond it in order: a window update was missed
        if o.segment.ts_val >= 0 and data_end > e.snd_max and is_refused(o, e):
            o.facts |= TIMESTAMP_BACK
            e.bytes += o.length
            return
        if seq > e.snd_max and e.acked_unseen > e.edge:
            write_off(o, e, seq)
        if data_end <= p.ack:
            facts |= BELOW_ACK
        if o.length > e.max_segment:
            e.cut = not o.flags & PSH
        repeated = e.odd.repeated_bytes
        in_doubt = e.sure >= 0 or (p.packets and not 0 < o.ack <= p.snd_max)
        facts |= octets_in_doubt(o, e, data_end) if in_doubt else e.octets(seq, data_end)
        o.repeated = e.odd.repeated_bytes - repeated
        if facts & (SEEN_BEFORE | PARTLY_SEEN | FILLS_GAP):
            if e.timing is None:
                pass
            elif facts & (SEEN_BEFORE | PARTLY_SEEN) or o.end > e.snd_max:
                e.timing.repeats(seq)
            else:
                e.timing.fills(seq, o.end, o.ts_ns)
        else:
            if e.timing is None:
                e.timing = new_timing()
            e.timing.sends(o.end, o.ts_ns)
        if o.end > e.snd_max and not (facts & OUT_OF_WINDOW):
            e.advance(o.end)
        o.facts |= facts

    def _acknowledge(self, o: Observation, e: Endpoint, p: Endpoint) -> None:
        """Its acknowledgement number, as news of what the peer sent."""
        ack = o.ack
        if ack <= e.ack:
            return
        if p.fin >= 0 and ack > p.fin + 1:
            if ack > p.edge:
                o.facts |= BAD_ACK
                return
            forget_fin(o.life, p, e)
        if p.snd_max < ack <= p.edge:
            p.advance(ack)  # octets beyond the window, and taken all the same: it had been opened unseen
        if ack > p.snd_max and p.packets:
            # Of octets not captured, or of none at all: not to be believed before the peer has shown to be so far.
            o.facts |= ACKS_UNSEEN
            if ack > p.acked_unseen:
                p.acked_unseen = ack
            return
        limit = ack
        if p.fin >= 0 and limit > p.fin:
            limit = p.fin
        if limit > p.edge:
            if limit > p.acked_unseen:
                o.facts |= ACKS_UNSEEN
                p.acked_unseen = limit
            if limit <= p.snd_max:
                miss(o, p.acknowledged(limit))
        e.ack_before = e.ack
        e.ack = ack
        if p.sure >= 0 and ack > p.sure:
            p.sure = ack if ack < p.edge else -1
        if p.timing is not None and p.timing.in_flight:
            p.timing.acknowledged(ack, o.ts_ns)
        elif p.syn_acks == 1 and o.ack_before < 1 and p.data_packets == 0 and not o.flags & SYN:
            if p.timing is None:
                p.timing = new_timing()
            p.timing.sample(o.ts_ns - p.syn_ns)

    def _offer_window(self, o: Observation, e: Endpoint, p: Endpoint) -> None:
        """The window it offers, scaled once both sides are known to scale (RFC 7323 2.2)."""
        window = o.segment.window
        e.window = window
        if e.scale > 0 and p.scale >= 0 and not o.flags & SYN:
            window <<= e.scale
        o.window = window
        if window == 0 and not o.flags & SYN:
            odd = e.own_odd()
            odd.zero_windows += 1
        if e.window_min < 0 or window < e.window_min:
            e.window_min = window
        if window > e.window_max:
            e.window_max = window
        if e.syn_packet and p.syn_packet and o.ack == e.ack and o.ack >= 0 and e.scale > UNSURE and p.scale > UNSURE:
            right = o.ack + window
            if right < e.last_right:
                o.facts |= WINDOW_SHRUNK
                o.shrunk = e.last_right - right
            refuses = window == 0 or right < e.last_right or not o.length
            if refuses and right < p.edge and not 0 <= p.sure <= e.ack:
                p.sure = e.ack  # what lies beyond the window, now that it says so, it may have refused
            if not o.flags & SYN:  # a SYN's is not scaled, and stacks begin anew after it
                e.last_right = right
            if right > e.right:
                e.right = right
