"""Each flag and each rule of Wireshark's sequence analysis, as a story; `test_against_tshark` asks the real one."""

from __future__ import annotations

from tcplife.anomalies.kinds import REUSED_PORTS, WIRESHARK_KINDS, names_of
from tcplife.anomalies.wireshark import WireStream
from tests.anomalies.story import check, segment_of

MAX_UNACKED = 10_000
"""Segments that tshark remembers per direction."""
OPENED = """
    0   A S   100:0     0  1000 scale=7
    10  B S.  500:0   101  1000 scale=2
    20  A .   101:0   501  1000
"""


def test_names_in_order_of_the_bits() -> None:
    assert names_of(REUSED_PORTS | 1) == ("retransmission", "reused_ports")
    assert names_of((1 << len(WIRESHARK_KINDS)) - 1) == WIRESHARK_KINDS


def test_a_quiet_connection_has_no_flags() -> None:
    check(
        OPENED
        + """
        30  A P.  101:50  501  1000
        40  B .   501:0   151  1000
        50  B P.  501:70  151  1000
        60  A .   151:0   571  1000
        70  A F.  151:0   571  1000
        80  B F.  571:0   152  1000
        90  A .   152:0   572  1000
        """
    )


# Streams and numbers: what tcp.stream, tcp.seq, tcp.ack and tcp.window_size show.


def test_syn_from_another_number_splits_in_any_state() -> None:
    told = check(
        OPENED
        + """
        30  A S   900:0     0  1000              | reused_ports
        40  B S.  700:0   901  1000
        """
    )
    assert told.splits == [4]
    assert told.relative[4] == (0, 1), "packet 5 counts from the new numbers"


def test_syn_again_stays() -> None:
    assert not check("0 A S 100:0 0 1000\n 1000 A S 100:0 0 1000 | retransmission").splits


def test_syn_after_a_reset_at_its_own_number_is_no_repeat() -> None:
    """Wireshark issue 17616: a SYN takes the highest number back to what was contiguous."""
    check(
        """
        0    A S   100:0     0  1000
        10   A R  5000:0     0  1000
        1000 A S   100:0     0  1000             | retransmission
        1010 A .   101:0     1  1000
        """
    )


def test_syn_ack_with_another_number_moves_the_base() -> None:
    told = check(OPENED + "30 B S. 9000:0 101 1000 | reused_ports lost_segment")
    assert told.relative[-1] == (0, 1), "packet 4"


def test_syn_of_the_silent_side_stays() -> None:
    assert not check("0 A S 100:0 0 1000\n 1 B S 500:0 0 1000").splits


def test_syn_ack_seen_before_its_syn() -> None:
    told = check("0 B S. 500:0 101 1000\n 1 A S 100:0 0 1000")
    assert not told.splits
    assert told.relative == [(0, 1), (0, 0)], "both packets count from the SYN"


def test_middle_of_a_connection_begins_at_1() -> None:
    told = check("0 A . 1000:10 7000 100\n 1 B . 7000:0 1010 100")
    assert told.relative[0] == (1, 1), "packet 1"
    assert told.relative[1] == (1, 11), "packet 2"


def test_keep_alive_from_the_middle_shows_0() -> None:
    told = check("0 A . 1000:0 7000 100\n 1 A . 999:0 7000 100 | keep_alive")
    assert told.relative[1] == (0, 1), "packet 2"


def test_ack_field_without_the_flag_is_raw() -> None:
    assert check("0 A R 1000:0 4711 0").relative == [(1, 4711)], "packet 1"


def test_reused_is_said_once() -> None:
    stream = WireStream(1)
    syn, side = segment_of("0 A S 900:0 0 1000", 1)
    answer, other = segment_of("1 B S. 700:0 901 1000", 2)
    assert names_of(stream.analyse(syn, side)) == ("reused_ports",)
    assert stream.analyse(answer, other) == 0


def test_windows_are_scaled_after_the_handshake() -> None:
    assert check(OPENED + "30 B . 501:0 101 1001 | window_update").windows == [1000, 1000, 128_000, 4004]


def test_windows_are_not_scaled_if_one_side_lacks_the_option() -> None:
    first = "0 A S 100:0 0 1000 scale=7\n 1 B S. 500:0 101 1000\n 2 A . 101:0 501 1000"
    second = "0 A S 100:0 0 1000\n 1 B S. 500:0 101 1000 scale=7\n 2 B . 501:0 101 900 | window_update"
    assert check(first).windows == [1000, 1000, 1000]
    assert check(second).windows == [1000, 1000, 900]


def test_scale_of_any_segment_counts_from_the_next_on() -> None:
    """RFC 7323 2.2 would ignore it outside a SYN; Wireshark does not, and cuts at 14."""
    told = check("0 A . 100:0 500 10 scale=200\n 1 A . 100:0 500 10 | duplicate_ack")
    assert told.windows == [10, 10 << 14]


