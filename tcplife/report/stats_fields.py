"""The fields of `stats` in the record, in order: name, attribute of SideStats, unit, the number that stands for none.

One table for the slow builder, the fast writer, the JSON schema and the csv columns, so that they cannot differ.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class StatsField(NamedTuple):
    """ns: nanoseconds, told in milliseconds. optional: -1 stands for none (null). flag: 0 or 1, told as a boolean."""

    name: str
    attribute: str
    doc: str
    ns: bool = False
    optional: bool = False
    flag: bool = False


def _count(name: str, doc: str) -> StatsField:
    return StatsField(name, name, doc)


def _maybe(name: str, doc: str) -> StatsField:
    return StatsField(name, name, doc, optional=True)


def _rtt(name: str, doc: str) -> StatsField:
    return StatsField(name, f"{name}_ns", doc, ns=True, optional=True)


def _flag(name: str, doc: str) -> StatsField:
    return StatsField(name, name, doc, flag=True)


STATS_FIELDS: Final = (
    _count("packets", "packets sent"),
    _count("bytes", "payload octets sent, repeats counted"),
    _count("unique_bytes", "payload octets sent, each once"),
    _count("data_packets", "packets with payload"),
    _count("retransmitted_packets", "packets that repeat octets"),
    _count("retransmitted_bytes", "payload octets sent again"),
    _count("out_of_order", "packets that arrived after later ones"),
    _count("duplicate_acks", "ACKs that repeat the last one"),
    _rtt("rtt_min", "shortest round trip, ms, by Karn's rule"),
    _rtt("rtt_avg", "mean round trip, ms"),
    _rtt("rtt_max", "longest round trip, ms"),
    _rtt("rtt_median", "median round trip, ms"),
    _rtt("rtt_p95", "95th percentile of the round trip, ms"),
    _count("rtt_samples", "round trips measured"),
    _maybe("mss", "maximum segment size it announced"),
    _maybe("wscale", "window scale it announced"),
    _flag("sack_ok", "it permitted SACK"),
    _flag("timestamps", "it sent the timestamps option"),
    _maybe("tfo", "octets of its Fast Open cookie"),
    _flag("mptcp", "it sent an MPTCP option"),
    _count("acked_bytes", "of its payload octets, acknowledged"),
    _count("unacked_bytes", "of its payload octets, never acknowledged"),
    _count("unseen_bytes", "of its payload octets, acknowledged but not in the capture"),
    _count("duplicate_packets", "packets captured twice"),
    _count("lost_before", "packets sent again because the first was lost before the capture point"),
    _count("lost_after", "packets sent again because the first was lost after the capture point"),
    _count("spurious", "packets sent again although they had been acknowledged"),
    _count("reordered", "packets that only came late"),
    _count("keep_alives", "keep-alive probes sent"),
    _count("zero_windows", "windows of zero announced"),
    _count("sack_blocks", "SACK blocks sent"),
    _count("syns", "SYN segments"),
    _count("fins", "FIN segments"),
    _count("resets", "RST segments"),
    _count("ecn_ce", "packets marked congestion experienced"),
    _count("max_segment", "longest payload, octets"),
    _maybe("initial_window", "first window announced"),
    _maybe("window_min", "smallest window announced"),
    _maybe("window_max", "largest window announced"),
    _maybe("ttl_min", "lowest TTL or hop limit"),
    _maybe("ttl_max", "highest TTL or hop limit"),
)  # fmt: skip
