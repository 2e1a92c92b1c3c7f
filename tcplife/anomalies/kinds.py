"""The kinds of anomaly as small bit sets and their names: Wireshark's part.

In: nothing. Out: one bit per kind, `WIRESHARK_KINDS` (name of each bit in order) and `names_of` (bit set -> names).
The names are Wireshark's own `tcp.analysis.*` fields without that prefix, so that both can be held side by side.
"""

from __future__ import annotations

WIRESHARK_KINDS = (
    "retransmission",
    "fast_retransmission",
    "spurious_retransmission",
    "out_of_order",
    "duplicate_ack",
    "lost_segment",
    "ack_lost_segment",
    "zero_window",
    "zero_window_probe",
    "zero_window_probe_ack",
    "window_update",
    "window_full",
    "keep_alive",
    "keep_alive_ack",
    "reused_ports",
)
"""Name of each bit, lowest first: bit 0 is a retransmission."""

RETRANSMISSION, FAST_RETRANSMISSION, SPURIOUS_RETRANSMISSION, OUT_OF_ORDER = 1, 2, 4, 8
DUPLICATE_ACK, LOST_SEGMENT, ACK_LOST_SEGMENT = 16, 32, 64
ZERO_WINDOW, ZERO_WINDOW_PROBE, ZERO_WINDOW_PROBE_ACK = 128, 256, 512
WINDOW_UPDATE, WINDOW_FULL, KEEP_ALIVE, KEEP_ALIVE_ACK, REUSED_PORTS = 1024, 2048, 4096, 8192, 16384


def names_of(found: int) -> tuple[str, ...]:
    """Name the kinds in a bit set, in the order of `WIRESHARK_KINDS`; ("zero_window",) for 128."""
    return tuple(name for place, name in enumerate(WIRESHARK_KINDS) if found >> place & 1)