# Flags on the way of the octets.


def test_zero_window_every_time_but_not_on_resets() -> None:
    check(
        OPENED
        + """
        30  B .   501:0   101  0                 | zero_window
        40  B .   501:0   101  0                 | zero_window
        50  B R.  501:0   101  0
        """
    )


def test_probe_of_a_zero_window_and_its_answer() -> None:
    """The octet of a probe does not count, so the next probe is a probe again, and no repeat."""
    check(
        OPENED
        + """
        30  B .   501:0   101  0                 | zero_window
        40  A .   101:1   501  1000              | zero_window_probe
        50  B .   501:0   101  0                 | zero_window zero_window_probe_ack
        60  A .   101:1   501  1000              | zero_window_probe
        70  B .   501:0   101  500               | window_update
        80  A .   101:90  501  1000
        """
    )


def test_probe_whose_octet_was_taken() -> None:
    check(
        OPENED
        + """
        30  B .   501:0   101  0                 | zero_window
        40  A .   101:1   501  1000              | zero_window_probe
        50  B .   501:0   102  0                 | zero_window ack_lost_segment
        60  A .   102:9   501  1000              | lost_segment
        """
    )


def test_lost_segment_also_of_bare_acknowledgments() -> None:
    check(
        OPENED
        + """
        30  A .   201:10  501  1000              | lost_segment
        40  A .   311:0   501  1000              | lost_segment
        50  A R.  999:0   501  1000
        """
    )


def test_keep_alive_with_and_without_an_octet() -> None:
    check(
        OPENED
        + """
        30  A .   101:5   501  1000
        40  B .   501:0   106  1000
        9e4 A .   105:0   501  1000              | keep_alive
        9e4 B .   501:0   106  1000              | keep_alive_ack
        9e5 A .   105:1   501  1000              | keep_alive
        9e5 B .   501:0   106  1000              | keep_alive_ack
        """
    )


def test_window_update_also_when_it_shrinks() -> None:
    check(OPENED + "30 A . 101:0 501 1500 | window_update\n 40 A . 101:0 501 1400 | window_update")


def test_window_full_with_the_scaled_window() -> None:
    """The window of the SYN-ACK is not scaled; that of a later segment is."""
    check(OPENED + "30 A . 101:1000 501 1000 | window_full")
    check(OPENED + "30 B . 501:0 101 10 | window_update\n 40 A . 101:40 501 1000 | window_full")


def test_window_full_needs_to_know_about_scaling() -> None:
    check("0 B . 500:0 100 50\n 1 A . 100:50 500 50")


def test_duplicate_acks_are_counted_until_the_number_changes() -> None:
    told = check(
        OPENED
        + """
        30  A .   101:0   501  1000              | duplicate_ack
        40  A .   101:5   501  1000
        50  A .   106:0   501  1000              | duplicate_ack
        60  A .   106:0   501  999               | window_update
        70  A .   106:0   502  999               | ack_lost_segment
        80  A .   106:0   502  999               | duplicate_ack
        """
    )
    assert told.numbers == [0, 0, 0, 1, 0, 2, 0, 0, 1]


def test_acknowledgment_behind_a_hole_of_its_own_is_no_duplicate() -> None:
    check(OPENED + "30 A . 301:5 501 1000 | lost_segment\n 40 A . 101:0 501 1000\n 50 A . 101:0 501 1000")


def test_mptcp_acknowledgment_of_another_kind_is_no_duplicate() -> None:
    """RFC 8684 4: duplicates carry signals. Not told while an operation is new to the direction."""
    check(
        OPENED
        + """
        30  A .   101:0   501  1000 mptcp=4      | duplicate_ack
        40  A .   101:0   501  1000 mptcp=4
        50  A .   101:0   501  1000 mptcp=8      | duplicate_ack
        60  A .   101:0   501  1000
        70  A .   101:0   501  1000              | duplicate_ack
        """
    )


def test_mptcp_without_a_key_does_not_count_yet() -> None:
    check(OPENED + "30 A . 101:0 501 1000 mptcp=0x10000 | duplicate_ack\n 40 A . 101:0 501 1000 | duplicate_ack")


def test_unseen_is_told_once_until_the_other_side_acknowledges_anew() -> None:
    check(
        OPENED
        + """
        30  A .   101:5   501  1000
        40  A .   106:0   900  1000              | ack_lost_segment
        50  A .   106:0   950  1000
        60  B .   501:0   106  1000
        70  A .   106:0   960  1000              | ack_lost_segment
        """
    )


# Octets again: at most one of four.


def test_retransmission_after_a_long_time() -> None:
    check(OPENED + "30 A . 101:50 501 1000\n 500 A . 101:50 501 1000 | retransmission")


