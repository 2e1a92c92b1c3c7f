"""Wireshark's flags as kinds of the catalogue: their ids are their bit numbers, so this is published first."""

from __future__ import annotations

from ..model.catalogue import Kind, publish_kind
from ..model.names import Severity
from .kinds import WIRESHARK_KINDS

_I, _W = Severity.INFO, Severity.WARNING
_ABOUT = {
    "retransmission": (
        _W,
        """Octets, a SYN or a FIN below the highest number its sender had reached, and none of the next three kinds.
        By the clock, not by content: octets_repeated and gap_filled say whether they were seen before.""",
    ),
    "fast_retransmission": (_W, "Sent again within 20 ms of the second or later duplicate ACK for just this number."),
    "spurious_retransmission": (_W, "Sent again although the peer had acknowledged all of it."),
    "out_of_order": (
        _I,
        """Below the highest number, but within a round trip of the segment that reached it (3 ms where the handshake
        was not seen): probably overtaken on its way. See overtaken for what the octets and the IP ids say.""",
    ),
    "duplicate_ack": (_I, "The same acknowledgement with the same window and no octets again; the value counts them."),
    "lost_segment": (_W, "It begins beyond the next expected number: a segment before it is missing so far."),
    "ack_lost_segment": (_W, "It acknowledges octets that the capture has never seen."),
    "zero_window": (_W, "Its sender has no room to receive, so its peer must wait (not judged on SYN, FIN, RST)."),
    "zero_window_probe": (_I, "One octet into a closed window, to learn whether it has opened."),
    "zero_window_probe_ack": (_I, "The answer to a zero window probe: still closed."),
    "window_update": (_I, "An empty segment that changes nothing but the window."),
    "window_full": (_W, "It fills the receiver's window to its last octet: the sender must wait for the receiver."),
    "keep_alive": (
        _I,
        """An empty segment (or one octet) just below the next number, to see whether the peer is still there.
        Linux probes a closed window in the same way, so after zero_window it means that.""",
    ),
    "keep_alive_ack": (_I, "The answer to a keep-alive."),
    "reused_ports": (_I, "A SYN with another number between the same addresses and ports: mostly a new connection."),
}

for _name in WIRESHARK_KINDS:
    _severity, _doc = _ABOUT[_name]
    _value = "number" if _name == "duplicate_ack" else ""
    _field = f"tcp.analysis.{_name}"
    publish_kind(Kind(_name, _severity, f"Wireshark {_field}", _doc, _value, _field))
