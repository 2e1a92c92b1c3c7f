"""The field's names, and the small integers that stand for them inside the hot rooms.

In: nothing. Out: flag bits, states, bases, severities, reasons for which a record is no TCP segment.
Enums serve results and readers; the hot rooms use the plain integers (measured: an IntFlag `&` costs
1.1 us, an int one 0.03), so every enum here is an IntEnum or StrEnum over the same values.
"""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum

# TCP header flags, RFC 9293 3.1; AE is the former NS bit (RFC 9768), bit 8 of our flags word.
FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = 1, 2, 4, 8, 16, 32, 64, 128, 256

M32 = 0xFFFF_FFFF
M64 = 0xFFFF_FFFF_FFFF_FFFF


class State(StrEnum):
    """Connection states of RFC 9293 3.3.2, and UNKNOWN where the capture cannot tell."""

    UNKNOWN = "UNKNOWN"
    CLOSED = "CLOSED"
    LISTEN = "LISTEN"
    SYN_SENT = "SYN_SENT"
    SYN_RECEIVED = "SYN_RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT_1 = "FIN_WAIT_1"
    FIN_WAIT_2 = "FIN_WAIT_2"
    CLOSE_WAIT = "CLOSE_WAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LAST_ACK"
    TIME_WAIT = "TIME_WAIT"


STATES = tuple(State)
"""State of each small integer: STATES[ESTABLISHED] is State.ESTABLISHED."""

UNKNOWN, CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED = range(6)
FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT = range(6, 12)


class Basis(StrEnum):
    """What proves a transition: see `Transition`."""

    SENT = "sent"
    RECEIVED = "received"
    IMPLIED = "implied"
    TIMER = "timer"


BASES = tuple(Basis)
BY_SENDING, BY_RECEIVING, BY_IMPLICATION, BY_TIMER = range(4)


class Role(StrEnum):
    """Which endpoint of a connection."""

    CLIENT = "client"
    SERVER = "server"


ROLES = tuple(Role)


class Severity(IntEnum):
    """How bad an anomaly is; ordered, so that thresholds compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case name, as in the JSON record."""
        return self.name.lower()


class Skip(Enum):
    """Why a record was not tracked: `code`, `word`, `is_fault`.

    A record is tracked, or is no TCP (is_fault False), or could not be read (is_fault True).
    """

    TCP = (0, "tcp", False)
    ARP = (1, "arp", False)
    UDP = (2, "udp", False)
    ICMP = (3, "icmp", False)
    ICMP_ERROR = (4, "icmp error about a tcp segment", False)
    OTHER_IP = (5, "other ip protocol", False)
    OTHER_LINK = (6, "other link protocol", False)
    SCTP = (7, "sctp", False)
    FRAGMENT = (8, "ip fragment held for reassembly", False)
    NOT_PACKET = (9, "no packet record", False)
    EMPTY = (20, "empty record", True)
    SHORT_LINK = (21, "cut inside the link header", True)
    SHORT_IP = (22, "cut inside the ip header", True)
    BAD_IP = (23, "bad ip header", True)
    SHORT_TCP = (24, "cut inside the tcp header", True)
    BAD_TCP = (25, "bad tcp header length", True)
    UNKNOWN_LINK = (26, "link type not supported", True)
    BAD_TUNNEL = (27, "bad tunnel header", True)
    TOO_DEEP = (28, "too many nested headers", True)
    FRAGMENT_LOST = (29, "ip fragment never completed", True)
    BAD_FRAGMENT = (30, "overlapping or impossible ip fragment", True)
    ENCRYPTED = (31, "encrypted link layer", False)
    BAD_CHECKSUM = (32, "bad checksum", True)

    def __init__(self, code: int, word: str, is_fault: bool) -> None:
        self.code = code
        self.word = word
        self.is_fault = is_fault


SKIPS = {skip.code: skip for skip in Skip}