def test_retransmission_of_the_highest_octets_however_soon() -> None:
    check(OPENED + "30 A . 101:50 501 1000\n 30.1 A . 101:50 501 1000 | retransmission")


def test_spurious_retransmission_of_what_is_acknowledged() -> None:
    check(
        OPENED
        + """
        30  A .   101:50  501  1000
        40  B .   501:0   151  1000
        300 A .   101:50  501  1000              | spurious_retransmission
        310 A .   101:40  501  1000              | spurious_retransmission
        """
    )


def test_fast_retransmission_within_20_ms_of_two_duplicates() -> None:
    lost = """
        30  A .   101:50  501  1000
        31  A .   151:50  501  1000
        60  B .   501:0   101  1000              | duplicate_ack
        61  B .   501:0   101  1000              | duplicate_ack
        """
    check(OPENED + lost + "80.9 A . 101:50 501 1000 | fast_retransmission")
    check(OPENED + lost + "81   A . 101:50 501 1000 | retransmission")
    check(OPENED + lost + "65   A . 151:50 501 1000 | retransmission")


def test_fast_retransmission_after_unseen_counts_as_many_duplicates() -> None:
    """Its counter is -1 then, unsigned: more than two. A quirk of Wireshark's that is kept."""
    check(
        OPENED
        + """
        30  A .   101:50  501  1000
        31  A .   151:50  501  1000
        32  A .   201:50  600  1000              | ack_lost_segment
        40  B .   501:0   101  1000              | duplicate_ack
        41  A .   251:0   700  1000
        42  A .   101:50  700  1000              | fast_retransmission
        """
    )


def test_out_of_order_within_the_handshake_round_trip() -> None:
    """The first round trip took 20 ms here; without a handshake 3 ms are the limit."""
    check(OPENED + "30 A . 151:50 501 1000 | lost_segment\n 49.9 A . 101:50 501 1000 | out_of_order")
    check(OPENED + "30 A . 151:50 501 1000 | lost_segment\n 50 A . 101:50 501 1000 | retransmission")
    check("0 A . 150:50 1 10\n 2.9 A . 100:50 1 10 | out_of_order")
    check("0 A . 150:50 1 10\n 3 A . 100:50 1 10 | retransmission")


def test_time_going_back_makes_retransmissions() -> None:
    check("10 A . 150:50 1 10\n 9 A . 100:50 1 10 | retransmission")


def test_fin_again_is_a_retransmission() -> None:
    check(OPENED + "30 A F. 101:0 501 1000\n 31 A F. 101:0 501 1000 | retransmission")


def test_octets_after_a_keep_alive_octet_are_new() -> None:
    check(OPENED + "30 A . 101:5 501 1000\n 40 A . 105:9 501 1000")


def test_numbers_round_the_circle() -> None:
    check(
        """
        0    A .  0xFFFFFFF0:32  7  1000
        10   A .  0x10:10        7  1000
        900  A .  0xFFFFFFF0:32  7  1000         | retransmission
        910  A .  0x1A:0         7  1000         | duplicate_ack
        920  A .  0x100:10       7  1000         | lost_segment
        """
    )


def test_true_zero_counts_as_not_known() -> None:
    """A direction that has come to number 0 exactly forgets where it was."""
    check("0 A . 0xFFFFFFF0:16 7 1000\n 1 A . 50:10 7 1000")


# Bounds.


def test_syn_and_fin_no_longer_count_when_too_much_is_unacknowledged() -> None:
    stream = WireStream()
    segment, side = segment_of("0 A . 1:1 7 1000", 1)
    for place in range(MAX_UNACKED):
        segment.seq = 1 + place
        assert stream.analyse(segment, side) == 0
    fin, side = segment_of(f"10 A F. {1 + MAX_UNACKED}:0 7 1000", 2)
    assert [names_of(stream.analyse(fin, side)) for _ in range(2)] == [(), ()], "the FIN repeated is not noticed"
    acked, other = segment_of(f"11 B . 7:0 {1 + MAX_UNACKED} 1000", 4)
    stream.analyse(acked, other)
    assert stream.analyse(fin, side) == 0
    assert names_of(stream.analyse(fin, side)) == ("retransmission",)


def test_headers_quoted_in_icmp_errors_open_and_move_like_syns() -> None:
    stream = WireStream()
    for line in ("0 A S 100:0 0 1000", "1 B S. 500:0 101 1000"):
        stream.analyse(*segment_of(line, 1))
    assert not stream.quotes(*segment_of("2 A S 100:0 0 1000", 3)), "the same SYN"
    assert stream.quotes(*segment_of("2 A S 300:0 0 1000", 3)), "a SYN from another number"
    assert not stream.quotes(*segment_of("2 B S. 900:0 0 1000", 3)), "a SYN-ACK moves the base"
    assert stream.rel_seq(*segment_of("3 B . 501:0 101 1000", 4)) == 501 - 900 + (1 << 32)
