"""How connections end and begin, as words: the data behind `close.kind`, `judged.opened_how` and `explain`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


CLOSE_KINDS: Final[dict[str, str]] = {
    "three_segment": (
        "FIN, FIN+ACK, ACK: the second side had nothing more to send when the first FIN came, so its own FIN "
        "travelled with the acknowledgement (RFC 9293 3.6)."
    ),
    "four_segment": (
        "FIN, ACK, FIN, ACK: the second side acknowledged the first FIN, and closed later without sending octets in "
        "between "
        "(RFC 9293 figure 12)."
    ),
    "half_close": (
        "One side closed its half, and the other sent octets after that FIN before it closed too (RFC 9293 3.6 case 2)."
    ),
    "simultaneous": (
        "Both sides sent FIN before they had the other's: the second FIN does not acknowledge the first "
        "(RFC 9293 figure 13: FIN_WAIT_1, CLOSING, TIME_WAIT)."
    ),
    "reset": (
        "A RST that its receiver accepts ended it at once (RFC 9293 3.10.7.4, RFC 5961 3.2); what was on its way "
        "is lost."
    ),
    "refused": "The SYN was answered by a reset: nobody listens there, or a firewall says so (RFC 9293 3.10.7.1).",
    "unreachable": "An ICMP error answered the SYN, and the attempt ended (RFC 1122 4.2.3.9, RFC 5461).",
    "unanswered": "No segment of the server answered the SYN in this capture.",
    "timed_out": (
        "One side repeated its octets without an answer and then stopped, although the capture goes on: it gave up "
        "(RFC 9293 3.8.3). A conclusion from silence, so a guess: no segment says it."
    ),
}
"""Kind of close -> what it means. `close` is null while a connection is open: one FIN alone closes only one half."""

OPENED_KINDS: Final[dict[str, str]] = {
    "three_segment": "SYN, SYN+ACK, ACK (RFC 9293 figure 6).",
    "simultaneous": "Both sides sent a SYN before they had the other's (RFC 9293 figure 7).",
    "fast_open": "The SYN carried a Fast Open cookie and octets (RFC 7413).",
    "unfinished": "The SYN was answered with SYN+ACK, but the handshake was not completed in this capture.",
    "unanswered": "No segment of the server answered the SYN.",
    "refused": "The SYN was answered by a reset.",
    "unreachable": "The SYN was answered by an ICMP error.",
    "implied": "Part of the handshake is not in the capture; what follows proves that it took place.",
    "before_capture": "It was open before its first packet in the capture.",
}
"""Word of `judged.opened_how` -> what it means."""

OPENED: Final = tuple(OPENED_KINDS)
"""Word of each small integer that `Judgement.opened_how` holds: OPENED[UNFINISHED] == "unfinished"."""

THREE_SEGMENT = 0
SIMULTANEOUS = 1
FAST_OPEN = 2
UNFINISHED = 3
UNANSWERED = 4
REFUSED = 5
UNREACHABLE = 6
BY_INFERENCE = 7
BEFORE_CAPTURE = 8

BOTH_SIDES = -1
THE_CONNECTION = -2
"""Who acts in a sentence, beside the client (0) and the server (1)."""

PLACES: Final = ("unknown", "near_client", "near_server", "between", "both_near")
"""Word of each small integer that `Judgement.place` holds."""

NEAR_CLIENT = 1
NEAR_SERVER = 2
BETWEEN = 3
BOTH_NEAR = 4

TURNS: Final = (
    "",
    "to answer the SYN",
    "to acknowledge the SYN+ACK",
    "to close its half: its application has not done so",
    "to acknowledge the FIN",
    "to acknowledge octets that are on their way",
)
"""Word of each small integer that `Judgement.turn_why` holds."""

ANSWER_SYN = 1
ACK_SYN_ACK = 2
CLOSE_HALF = 3
ACK_FIN = 4
ACK_OCTETS = 5
