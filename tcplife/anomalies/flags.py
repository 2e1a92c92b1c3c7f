"""Wireshark's flags as kinds of the catalogue: their ids are their bit numbers, so this is published first."""

from __future__ import annotations

from ..model.catalogue import Kind, publish_kind
from ..model.names import Severity
from .kinds import WIRESHARK_KINDS

_I, _W = Severity.INFO, Severity.WARNING
_ABOUT = {
    "retransmission": (_W, "octets below the highest number sent before, and neither of the next three kinds", ""),
    "fast_retransmission": (_W, "sent again at once after two or more duplicate acknowledgements asked for it", ""),
    "spurious_retransmission": (_W, "sent again although the receiver had acknowledged all of it", ""),
    "out_of_order": (_I, "below the highest number, but so soon that it was rather overtaken than sent again", ""),
    "duplicate_ack": (_I, "the same acknowledgement again, with the same window and no octets", "number"),
    "lost_segment": (_W, "begins beyond the next expected number: a segment before it is missing from the capture", ""),
    "ack_lost_segment": (_W, "acknowledges octets that the capture has never seen", ""),
    "zero_window": (_W, "the endpoint has no room to receive", ""),
    "zero_window_probe": (_I, "one octet into a closed window, to learn whether it has opened", ""),
    "zero_window_probe_ack": (_I, "the answer to a zero window probe: still closed", ""),
    "window_update": (_I, "nothing but another window", ""),
    "window_full": (_W, "fills the receiver's window to its last octet", ""),
    "keep_alive": (_I, "an empty segment (or one octet) just below the next number, to see whether the peer lives", ""),
    "keep_alive_ack": (_I, "the answer to a keep-alive", ""),
    "reused_ports": (_I, "a new connection between the same addresses and ports", ""),
}

for _name in WIRESHARK_KINDS:
    _severity, _doc, _value = _ABOUT[_name]
    _field = f"tcp.analysis.{_name}"
    publish_kind(Kind(_name, _severity, f"Wireshark {_field}", _doc, _value, _field))
