"""Words of the record that are neither states nor kinds: where a capture was taken, what time went into, conclusions.

In: nothing. Out: (word, what kind of word, meaning). docs/record.md tells types and units.
"""

from __future__ import annotations

from .stats_fields import STATS_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

PLACE_DOCS: Final = {
    "near_client": "The client answers at once, the server only after a round trip: captured beside the client.",
    "near_server": "The server answers at once, the client only after a round trip: captured beside the server.",
    "between": "Both sides take some time to answer: captured on the way.",
    "both_near": "Both sides answer at once: one host, or a short way.",
    "unknown": "Too few segments are answered to tell where the capture was taken.",
}
"""`judged.capture_point.where`, concluded from the shortest answers of both sides."""

SPLIT_DOCS: Final = {
    "handshake": "From the first SYN to the ACK of the SYN+ACK.",
    "client": "The client's program had nothing to say yet, though it was its turn.",
    "server": "The server's program had nothing to say yet, though it was its turn.",
    "network": "Segments and their answers were on their way.",
    "receiver_window": "The receiver had no room.",
    "loss_recovery": "Octets were lost, or taken for lost, and sent again.",
    "idle": "Nobody owed anything, or keep-alives alone passed.",
    "closing": "From the first FIN on, but for what was still sent.",
}
"""The parts of `judged.time_split`; they add up to the duration."""

CONCLUSIONS: Final = {
    "opened_by": "Who sent the first SYN.",
    "opened_how": "How it began: explain openings.",
    "closed_by": "Who closed first.",
    "closed_how": "How it ended: explain closes.",
    "acked": "For each side: was every octet it sent acknowledged; null where the other direction was not captured.",
    "whose_turn": "Who has to do something next when the capture ends; null: nobody owes anything.",
    "whose_turn_why": "What that is.",
    "fin_ledger": "Each FIN: its number, how often it was sent, which packet acknowledged it after how long.",
    "reset": "Forensics of a reset: what provoked it, was it acceptable, does it look like its sender's, what was lost.",
    "forged": "Whether signs speak against the reset's sender: TTL, IP id, window, time. A guess at best.",
    "signs": "What does not fit the reset's supposed sender, each with its numbers.",
    "time_split": "Where the connection's time went: handshake, client, server, network, receiver_window, loss_recovery, "
    "idle, closing. Each gap between two packets counts under one of them.",
    "slowest": "The largest part of the time split.",
    "capture_point": "Where the capture was taken, and from what that is concluded.",
    "half_closed": "One side had closed, and the other not yet: for how long, and what was still sent.",
    "handshake_ms": "From the first SYN to the ACK of the SYN+ACK.",
    "service": "The server's port.",
    "verdict": "What happened to the connection, in one sentence.",
    "guess": "Other causes of the anomaly would look the same from outside; explain KIND names them.",
    "confirmed_by": "The endpoint's own later segment which shows that it had received the cause; null: not certain.",
    "client_basis": "Why the client is thought to be the client, where no SYN was captured.",
}
"""Fields of `judged` and of the record, and words of them."""


def words() -> Iterator[tuple[str, str, str]]:
    """Each word of a record once: the word, what it is, what it means."""
    for word, text in PLACE_DOCS.items():
        yield word, "where a capture was taken (judged.capture_point)", text
    for word, text in SPLIT_DOCS.items():
        yield word, "a part of the time (judged.time_split)", text
    for word, text in CONCLUSIONS.items():
        yield word, "a field of the record", text
    for field in STATS_FIELDS:
        yield field.name, "a statistic of one side (stats)", f"{field.doc[:1].upper()}{field.doc[1:]}."
