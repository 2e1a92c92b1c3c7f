"""What the comparison with the kernel allows for: every convention has a name here, and there are no others.

Two kinds: readings (the same event, named by another packet or another word) and things that no
observer of packets can know. Each is a predicate on the kernel's transition as told for one capture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import ACK, FIN, RST, SYN, Address, Frame
from tests.kernel.truth import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

CONVENTIONS: Final = {
    # readings
    "syn_received_at_syn_ack": "The kernel is in SYN_RECEIVED when the SYN arrives (with SYN cookies: when the"
    " handshake's ACK does), we say so at the SYN+ACK that it sends.",
    "closed_by_data_or_by_its_reset": "A segment that makes the kernel reset (data to an orphan, an ACK with"
    " linger2 < 0) and the RST that it sends are one moment; we name the RST.",
    "request_back_to_listen": "A request socket that goes is CLOSED to the kernel; RFC 9293 calls it LISTEN again.",
    "began_in_the_middle": "A capture that begins late starts at UNKNOWN and enters the life wherever the kernel was"
    " when we first could tell.",
    "handshake_ack_ignored": "A full accept queue or TCP_DEFER_ACCEPT passes the handshake's ACK over; when a later"
    " segment opens the connection and no SYN+ACK was repeated meanwhile, nobody outside sees which one it was.",
    # what no observer can know
    "either_would_do": "Two segments that do the same passed towards an endpoint at the far end; which one it got (first)"
    " was decided behind this capture point, and it said nothing new between them.",
    "silent_timer": "A timer gave the connection up (2MSL, retransmissions, user timeout, orphan) and sent nothing.",
    "silent_abort": "The application aborted where no RST is due (SYN_SENT, CLOSING, LAST_ACK), or an ICMP error did"
    " it, or the RST was lost before this capture point.",
    "fin_not_shown": "FIN_WAIT_1 or LAST_ACK whose FIN is in no packet of this capture: zero window, or lost.",
    "fin_held_back": "close() against a zero window: the FIN left the host after the peer's FIN had come, so that the"
    " life looks passive (CLOSE_WAIT, LAST_ACK, CLOSED) to everybody but the kernel.",
    "first_fin_lost": "The same look where the first FIN was lost before this capture point, and no segment with a"
    " number beyond it, sent before it was repeated, passed before that, or before its sender answered something repeated.",
    "reset_not_shown": "What ended it is in the capture, but the reset that it drew was lost before this capture point, as"
    " was all that came after.",
    "overtaken": "The ACK of its FIN overtook the peer's FIN behind this capture point: the kernel went by FIN_WAIT_2,"
    " the order in the capture says CLOSING.",
    "merged_in_backlog": "The ACK of its FIN came right behind the peer's FIN while the application held the socket: Linux makes"
    " one segment of the two that wait (tcp_add_backlog), whose ACK counts first; it went by FIN_WAIT_2, not CLOSING.",
    "syn_not_shown": "SYN_SENT whose bare SYN is in no packet of this capture: with the SYN+ACK alone it looks like a"
    " passive open.",
    "nothing_shown": "It got the SYN+ACK (or a crossing SYN; or a FIN, or both; or, when all was over, another copy of the"
    " SYN), and all that it sent from then on was lost before this capture point, but for resets for want of a socket: it"
    " looks as if it had gone before.",
    "trigger_not_in_capture": "What moved the kernel is not in this capture: forged behind the capture point, or"
    " before it began.",
}

SACK: Final = 5  # the option (RFC 2018 3)


@dataclass(slots=True)
class View:
    """One capture as read by the test itself: its TCP packets by number."""

    name: str
    frames: dict[int, Frame]

    def follows(self, fin: int, by: int) -> bool:
        """Whether a bare ACK comes behind a FIN of the same way, with nothing of this connection between."""
        one, other = self.frames[fin], self.frames[by]
        ends = {one.src, one.dst}
        between = any(fin < n < by and {f.src, f.dst} == ends for n, f in self.frames.items())
        goes_on = (other.seq - one.end) % 2**32 < 2**16  # of its octets some may have been cut off by the capture
        return not between and other.src == one.src and other.flags == ACK and bool(one.flags & FIN) and goes_on

    def first(self, told: Told, flags: int, mask: int, after: int) -> int | None:
        """Number of the first packet of this endpoint with these flags, after another packet."""
        pair = (told.local, told.remote)
        return next(
            (n for n, f in self.frames.items() if n > after and (f.src, f.dst) == pair and f.flags & mask == flags),
            None,
        )

    def acknowledged(self, told: Told, got: int) -> bool:
        """Whether this endpoint was seen to acknowledge the peer's FIN, which it had got with that packet."""
        fins = [f.end for n, f in self.frames.items() if n <= got and f.src == told.remote and f.flags & FIN]
        mine = [f.ack for f in self.frames.values() if f.src == told.local and f.dst == told.remote and f.flags & ACK]
        return not fins or any((ack - fin) % 2**32 < 2**31 for ack in mine for fin in fins[-1:])

    def does_the_same(self, told: Told, one: int, other: int) -> bool:
        """Whether two packets towards this endpoint do the same to it, and it sent nothing but copies between them."""
        a, b = self.frames.get(one), self.frames.get(other)
        if a is None or b is None or {a.src, b.src} != {told.remote}:
            return False
        if (a.flags ^ b.flags) & (RST if told.new != "ESTABLISHED" else RST | SYN):
            return False
        if told.new in {"CLOSE_WAIT", "CLOSING"} and (a.end, b.end) != (max(a.end, b.end),) * 2:
            return False
        if told.new in {"FIN_WAIT_2", "TIME_WAIT"} and a.ack != b.ack:
            return False
        first, last = sorted((one, other))
        said = {frame.ip for n, frame in self.frames.items() if n < first and frame.src == told.local}
        return all(
            frame.ip in said
            for n, frame in self.frames.items()
            if first < n < last and (frame.src, frame.dst) == (told.local, told.remote)
        )

    def beyond(self, sender: Address, fin: int) -> bool:
        """Whether this sender used the number after its FIN before the FIN itself showed.

        Not in answer to something repeated: then it had perhaps answered the first one with a smaller number. Nor in
        a segment sent after this FIN, which it has overtaken.
        """
        end = self.frames[fin].end
        heard: set[tuple[int, int]] = set()
        for number, frame in self.frames.items():
            if frame.dst == sender and frame.end != frame.seq:
                if (frame.seq, frame.end) in heard:
                    return False
                heard.add((frame.seq, frame.end))
            if number < fin and frame.src == sender and frame.seq == end and not _reports_duplicate(frame):
                if not _is_later(frame, self.frames[fin]):
                    return True
        return False


