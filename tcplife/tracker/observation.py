# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What the tracker states about one segment: the value that anomaly rules and statistics read.

One object is used again and again, so nobody keeps it. Numbers are offsets (SYN = 0, first octet = 1).
"""

from __future__ import annotations

from ..model.segment import Segment
from .life import Life


class Observation:
    """One segment in its connection.

    seq: offset of its first number. end: one beyond its last (SYN and FIN count). ack: -1 without the ACK flag.
    facts: bits of `facts`. lost: packet that this segment proves lost behind the capture point, 0 if none.
    missing: octets that were never captured, repeated: octets seen before, answers: the packet it answers (or reports: DSACK),
    sack_at: left edge of its first SACK block, if it has one (of octets it got twice, where DSACK says so), shrunk: octets taken back from the window, where a fact says so. gap_ns: time since the connection's last packet.
    sent_ns, sent_by_ns: between these times it would have passed if it had not been on its way for longer than others,
    as its timestamp tells; without one, both are when it was captured.
    edge_before: up to where everything of the sender was seen before this segment, if it is no plain one.
    ack_before: the sender's highest acknowledgement before this segment. window: offered octets, scaled once known.
    """

    __slots__ = (
        "ack",
        "ack_before",
        "answers",
        "edge_before",
        "end",
        "facts",
        "flags",
        "gap_ns",
        "length",
        "life",
        "lost",
        "missing",
        "receiver",
        "repeated",
        "sack_at",
        "segment",
        "sender",
        "sent_by_ns",
        "sent_ns",
        "seq",
        "shrunk",
        "side",
        "snd_max_before",
        "ts_ns",
        "window",
    )  # fmt: skip

    def __init__(self) -> None:
        self.segment = Segment()
        self.life = Life()
        self.sender = self.life.a
        self.receiver = self.life.b
        self.side = 0
        self.flags = 0
        self.seq = 0
        self.end = 0
        self.edge_before = 0
        self.ack = -1
        self.ack_before = -1
        self.snd_max_before = 0
        self.length = 0
        self.window = 0
        self.ts_ns = 0
        self.sent_ns = 0
        self.sent_by_ns = 0
        self.gap_ns = 0
        self.facts = 0
        self.lost = 0
        self.missing = 0
        self.repeated = 0
        self.sack_at = 0
        self.shrunk = 0
        self.answers = 0
