# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record's statistics of one endpoint, straight into a buffer.

In: SideStats. Out: a JSON object in a Buffer, equal to json.dumps of `schema.stats` (a test holds them so). An endpoint
nothing is known of is rendered once.
"""

from __future__ import annotations

import json
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ..model.compiled import COMPILED
from .schema import MS_NS, stats
from .stats_fields import STATS_FIELDS

if TYPE_CHECKING:
    from ..model.connection import SideStats
    from .buffer import Buffer

_VALUES = attrgetter(*(field.attribute for field in STATS_FIELDS))
_OPTIONAL = [at for at, field in enumerate(STATS_FIELDS) if field.optional]
_TIMES = [at for at, field in enumerate(STATS_FIELDS) if field.ns]
_FLAGS = [at for at, field in enumerate(STATS_FIELDS) if field.flag]
_TEMPLATE = "{" + ",".join(f'"{field.name}":%s' for field in STATS_FIELDS) + "}"


class StatsWriter:
    """Writes one endpoint's statistics after the other into a buffer."""

    __slots__ = ("_blank", "_blank_text", "_buffer")

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._blank = blank
        self._blank_text = json.dumps(stats(blank), separators=(",", ":")).encode()

    def write(self, s: SideStats) -> None:
        """Write one object."""
        if is_blank(s, self._blank):
            self._buffer.raw(self._blank_text)
        elif not COMPILED:
            self._buffer.raw(plain_stats(s))
        else:
            self._data_stats(s)
            self._option_stats(s)
            self._other_stats(s)

    def _data_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.field(b'{"packets":', s.packets)
        b.field(b',"bytes":', s.bytes)
        b.field(b',"unique_bytes":', s.unique_bytes)
        b.field(b',"data_packets":', s.data_packets)
        b.field(b',"retransmitted_packets":', s.retransmitted_packets)
        b.field(b',"retransmitted_bytes":', s.retransmitted_bytes)
        b.field(b',"out_of_order":', s.out_of_order)
        b.field(b',"duplicate_acks":', s.duplicate_acks)
        b.raw(b',"rtt_min":')
        b.milliseconds(s.rtt_min_ns)
        b.raw(b',"rtt_avg":')
        b.milliseconds(s.rtt_avg_ns)
        b.raw(b',"rtt_max":')
        b.milliseconds(s.rtt_max_ns)
        b.raw(b',"rtt_median":')
        b.milliseconds(s.rtt_median_ns)
        b.raw(b',"rtt_p95":')
        b.milliseconds(s.rtt_p95_ns)

    def _option_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.field(b',"rtt_samples":', s.rtt_samples)
        b.raw(b',"mss":')
        b.optional(s.mss, -1)
        b.raw(b',"wscale":')
        b.optional(s.wscale, -1)
        b.raw(b',"sack_ok":true' if s.sack_ok else b',"sack_ok":false')
        b.raw(b',"timestamps":true,"tfo":' if s.timestamps else b',"timestamps":false,"tfo":')
        b.optional(s.tfo, -1)
        b.raw(b',"mptcp":true' if s.mptcp else b',"mptcp":false')

    def _other_stats(self, s: SideStats) -> None:
        b = self._buffer
        b.field(b',"acked_bytes":', s.acked_bytes)
        b.field(b',"unacked_bytes":', s.unacked_bytes)
        b.field(b',"unseen_bytes":', s.unseen_bytes)
        b.field(b',"duplicate_packets":', s.duplicate_packets)
        b.field(b',"lost_before":', s.lost_before)
        b.field(b',"lost_after":', s.lost_after)
        b.field(b',"spurious":', s.spurious)
        b.field(b',"reordered":', s.reordered)
        b.field(b',"keep_alives":', s.keep_alives)
        b.field(b',"zero_windows":', s.zero_windows)
        b.field(b',"sack_blocks":', s.sack_blocks)
        b.field(b',"syns":', s.syns)
        b.field(b',"fins":', s.fins)
        b.field(b',"resets":', s.resets)
        b.field(b',"ecn_ce":', s.ecn_ce)
        b.field(b',"max_segment":', s.max_segment)
        b.raw(b',"initial_window":')
        b.optional(s.initial_window, -1)
        b.raw(b',"window_min":')
        b.optional(s.window_min, -1)
        b.raw(b',"window_max":')
        b.optional(s.window_max, -1)
        b.raw(b',"ttl_min":')
        b.optional(s.ttl_min, -1)
        b.raw(b',"ttl_max":')
        b.optional(s.ttl_max, -1)
        b.raw(b"}")


def plain_stats(s: SideStats) -> bytes:
    """The statistics as one formatted text, for plain Python, where calls are dear."""
    values: list[Any] = list(_VALUES(s))
    for at in _OPTIONAL:
        if values[at] == -1:
            values[at] = "null"
    for at in _TIMES:
        if values[at] != "null":
            values[at] = values[at] / MS_NS
    for at in _FLAGS:
        values[at] = "true" if values[at] else "false"
    return (_TEMPLATE % tuple(values)).encode()


def is_blank(s: SideStats, blank: SideStats) -> bool:
    """Whether nothing at all is known of an endpoint: every field as in `blank`."""
    return (
        s.packets == blank.packets
        and s.bytes == blank.bytes
        and s.unique_bytes == blank.unique_bytes
        and s.data_packets == blank.data_packets
        and s.retransmitted_packets == blank.retransmitted_packets
        and s.retransmitted_bytes == blank.retransmitted_bytes
        and s.out_of_order == blank.out_of_order
        and s.duplicate_acks == blank.duplicate_acks
        and s.rtt_min_ns == blank.rtt_min_ns
        and s.rtt_avg_ns == blank.rtt_avg_ns
        and s.rtt_max_ns == blank.rtt_max_ns
        and s.rtt_median_ns == blank.rtt_median_ns
        and s.rtt_p95_ns == blank.rtt_p95_ns
        and s.rtt_samples == blank.rtt_samples
        and s.mss == blank.mss
        and s.wscale == blank.wscale
        and s.sack_ok == blank.sack_ok
        and s.timestamps == blank.timestamps
        and s.tfo == blank.tfo
        and s.mptcp == blank.mptcp
        and s.acked_bytes == blank.acked_bytes
        and s.unacked_bytes == blank.unacked_bytes
        and s.unseen_bytes == blank.unseen_bytes
        and s.duplicate_packets == blank.duplicate_packets
        and s.lost_before == blank.lost_before
        and s.lost_after == blank.lost_after
        and s.spurious == blank.spurious
        and s.reordered == blank.reordered
        and s.keep_alives == blank.keep_alives
        and s.zero_windows == blank.zero_windows
        and s.sack_blocks == blank.sack_blocks
        and s.syns == blank.syns
        and s.fins == blank.fins
        and s.resets == blank.resets
        and s.ecn_ce == blank.ecn_ce
        and s.max_segment == blank.max_segment
        and s.initial_window == blank.initial_window
        and s.window_min == blank.window_min
        and s.window_max == blank.window_max
        and s.ttl_min == blank.ttl_min
        and s.ttl_max == blank.ttl_max
    )
