# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Ask the rules about one segment, and write what they find into the connection's packed rows.

In: an Observation and Wireshark's flags for the same segment. Out: rows on the Life (bounded; the rest is counted).
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..model.connection import NO_VALUE
from . import flags as _flags  # noqa: F401 - publishes Wireshark's kinds first: their ids are their bit numbers
from . import rules as _rules  # noqa: F401 - registers the rules
from .rule import RULES

if TYPE_CHECKING:
    from ..tracker.life import Life
    from ..tracker.observation import Observation

DUPLICATE_ACK_BIT = 4
MAX_ROWS = 20_000
"""Anomalies kept per connection; what goes beyond is counted as omitted."""

_BY_FACT = [[rule for rule in RULES if rule.when >> bit & 1] for bit in range(63)]
"""The rules to ask, by the bit of each fact; a rule that names several facts is asked once (see `judge`)."""


def add(life: Life, packet: int, side: int, kind: int, value: int, related: int) -> None:
    """Write one anomaly row; sides are a and b here."""
    rows = life.anomalies
    if rows is None:
        rows = life.anomalies = array("q")
    if len(rows) >= MAX_ROWS * 4:
        life.anomalies_omitted += 1
        return
    rows.append(packet)
    rows.append(side | kind << 1)
    rows.append(value)
    rows.append(related)


def judge(o: Observation, wire_flags: int, number: int) -> None:
    """Write down Wireshark's flags (number: the duplicate ACK's), then ask the rules that care for the facts."""
    life = o.life
    packet = o.segment.packet
    side = o.side
    bit = 0
    while wire_flags:
        if wire_flags & 1:
            add(life, packet, side, bit, number if bit == DUPLICATE_ACK_BIT else NO_VALUE, 0)
        wire_flags >>= 1
        bit += 1
    facts = o.facts
    bit = 0
    left = facts
    lowest = 1
    while left:
        if left & 1:
            for rule in _BY_FACT[bit]:
                # Asked for its lowest fact only.
                if not rule.when & facts & (lowest - 1):
                    found = rule.judge(o)
                    if found is False:
                        continue
                    if found is True:
                        add(life, packet, side, rule.kind, NO_VALUE, 0)
                    else:
                        add(life, packet, side, rule.kind, found[0], found[1])
        left >>= 1
        lowest <<= 1
        bit += 1
