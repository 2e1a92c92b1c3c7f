"""Our own kinds on the samples: exactly these packets, with their values, as the origin of each capture says.

Each list was read against `MANIFEST.toml` and the packets themselves.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import tcplife
from tests.anomalies.scene import WIRESHARK

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
EXPECTED = {
    "wget.pcap": "",
    "close_three.pcap": "",
    "simultaneous_close.pcap": "",
    "http_keep_alive.pcap": "",
    "urgent.pcap": "",
    "sequence_wrap.pcap": "",
    "capture_loss.pcap": """
        4 server unseen_octets_acknowledged 74
        5 client gap_opened 74
        5 client not_captured 74
        5 client unseen_octets_acknowledged 70
        6 server gap_opened 70
        6 server not_captured 70
    """,
    "any_bridge.pcap": "\n".join(
        f"{packet} {'server' if packet in (4, 10, 12, 18, 20) else 'client'} duplicate_packet"
        for packet in range(2, 23, 2)
        if packet != 22
    ),
    "loss_timeout.pcap": "\n".join(
        f"{packet} client {kind} 100" for packet in (9, 10, 11) for kind in ("octets_repeated", "lost_after_capture")
    ),
    "fin_before_data.pcap": """
        8 client gap_opened 15
        10 client gap_filled 15
        10 client repeated_needlessly 15
        12 client timestamp_back 6
        12 client octets_repeated 15
        12 client late_copy < 10
        13 server duplicate_reported
    """,
    "loss_before_capture.pcap": """
        22 client gap_opened 1448
        42 client gap_filled 1448
        42 client lost_before_capture 1448
    """,
    "spurious_retransmission.pcap": """
        11 client octets_repeated 1448
        11 client repeated_needlessly 1448
        12 client octets_repeated 1448
        12 client repeated_needlessly 1448
        14 server duplicate_reported < 11
        15 server duplicate_reported < 12
    """,
    "clock_backwards.pcap": "7 client clock_step 499979",
    "refused.pcap": "2 server connection_refused < 1",
    "host_unreachable.pcap": "2 client connection_unreachable 769 < 1",
    "unanswered.pcap": """
        1 client syn_unanswered 3
        2 client syn_repeated 2 < 1
        3 client syn_repeated 3 < 1
    """,
    "handshake_ack_lost.pcap": """
        4 server syn_ack_repeated 2 < 2
        4 server handshake_ack_lost < 3
    """,
    "fin_repeated.pcap": """
        9 client fin_repeated 2 < 8
        9 client fin_lost < 8
    """,
    "last_ack_lost.pcap": """
        12 server fin_repeated 2 < 10
        12 server ack_of_fin_lost < 11
        12 server fin_in_time_wait < 10
    """,
    "half_open_data.pcap": """
        9 server reset_lost_data 15
        9 client half_open_discovered < 8
    """,
    "half_open_syn.pcap": """
        9 server challenge_ack < 8
        10 client half_open_discovered < 9
        11 client syn_repeated 2 < 8
    """,
    "stale_syn.pcap": "1 client stale_syn < 3",
    "reset_by_middlebox.pcap": """
        6 server reset_forged
        6 server reset_lost_data 38
        7 server data_to_closed 38
        7 server reset_disproved < 6
    """,
    "reset_challenged.pcap": """
        8 server foreign_reset
        8 server reset_forged
        8 server reset_ignored 1000
        9 client challenge_ack < 8
        10 server foreign_reset
        10 server reset_ignored -3
    """,
    "keep_alive_dead_peer.pcap": "8 server keep_alive_unanswered 4",
    "keep_alive_classic.pcap": "8 server keep_alive_unanswered 10",
    "time_wait_reuse.pcap": "12 client reopened_in_2msl",
    "options_scale_refused.pcap": "2 server scale_one_sided < 1",
    "options_ecn.pcap": """
        8 client ecn_marked
        9 server ecn_echoed
        11 server ecn_echoed
        13 server ecn_echoed
        14 client ecn_reduced
    """,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_gets_exactly_these(name: str) -> None:
    told = []
    for connection in tcplife.analyze(str(SAMPLES / name)):
        for found in connection.anomalies:
            if found.kind not in WIRESHARK:
                value = "" if found.value is None else f" {found.value}"
                related = f" < {found.related}" if found.related else ""
                told.append(f"{found.packet} {found.endpoint} {found.kind}{value}{related}")
    expected = [line.strip() for line in EXPECTED[name].splitlines() if line.strip()]
    assert sorted(told) == sorted(expected)


HEALTHY = """
    any_sll any_sll2 big_endian close_four_by_client close_four_by_server close_three close_without_data
    ethernet_padding fast_open fin_with_data geneve gre gre_ethernet gtpu half_close hostile_text
    http_half_closed_by_client http_in_pieces http_keep_alive http_server_closes ip_length_zero ipip ipv4_options ipv6
    ipv6_extension_header keep_alive_answered large_window link_chdlc link_loop link_null link_ppp link_radiotap link_raw
    loopback mid_stream mid_stream_open_end mpls mptcp only_client_to_server only_server_to_client options_none
    options_usual pppoe qinq rotated_1 rotated_2 sequence_wrap sequence_wrap_at_syn simultaneous_close six_in_four
    snaplen_60 snaplen_96 ssh_banner time_wait_expires time_wait_pile tls13 urgent vlan vxlan websocket wget
"""
"""Nothing went wrong here, whatever surrounds the connection."""


def test_a_healthy_life_is_told_nothing() -> None:
    told = [
        f"{name} packet {found.packet}: {found.kind}"
        for name in HEALTHY.split()
        for connection in tcplife.analyze(str(SAMPLES / f"{name}.pcap"))
        for found in connection.anomalies
        if found.kind not in WIRESHARK
    ]
    assert told == []


def test_every_forgotten_socket_is_told() -> None:
    for connection in tcplife.analyze(str(SAMPLES / "close_wait_pile.pcap")):
        told = {(found.kind, str(found.endpoint)) for found in connection.anomalies if found.kind not in WIRESHARK}
        assert told == {("stuck_in_close_wait", "server"), ("stuck_in_fin_wait_2", "client")}, connection.index


COUNTED = {
    "lost_before_capture": "lost_before", "lost_after_capture": "lost_after", "overtaken": "reordered",
    "duplicate_packet": "duplicate_packets", "packet_seen_twice": "twin_packets",
}  # fmt: skip
"""Kind -> the statistic that counts the same packets."""


@pytest.mark.parametrize("capture", sorted(SAMPLES.glob("*.pcap")), ids=lambda path: path.name)
def test_kinds_and_statistics_count_the_same(capture: Path) -> None:
    for connection in tcplife.analyze(str(capture)):
        for kind, name in COUNTED.items():
            for side in ("client", "server"):
                kinds = sum(found.kind == kind and found.endpoint == side for found in connection.anomalies)
                assert kinds == getattr(getattr(connection, f"{side}_stats"), name), (connection.index, side, kind)


def test_anomalies_are_in_packet_order_and_segments_name_their_own() -> None:
    capture = str(SAMPLES / "half_open_syn.pcap")
    for connection in tcplife.analyze(capture, segments=True):
        packets = [found.packet for found in connection.anomalies]
        assert packets == sorted(packets)
        told = [(line.packet, kind) for line in connection.segments or () for kind in line.anomalies]
        assert told == [(found.packet, found.kind) for found in connection.anomalies]
