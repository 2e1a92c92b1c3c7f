"""Statistics against the real tcptrace over every sample: they agree, or the difference has a name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tcplife
from tests.anomalies.traffic import write_traffic
from tests.summary.tcptrace import COUNTS, TIMES, Side, sides_of

if TYPE_CHECKING:
    from tcplife import Connection, SideStats

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
TENTH_MS = 0.06
"""tcptrace rounds to a tenth of a millisecond."""
CONNECTIONS = 100

NAMES = {
    "reset_as_round_trip": "tcptrace times a SYN by the reset that refuses it, octets by one that acknowledges them; our "
    "round trips end with an acknowledgement of a living endpoint.",
    "fragments_unread": "tcptrace takes the first IP fragment for the whole segment; we reassemble.",
    "length_zero_unread": "tcptrace drops packets of IP length 0; offload leaves it so, and the frame's length tells.",
    "extension_header_unread": "tcptrace counts IPv6 extension headers as payload.",
    "other_incarnation": "tcptrace gives the SYN that opens the next life of the 4-tuple to the life before it, and takes "
    "two lives for one where the first did not end.",
    "clock_step": "tcptrace takes round trips from a clock that went back; ours stands still until time catches up.",
    "syn_partly_accepted": "The SYN carried octets and only the SYN was acknowledged: that still times the SYN.",
    "first_octet_after_wrap": "tcptrace loses the sample of the segment after which the numbers begin again at 0.",
    "window_probe": "tcptrace counts octets that are sent into a closed window and refused as data sent once, or never.",
    "beyond_window": "tcptrace believes octets beyond the receiver's window, which drops them; we wait for their ACK.",
    "link_unread": "tcptrace does not know the link layer.",
    "tunnel_unread": "tcptrace does not look into tunnels, labels or second VLAN tags.",
    "cut_in_two": "tcptrace takes segments after two hours of silence for another connection.",
    "syns_crossed": "tcptrace takes the SYN+ACK of a simultaneous open for a repeated SYN, and loses its round trip.",
}
"""Why tcptrace and we differ: name -> in words."""

DIFFERENCES: dict[tuple[str, int, str], tuple[str, set[str]]] = {
    ("clock_backwards.pcap", 1, "client"): ("clock_step", {"rtt_avg_ns", "rtt_min_ns", "rtt_samples"}),
    ("clock_backwards.pcap", 1, "server"): ("clock_step", {"rtt_samples"}),
    ("fast_open_refused.pcap", 2, "client"): ("syn_partly_accepted", {"rtt_avg_ns", "rtt_max_ns", "rtt_samples"}),
    ("fragment_lost.pcap", 1, "client"): (
        "fragments_unread",
        {
            "bytes", "data_packets", "out_of_order", "packets", "retransmitted_bytes", "retransmitted_packets",
            "unique_bytes",
        },
    ),
    ("fragments.pcap", 1, "client"): (
        "fragments_unread",
        {"bytes", "rtt_avg_ns", "rtt_min_ns", "rtt_samples", "unique_bytes"},
    ),
    ("half_open_syn.pcap", 1, "client"): ("other_incarnation", {"packets", "unique_bytes"}),
    ("half_open_syn.pcap", 2, "client"): (
        "other_incarnation",
        {"packets", "retransmitted_bytes", "retransmitted_packets", "rtt_samples"},
    ),
    ("ip_length_zero.pcap", 1, "client"): (
        "length_zero_unread",
        {"bytes", "data_packets", "packets", "rtt_min_ns", "rtt_samples", "unique_bytes"},
    ),
    ("ip_length_zero.pcap", 1, "server"): (
        "length_zero_unread",
        {"bytes", "data_packets", "packets", "rtt_avg_ns", "rtt_samples", "unique_bytes"},
    ),
    ("ipv6_extension_header.pcap", 1, "client"): (
        "extension_header_unread",
        {
            "bytes", "data_packets", "retransmitted_bytes", "retransmitted_packets", "rtt_avg_ns", "rtt_max_ns",
            "rtt_min_ns", "rtt_samples", "unique_bytes",
        },
    ),
    ("refused.pcap", 1, "client"): ("reset_as_round_trip", {"rtt_avg_ns", "rtt_max_ns", "rtt_min_ns", "rtt_samples"}),
    ("sequence_wrap_at_syn.pcap", 1, "client"): ("first_octet_after_wrap", {"rtt_samples"}),
    ("simultaneous_open.pcap", 1, "client"): ("syns_crossed", {"rtt_avg_ns", "rtt_min_ns", "rtt_samples"}),
    ("zero_window_probe_octet.pcap", 1, "client"): (
        "window_probe",
        {"data_packets", "retransmitted_bytes", "retransmitted_packets", "rtt_samples"},
    ),
}  # fmt: skip
"""(capture, connection, side) -> the reason's name, and the figures that differ for it."""

