"""What the comparison with the kernel allows for: every convention has a name here, and there are no others.

Two kinds: readings (the same event, named by another packet or another word) and things that no
observer of packets can know. Each is a predicate on the kernel's transition as told for one capture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.kernel.frames import ACK, FIN, RST, SYN, Address, Frame
from tests.kernel.truth import Told

CONVENTIONS: Final = {
    # readings
    "syn_received_at_syn_ack": "The kernel is in SYN_RECEIVED when the SYN arrives (with SYN cookies: when the handshake's"
    " ACK does), we say so at the SYN+ACK that it sends.",
    "closed_by_data_or_by_its_reset": "A segment that makes the kernel reset (data to an orphan, an ACK with linger2 < 0) and"
    " the RST that it sends are one moment; we name the RST.",
    "request_back_to_listen": "A request socket that goes is CLOSED to the kernel; RFC 9293 calls it LISTEN again.",
    # what no observer can know
    "silent_timer": "A timer gave the connection up (2MSL, retransmissions, user timeout, orphan) and sent nothing.",
    "silent_abort": "The application aborted where no RST is due (SYN_SENT, CLOSING, LAST_ACK), or an ICMP error did it.",
    "fin_not_shown": "FIN_WAIT_1 or LAST_ACK whose FIN is in no packet of this capture (zero window, or lost before it).",
}


@dataclass(slots=True)
class View:
    """One capture as read by the test itself: its TCP packets by number."""

    name: str
    frames: dict[int, Frame]

    def first(self, sender: Address, flags: int, mask: int, after: int) -> int | None:
        """Number of the first packet of this sender with these flags, after another packet."""
        return next(
            (n for n, f in self.frames.items() if n > after and f.src == sender and f.flags & mask == flags), None
        )


def silent(told: Told, capture: str) -> str:
    """The convention by which this transition may be missing from our record, or ""."""
    if told.new == "CLOSED" and told.packets[capture] is None:
        if told.cause == "timer":
            return "silent_timer"
        if told.cause in {"application", "icmp"}:
            return "silent_abort"
    if told.new in {"FIN_WAIT_1", "LAST_ACK"} and told.packets[capture] is None:
        return "fin_not_shown"
    return ""


def shown_path(told: Sequence[Told], capture: str) -> list[Told]:
    """Rename what follows a FIN that this capture never shows: CLOSING looks like CLOSE_WAIT then."""
    path, hidden = [], False
    for step in told:
        if step.new == "FIN_WAIT_1" and step.packets[capture] is None:
            hidden = True
        if hidden and step.old == "FIN_WAIT_1" and step.new == "CLOSING":
            path.append(Told(step.host, step.local, step.remote, step.old, "CLOSE_WAIT", step.cause, step.time_ns, step.packets))
            continue
        path.append(step)
    return path


def same_moment(told: Told, packet: int | None, view: View) -> str | None:
    """Whether our trigger is the kernel's: "" if it is the same packet, a convention's name, or None."""
    theirs = told.packets[view.name]
    if theirs == packet or theirs is None:
        return ""
    if told.new == "SYN_RECEIVED" and told.old == "LISTEN":
        before = view.frames.get(packet or 0)
        answer = view.first(told.local, SYN | ACK, SYN | ACK | RST | FIN * 0, theirs)
        earlier = before is not None and packet is not None and packet < theirs
        if packet == answer or (earlier and before and before.src == told.local and before.flags & (SYN | ACK) == SYN | ACK):
            return "syn_received_at_syn_ack"
    if told.new == "CLOSED" and told.cause == "received" and packet == view.first(told.local, RST, RST, theirs):
        return "closed_by_data_or_by_its_reset"
    return None
