# cython: annotation_typing=False, language_level=3, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Judgements over the two endpoints of a row, and Zeek's conn_state among them.

In: endpoints and their states, a history's letters, the flags of a coming segment. Out: yes, no, or one of Zeek's words.
Nothing in here changes anything.
"""

from __future__ import annotations

from ..model.names import ACK, SYN
from .zeek_names import (
    BOTH_OPENED, CLOSED, ESTABLISHED, GOES_ON, INACTIVE, NEW_NUMBERS, PARTIAL, RESET, SERVER_PORTS, SYN_ACK_SENT,
    SYN_AFTER_CLOSE, SYN_SENT,
)  # fmt: skip
from .zeek_side import ZeekSide


def is_from_server(flags: int, sport: int, dport: int) -> bool:
    """Whether the first packet of a row was sent by the responder, to judge by its ports; a SYN alone never is."""
    if flags & (SYN | ACK) == SYN or sport not in SERVER_PORTS:
        return False
    return dport not in SERVER_PORTS or (not flags & SYN and sport < dport)


def is_clean(e: ZeekSide) -> bool:
    """Whether holes in the stream count: established, or closed straight from there."""
    return e.state == ESTABLISHED or (e.state == CLOSED and e.prev_state == ESTABLISHED)


def is_half_dead(a: ZeekSide, b: ZeekSide) -> bool:
    """Whether nothing more is expected: one side closed and the other gone, or nothing valid ever came."""
    if a.state == INACTIVE and b.state == INACTIVE:
        return True
    if not a.closed and not b.closed:
        return False
    both = a.closed != 0 and b.closed != 0
    return both or RESET in (a.state, b.state) or INACTIVE in (a.state, b.state)


def reuse_of(orig: ZeekSide, resp: ZeekSide, is_orig: bool, flags: int, seq: int) -> int:  # noqa: FBT001 - C callers
    """Why a segment with SYN begins a new row, GOES_ON (0) if it does not; its time and its checksum do not matter."""
    judged = orig
    if flags & ACK:
        if orig.state != INACTIVE:
            return GOES_ON
        judged = resp
    if orig.closed or resp.closed:
        return SYN_AFTER_CLOSE
    if seq == judged.start:
        return GOES_ON
    if not flags & ACK and orig.state == SYN_ACK_SENT and resp.state == INACTIVE and seq == resp.start:
        # SYN and SYN+ACK, captured in the wrong order.
        return GOES_ON
    return BOTH_OPENED if orig.state == SYN_SENT and not is_orig else NEW_NUMBERS


def conn_state(orig: int, resp: int, empty: bool, history: str) -> str:  # noqa: FBT001 - the caller names it
    """Zeek's summary of how a connection went. empty: by sequence numbers neither side sent an octet."""
    if resp == RESET:
        return state_reset_by_responder(orig, empty)
    if orig == RESET:
        if resp not in (INACTIVE, PARTIAL):
            return "RSTO"
        return "RSTOS0" if is_lone_syn_reset(history) else "OTH"
    if orig == CLOSED:
        if resp == CLOSED:
            return "SF"
        return "SH" if resp in (INACTIVE, PARTIAL) else "S2"
    if resp == CLOSED:
        return "SHR" if orig in (INACTIVE, PARTIAL) else "S3"
    if orig == SYN_SENT and resp == INACTIVE:
        return "S0"
    return "S1" if orig == ESTABLISHED and resp == ESTABLISHED else "OTH"


def state_reset_by_responder(orig: int, empty: bool) -> str:  # noqa: FBT001 - the caller names it
    """The word for a connection whose responder sent RST, whatever the originator did."""
    if orig in (SYN_SENT, SYN_ACK_SENT) or (orig == RESET and empty):
        return "REJ"
    return "RSTRH" if orig in (INACTIVE, PARTIAL) else "RSTR"


def is_lone_syn_reset(history: str) -> bool:
    """Whether the originator sent SYN and then RST, and between them nothing that an established originator sends."""
    turned = history.startswith("^")
    letters = history[1:] if turned else history
    if not letters.startswith("S"):
        return False
    for letter in letters[1:]:
        if letter == "R":
            return True
        if letter in "HAFGIQ":
            return False
    return False