def _clock(frame: Frame) -> int | None:
    """Its timestamp (RFC 7323 3.2), where Linux and most others put it."""
    options = frame.options
    for at in (0, 2):
        if options[at : at + 2] == b"\x08\x0a":
            return int.from_bytes(options[at + 2 : at + 6])
    return None


def _is_later(one: Frame, other: Frame) -> bool:
    """Whether its sender's clock had gone on since the other one: it was sent after it, and has overtaken it."""
    a, b = _clock(one), _clock(other)
    return a is not None and b is not None and 0 < (a - b) % 2**32 < 2**31


def _reports_duplicate(frame: Frame) -> bool:
    """Whether its first SACK block lies below its acknowledgement number (RFC 2883)."""
    at, options = 0, frame.options
    while at + 1 < len(options):
        if options[at] == SACK and (int.from_bytes(options[at + 2 : at + 6], "big") - frame.ack) % 2**32 >= 2**31:
            return True
        at += max(options[at + 1], 1) if options[at] > 1 else 1
    return False


def silent(told: Told, capture: str) -> str:
    """The convention by which this transition may be missing from our record, or ""."""
    if told.packets[capture] is not None:
        return ""
    if told.cause == "received":
        return "trigger_not_in_capture"
    if told.new == "CLOSED":
        return "silent_timer" if told.cause == "timer" else "silent_abort"
    if told.new == "SYN_SENT":
        return "syn_not_shown"
    return "fin_not_shown" if told.new in {"FIN_WAIT_1", "LAST_ACK"} else ""


