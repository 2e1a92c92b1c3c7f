# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Judgements over the two endpoints of a row, Zeek's conn_state among them.

In: endpoints and their states, ports, a history's letters. Out: yes, no, or one of Zeek's words. Nothing in here
changes anything.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.names import ACK, SYN
from .zeek_names import CLOSED, ESTABLISHED, INACTIVE, PARTIAL, RESET, SERVER_PORTS, SYN_ACK_SENT, SYN_SENT
from .zeek_side import ZeekSide

LETTER_BITS = 6
LETTER_BASE = 64  # ASCII: the letters and "^" lie within 63 above it
FULL = 9 * LETTER_BITS
"""A number that is not 0 above this has ten letters; no more fit."""
PLACES = 2048
"""Words that are kept, each where a mixture of its letters says; a power of two."""
_LETTERS = array("q", bytes(8 * PLACES))
_WORDS = [""] * PLACES


def is_from_server(flags: int, sport: int, dport: int) -> bool:
    """Whether the first packet of a row was sent by the responder, to judge by its ports; a SYN alone never is."""
    if flags & (SYN | ACK) == SYN or sport not in SERVER_PORTS:
        return False
    return dport not in SERVER_PORTS or (not flags & SYN and sport < dport)


def is_login_port(port: int) -> bool:
    """Whether people type at this responder port (FTP, SSH, Telnet, rlogin), so that it may be silent for an hour."""
    return port in (21, 22, 23, 513)


def is_clean(e: ZeekSide) -> bool:
    """Whether holes in the stream count: established, or closed straight from there."""
    return e.state == ESTABLISHED or (e.state == CLOSED and e.prev_state == ESTABLISHED)


def word_of_states(orig: int, resp: int, empty: bool, history: str) -> str:
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


def state_reset_by_responder(orig: int, empty: bool) -> str:
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


def spelled(letters: int) -> str:
    """The letters packed into a number, LETTER_BITS for each, the latest lowest; real traffic has few such words."""
    bits = LETTER_BITS
    base = LETTER_BASE
    at = (letters ^ letters >> 11 ^ letters >> 23 ^ letters >> 37) & (PLACES - 1)
    latest = longs.of(_LETTERS)
    if latest[at] != letters:
        count = 0
        rest = letters
        while rest:
            count += 1
            rest >>= bits
        word = bytearray(count)
        rest = letters
        while count:
            count -= 1
            word[count] = (rest & (1 << bits) - 1) + base
            rest >>= bits
        latest[at] = letters
        _WORDS[at] = word.decode("ascii")
    return _WORDS[at]
