# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The record's statistics of one endpoint, straight into a buffer.

In: SideStats. Out: a JSON object in a Buffer, equal to json.dumps of `schema.stats` (a test holds them so). An endpoint
nothing is known of is rendered once, and fields that are nearly always zero are copied together.
"""

from __future__ import annotations

from . import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import SideStats
    from .buffer import Buffer


class StatsWriter:
    """Writes one endpoint's statistics after the other into a buffer, within its spare room (2 kB each)."""

    __slots__ = ("_blank", "_blank_text", "_buffer")

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._blank = blank
        begin = buffer.at
        self._write(blank)
        self._blank_text = buffer.since(begin)
        buffer.drop(begin)

    def write(self, s: SideStats) -> None:
        """Write one object."""
        if is_blank(s, self._blank):
            b = self._buffer
            b.at = native.add(b.front, b.at, self._blank_text)
        else:
            self._write(s)

    def _write(self, s: SideStats) -> None:
        b = self._buffer
        b.at = self._other_stats(s, self._option_stats(s, self._data_stats(s, b.at)))

    def _data_stats(self, s: SideStats, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b'{"packets":', s.packets)
        at = native.field(d, at, b',"bytes":', s.bytes)
        at = native.field(d, at, b',"unique_bytes":', s.unique_bytes)
        at = native.field(d, at, b',"data_packets":', s.data_packets)
        if s.retransmitted_packets | s.retransmitted_bytes | s.out_of_order | s.duplicate_acks:
            at = native.field(d, at, b',"retransmitted_packets":', s.retransmitted_packets)
            at = native.field(d, at, b',"retransmitted_bytes":', s.retransmitted_bytes)
            at = native.field(d, at, b',"out_of_order":', s.out_of_order)
            at = native.field(d, at, b',"duplicate_acks":', s.duplicate_acks)
        else:
            at = native.put(
                d, at, b',"retransmitted_packets":0,"retransmitted_bytes":0,"out_of_order":0,"duplicate_acks":0'
            )
        at = self._time(native.put(d, at, b',"rtt_min":'), s.rtt_min_ns)
        at = self._time(native.put(d, at, b',"rtt_avg":'), s.rtt_avg_ns)
        at = self._time(native.put(d, at, b',"rtt_max":'), s.rtt_max_ns)
        at = self._time(native.put(d, at, b',"rtt_median":'), s.rtt_median_ns)
        return self._time(native.put(d, at, b',"rtt_p95":'), s.rtt_p95_ns)

    def _time(self, at: int, ns: int) -> int:
        if ns == -1:
            return native.put(self._buffer.front, at, b"null")
        return native.milliseconds(self._buffer.front, at, ns)

    def _option_stats(self, s: SideStats, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b',"rtt_samples":', s.rtt_samples)
        at = native.optional(d, at, b',"mss":', s.mss, -1)
        at = native.optional(d, at, b',"wscale":', s.wscale, -1)
        at = native.flag(d, native.put(d, at, b',"sack_ok":'), s.sack_ok)
        at = native.flag(d, native.put(d, at, b',"timestamps":'), s.timestamps)
        at = native.optional(d, at, b',"tfo":', s.tfo, -1)
        return native.flag(d, native.put(d, at, b',"mptcp":'), s.mptcp)

    def _other_stats(self, s: SideStats, at: int) -> int:
        d = self._buffer.front
        at = native.field(d, at, b',"acked_bytes":', s.acked_bytes)
        at = native.field(d, at, b',"unacked_bytes":', s.unacked_bytes)
        at = native.field(d, at, b',"unseen_bytes":', s.unseen_bytes)
        at = self._rare_stats(s, at)
        at = native.field(d, at, b',"syns":', s.syns)
        at = native.field(d, at, b',"fins":', s.fins)
        at = native.field(d, at, b',"resets":', s.resets)
        at = native.field(d, at, b',"ecn_ce":', s.ecn_ce)
        at = native.field(d, at, b',"max_segment":', s.max_segment)
        at = native.optional(d, at, b',"initial_window":', s.initial_window, -1)
        at = native.optional(d, at, b',"window_min":', s.window_min, -1)
        at = native.optional(d, at, b',"window_max":', s.window_max, -1)
        at = native.optional(d, at, b',"ttl_min":', s.ttl_min, -1)
        at = native.optional(d, at, b',"ttl_max":', s.ttl_max, -1)
        return native.put(d, at, b"}")

    def _rare_stats(self, s: SideStats, at: int) -> int:
        d = self._buffer.front
        lost = s.duplicate_packets | s.lost_before | s.lost_after | s.spurious | s.reordered
        if lost | s.keep_alives | s.zero_windows | s.sack_blocks:
            at = native.field(d, at, b',"duplicate_packets":', s.duplicate_packets)
            at = native.field(d, at, b',"lost_before":', s.lost_before)
            at = native.field(d, at, b',"lost_after":', s.lost_after)
            at = native.field(d, at, b',"spurious":', s.spurious)
            at = native.field(d, at, b',"reordered":', s.reordered)
            at = native.field(d, at, b',"keep_alives":', s.keep_alives)
            at = native.field(d, at, b',"zero_windows":', s.zero_windows)
            return native.field(d, at, b',"sack_blocks":', s.sack_blocks)
        at = native.put(d, at, b',"duplicate_packets":0,"lost_before":0,"lost_after":0,"spurious":0,"reordered":0')
        return native.put(d, at, b',"keep_alives":0,"zero_windows":0,"sack_blocks":0')


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
