"""The packets that an Endpoint remembers, named by words only when somebody asks for them, as hardly ever anybody does.

In: what `swift.take` left in `Endpoint.recent`. Out: the same as `Endpoint.note_packet` leaves it. To keep the numbers of
a letter costs plain Python next to nothing, the words that are made of them much. This module is never compiled itself: compiled,
words are made at once, and `named.pxd` inlines nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


FLAGS = 0x1FF
"""Those of a TCP header, in the word that has them."""
STAMPED = 32
"""Octets of a TCP header with timestamps, of which every letter is that has any options (`swift.take`)."""


def put_in_words(recent: list[Any]) -> None:
    """Name each packet by two words: `endpoint.first_word`, `endpoint.second_word`."""
    for at in (0, 3, 6, 9):
        told = recent[at]
        if told.__class__ is tuple:
            total, ip_id, _, _, seq, ack, word, window, checksum, _, ts_val = told
            size = word >> 10 & 0x3C
            length = total - 20 - size
            if size != STAMPED:
                ts_val = -1
            proof = (checksum if length or ts_val < 0 else ts_val & 0xFFFF) if ip_id <= 0 else 0
            recent[at] = seq << 30 ^ ack
            recent[at + 1] = (proof << 46) ^ (ip_id + 1 << 29) ^ (window << 12) ^ ((word & FLAGS) << 20) ^ length