def _renamed(step: Told, new: str, packet: int | None, capture: str) -> Told:
    return Told(step.host, step.local, step.remote, step.old, new, step.cause, step.time_ns, {capture: packet})


def lives(told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """Return the ways in which this life may show, each with its convention.

    As it was, and with SYN or FIN hidden, held back or overtaken.
    """
    ways = [("", list(told)), *_without_syn(told, view), *_without_answer(told, view), *_without_reset(told, view)]
    ways += _without_request(told, view)
    ways += [other for convention, life in ways for other in _without_fin(convention, life, view)]
    return [*ways, *(other for convention, life in ways for other in _with_crossed_fins(convention, life, view))]


def _without_syn(told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """A simultaneous open whose bare SYN was lost before this capture point."""
    if len(told) < 2 or (told[0].new, told[1].new) != ("SYN_SENT", "SYN_RECEIVED"):
        return []
    shown = told[0].packets[view.name]
    if shown is not None and not view.frames[shown].flags & ACK:
        return []
    step = told[1]
    passive = Told(step.host, step.local, step.remote, "LISTEN", step.new, step.cause, step.time_ns, {view.name: shown})
    return [("syn_not_shown", [passive, *told[2:]])]


def _without_answer(told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """An active open (or one of two that crossed) whose opener was never heard again, whether it got a FIN besides or not."""
    if len(told) < 3 or told[0].new != "SYN_SENT":
        return []
    got = 1
    while got < len(told) and told[got].new in {"SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT"}:
        got += 1
    if view.first(told[0], ACK, ACK, told[1].packets[view.name] or 0):
        return []
    return [("nothing_shown", [told[0], *told[hidden:]]) for hidden in range(2, got + 1)]


def _without_request(told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """All was over, and it answered another copy of the SYN, doubled behind this capture point: no such SYN+ACK is here."""
    again = ("LISTEN", "SYN_RECEIVED")
    at = next((i for i, t in enumerate(told) if i and (t.old, t.new, told[i - 1].new) == (*again, "CLOSED")), 0)
    if not at or told[at].host == view.name or told[at].packets[view.name] != told[0].packets[view.name]:
        return []
    pair = (told[at].local, told[at].remote)
    answers = {f.seq for f in view.frames.values() if (f.src, f.dst) == pair and f.flags & (SYN | ACK) == SYN | ACK}
    over = {step.new for step in told[at + 1 :]} <= {"CLOSED"}
    return [("nothing_shown", list(told[:at]))] if over and len(answers) < 2 else []


def _without_reset(told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """It ended where this capture does not show it: after a FIN that it never seems to have got, or by what drew a reset."""
    if told[-1].host == view.name or told[-1].new != "CLOSED":
        return []
    last, got = told[-1].packets[view.name], told[-2].packets[view.name] if len(told) > 1 else None
    if told[-1].cause == "received" and last is not None and not view.frames[last].flags & RST:
        closing = told[-1].old in {"LAST_ACK", "TIME_WAIT"}
        return [] if closing or view.first(told[-1], 0, 0, last) else [("reset_not_shown", list(told[:-1]))]
    if last is None and told[-2:-1] and told[-2].new == "CLOSE_WAIT" and got and not view.acknowledged(told[-1], got):
        return [("nothing_shown", [*told[:-2], told[-1]])]
    return []


def _without_fin(convention: str, told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """Closed in SYN_RECEIVED, its FIN never shown, or only once it was repeated: the handshake's ACK seems to open it."""
    at = next((i for i, t in enumerate(told) if (t.old, t.new) == ("SYN_RECEIVED", "FIN_WAIT_1")), -1)
    if at < 0:
        return []
    fin, shown = told[at], told[at].packets[view.name]
    opened = [*told[:at], _renamed(fin, "ESTABLISHED", None, view.name)]
    if shown is None:
        name = convention or "fin_not_shown"
        return [(name, [*opened, *told[at + 1 :]]), (name, [*opened, *told[at:]])]
    # What it sent since the peer's ACK of its SYN has the number after that FIN: the FIN was sent before.
    sent = (n for n, f in view.frames.items() if n < shown and f.src == fin.local and f.seq == view.frames[shown].end)
    return [(convention or "first_fin_lost", [*opened, *told[at:]])] if fin.host != view.name and any(sent) else []


def _with_crossed_fins(convention: str, told: Sequence[Told], view: View) -> list[tuple[str, list[Told]]]:
    """Two FINs that met, in the order that this capture shows."""
    at = next((index for index, step in enumerate(told) if step.new == "FIN_WAIT_1"), -1)
    if at < 0 or at + 1 == len(told):
        return []
    fin, met, rest = told[at], told[at + 1], told[at + 2 :]
    shown, got = fin.packets[view.name], met.packets[view.name]
    if met.new == "FIN_WAIT_2" and rest and rest[0].new == "TIME_WAIT":
        late = rest[0].packets[view.name]
        near = fin.host == view.name
        if late is None or got is None or late >= got or (near and not view.follows(late, got)):
            return []
        crossed = [_renamed(rest[0], "CLOSING", late, view.name), _renamed(met, "TIME_WAIT", got, view.name)]
        why = "merged_in_backlog" if near else "overtaken"
        return [(convention or why, [*told[: at + 1], *crossed, *rest[1:]])]
    if met.new != "CLOSING":
        return []
    passive = [*told[:at], _renamed(met, "CLOSE_WAIT", got, view.name)]
    if shown is None:
        return [(convention or "fin_not_shown", [*passive, *rest])]
    if got is None or got > shown or view.beyond(fin.local, shown):
        return []
    why = "fin_held_back" if fin.host == view.name else "first_fin_lost"
    last = [_renamed(step, "CLOSED", step.packets[view.name], view.name) for step in rest[:1]]
    return [(convention or why, [*passive, _renamed(fin, "LAST_ACK", shown, view.name), *last])]


def same_moment(told: Told, packet: int | None, view: View) -> str | None:
    """Whether our trigger is the kernel's: "" if it is the same packet, a convention's name, or None."""
    theirs = told.packets[view.name]
    if theirs == packet or theirs is None:
        return ""
    if told.new == "SYN_RECEIVED" and told.old == "LISTEN":
        before = view.frames.get(packet or 0)
        answer = view.first(told, SYN | ACK, SYN | ACK | RST, theirs)
        earlier = before is not None and packet is not None and packet < theirs
        if packet == answer or (
            earlier and before and before.src == told.local and before.flags & (SYN | ACK) == SYN | ACK
        ):
            return "syn_received_at_syn_ack"
    ours = view.frames.get(packet or 0)
    if told.new == "ESTABLISHED" and told.old == "SYN_RECEIVED" and told.host == view.name and ours and packet:
        again = view.first(told, SYN | ACK, SYN | ACK, packet) or theirs
        if packet < theirs <= again and ours.src == told.remote and ours.flags & (SYN | ACK | RST) == ACK:
            return "handshake_ack_ignored"
    if told.new == "CLOSED" and told.cause == "received" and packet == view.first(told, RST, RST, theirs):
        return "closed_by_data_or_by_its_reset"
    if told.cause == "received" and told.host != view.name and packet and view.does_the_same(told, packet, theirs):
        return "either_would_do"
    return None