NOT_READ = {
    "any_bridge.pcap": "link_unread",
    "any_sll2.pcap": "link_unread",
    "geneve.pcap": "tunnel_unread",
    "gre.pcap": "tunnel_unread",
    "gre_ethernet.pcap": "tunnel_unread",
    "gtpu.pcap": "tunnel_unread",
    "ipip.pcap": "tunnel_unread",
    "keep_alive_classic.pcap": "cut_in_two",
    "link_loop.pcap": "link_unread",
    "link_radiotap.pcap": "link_unread",
    "mpls.pcap": "tunnel_unread",
    "qinq.pcap": "tunnel_unread",
    "six_in_four.pcap": "tunnel_unread",
    "vxlan.pcap": "tunnel_unread",
}
"""Captures in which tcptrace finds other connections, or none -> the reason's name."""

CAPTURES = sorted(path.name for path in SAMPLES.iterdir() if ".pcap" in path.name)


def _differing(ours: SideStats, theirs: Side) -> set[str]:
    """The figures that differ.

    tcptrace counts a repeated SYN or FIN as a repeated data packet of one octet; ours count payload alone.
    """
    controls = max(ours.syns - 1, 0) + max(ours.fins - 1, 0)
    extra = {"retransmitted_packets": controls, "retransmitted_bytes": controls}
    differing = {field for field in COUNTS if getattr(ours, field) + extra.get(field, 0) != theirs.counts[field]}
    for field in TIMES:
        ns = getattr(ours, field)
        if abs(max(ns, 0) / 1e6 - theirs.times_ms[field]) > TENTH_MS:
            differing.add(field)
    return differing


def _connections(name: str) -> list[Connection]:
    return sorted(tcplife.analyze(SAMPLES / name), key=lambda connection: connection.index)


@pytest.mark.parametrize("name", CAPTURES)
def test_statistics_are_those_of_tcptrace_named_differences_aside(name: str, tmp_path: Path) -> None:
    theirs = sides_of(SAMPLES / name, tmp_path)
    ours = _connections(name)
    if name in NOT_READ:
        assert len(theirs) != len(ours), f"{name}: tcptrace does read it ({NOT_READ[name]})"
        return
    assert len(theirs) == len(ours)
    for connection, (port_a, a, _, b) in zip(ours, theirs, strict=True):
        client, server = (a, b) if port_a == connection.client.port else (b, a)
        for side, stats, traced in (
            ("client", connection.client_stats, client),
            ("server", connection.server_stats, server),
        ):
            _, named = DIFFERENCES.get((name, connection.index, side), ("", set()))
            assert _differing(stats, traced) == named, f"{name} connection {connection.index} {side}"


ROUND_TRIPS = {"rtt_avg_ns", "rtt_max_ns", "rtt_min_ns", "rtt_samples"}
GENERATED = {"beyond_window"}
"""Seen in generated captures alone: no real sender sends beyond the window."""


def _name_of(connection: Connection, ours: SideStats, theirs: Side, differing: set[str]) -> str:
    """The reason of a difference in generated traffic, "" if it has none."""
    resets = connection.client_stats.resets + connection.server_stats.resets
    if resets and differing <= ROUND_TRIPS and theirs.counts["rtt_samples"] == ours.rtt_samples + 1:
        return "reset_as_round_trip"
    return ""


@pytest.mark.parametrize("seed", range(3))
def test_generated_traffic_agrees_with_tcptrace(seed: int, tmp_path: Path) -> None:
    capture = tmp_path / f"traffic-{seed}.pcap"
    write_traffic(capture, seed, CONNECTIONS)
    ours = sorted(tcplife.analyze(capture), key=lambda connection: connection.index)
    times = Counter((connection.client.port, connection.server.port) for connection in ours)
    theirs = {(port_a, port_b): (a, b) for port_a, a, port_b, b in sides_of(capture, tmp_path)}
    compared = 0
    nameless = []
    for connection in ours:
        ports = connection.client.port, connection.server.port
        if times[ports] > 1:
            continue  # other_incarnation
        compared += 1
        for side, stats, traced in zip(
            ("client", "server"), (connection.client_stats, connection.server_stats), theirs[ports], strict=True
        ):
            differing = _differing(stats, traced)
            if differing and not _name_of(connection, stats, traced, differing):
                nameless.append(f"seed {seed} connection {connection.index} {side}: {differing}")
    assert not nameless, "\n".join(nameless)
    assert compared > CONNECTIONS / 2, f"seed {seed}: too few pairs of endpoints are used once"


def test_every_difference_has_a_name_in_words() -> None:
    assert {reason for reason, _ in DIFFERENCES.values()} | set(NOT_READ.values()) | GENERATED == set(NAMES)


def test_the_names_stand_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-we-know.md").read_text()
    told = dict(re.findall(r"^\| `([a-z_]+)` \| (.*?) \|$", page.split("## Statistics")[1], re.MULTILINE))
    assert told == NAMES
