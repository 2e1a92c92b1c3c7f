# cython: annotation_typing=False, boundscheck=False, wraparound=False, nonecheck=False
"""Rules about clocks: the capture's, and the endpoints' own in their timestamp options; and about congestion marks."""

from __future__ import annotations

from ..model.names import M32, Severity
from ..tracker.facts import (
    CLOCK_BACK,
    CLOCK_JUMP,
    ECN_ECHO,
    ECN_MARKED,
    ECN_REDUCED,
    STORED_LATE,
    TIMESTAMP_BACK,
)
from .rule import STEP, YES, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..tracker.observation import Observation

_I, _W = Severity.INFO, Severity.WARNING
MICROSECOND_NS: Final = 1000
"""Divides as Python does, downwards: this module is compiled without `cdivision`."""


def clock_step(seen: Observation) -> int:
    """Captured 10 ms and more before the packet stored before it: the clock was set back, or files were joined badly.

    Times around it mean little.
    """
    return (seen.ts_ns - seen.segment.ts_ns) // MICROSECOND_NS


rule(clock_step, _W, source="pcap: packets are stored as they come", when=CLOCK_BACK, value_name="microseconds")


def clock_jump(seen: Observation) -> int:
    """During the silence before this the capture's clock was set: forward, back if the value is negative.

    By the timestamps of both sides another time passed, and they agree. The related packet is the first after the
    step. Hosts that were suspended together look the same. Durations across it mean little.
    """
    return seen.life.incidents.jump_ns // MICROSECOND_NS


rule(
    clock_jump,
    _W,
    source="RFC 7323 5.4 (timestamp clocks go at their own pace)",
    when=CLOCK_JUMP,
    value_name="microseconds",
    guess=True,
    related=STEP,
)


def stored_late(seen: Observation) -> int:
    """Captured up to 10 ms earlier than the packet stored before it: several queues or interfaces, mixed up."""
    return (seen.ts_ns - seen.segment.ts_ns) // MICROSECOND_NS


rule(stored_late, _I, source="pcap: packets are stored as they come", when=STORED_LATE, value_name="microseconds")


def timestamp_back(seen: Observation) -> int:
    """The sender's timestamp goes back: an old segment that others overtook; its receiver may drop it (PAWS)."""
    return seen.sender.ts_recent - seen.segment.ts_val & M32


rule(timestamp_back, _I, source="RFC 7323 5.3", when=TIMESTAMP_BACK, value_name="ticks")


def ecn_marked(seen: Observation) -> int:
    """A router marked the packet instead of dropping it: there is congestion on its way (CE in the IP header)."""
    return YES


rule(ecn_marked, _I, source="RFC 3168 5", when=ECN_MARKED)


def ecn_echoed(seen: Observation) -> int:
    """The receiver tells that a marked packet reached it (ECE), and goes on to until it sees that the sender knows."""
    return YES


rule(ecn_echoed, _I, source="RFC 3168 6.1.3", when=ECN_ECHO)


def ecn_reduced(seen: Observation) -> int:
    """The sender has slowed down because of a congestion mark (CWR)."""
    return YES


rule(ecn_reduced, _I, source="RFC 3168 6.1.2", when=ECN_REDUCED)
