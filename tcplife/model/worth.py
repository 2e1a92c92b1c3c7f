"""What a capture is worth: one line, and the facts behind it."""

from __future__ import annotations

from .value import Value, fresh


class CaptureVerdict(Value):
    """line: one sentence for the reader, before everything else. flawed: something in it limits what can be concluded.

    facts: the counts behind it, by name: connections, duplicate_packets, twin_packets, missing_bytes,
    missing_connections, one_way_connections, began_before, unseen_handshakes, reordered_by_capture,
    offload_connections, largest_segment,
    clock_steps (packets at which the clock goes back), clock_jump_connections, clock_jump_us, clock_jump_packet (by the
    endpoints' own clocks: how many tell of it, the greatest step and the packet after it), stored_late, cut_packets,
    snaplen, damages.
    """

    line: str
    flawed: bool
    facts: dict[str, int] = fresh(default_factory=dict)
