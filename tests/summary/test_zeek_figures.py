"""Each rule of Zeek's rows as a figure: packets in a column, the row they give beside them.

A line is `side flags seq:end ack [win] [marks] [@seconds]`: > is side 0 (the sender of the first packet), whose numbers
start at 1000, < is side 1 and starts at 5000; both are written relative (SYN = 0). flags: letters of SFR, "." for ACK.
`cut`: the payload was not captured in full. `bad`: wrong checksum. Without @ a packet comes a millisecond after the
last.
"""

from __future__ import annotations

import pytest

from tcplife.summary.zeek_line import ZeekLine

from .test_zeek import life_of
from .zeek_oracle import TURN, Packet, rows_of

ISS = (1000, 5000)


def packets_of(figure: str, ports: tuple[int, int] = (40000, 80)) -> list[Packet]:
    """The packets of a figure."""
    packets = []
    us = 1_000_000_000
    for line in filter(None, figure.splitlines()):
        sign, flags, numbers, *rest = line.split()
        side = "><".index(sign)
        us += 1000
        window, ack = 1000, 0
        for word in rest:
            if word.startswith("@"):
                us = 1_000_000_000 + round(float(word[1:]) * 1_000_000)
            elif word.startswith("win"):
                window = int(word[3:])
            elif word.lstrip("-").isdigit():
                ack = (int(word) + ISS[1 - side]) % TURN
        seq, _, end = numbers.partition(":")
        letters = flags.replace(".", "A").replace("-", "")
        length = int(end) - int(seq) if end else 0
        raw = (int(seq) + ISS[side]) % TURN
        whole, bad = "cut" not in rest, "bad" in rest
        packets.append(
            Packet(us, side, letters, raw, ack, length, window, whole, bad, ports[side], ports[1 - side]),
        )
    return packets


def rows(figure: str, ports: tuple[int, int] = (40000, 80)) -> list[ZeekLine]:
    """The rows of a figure; the slow model must agree."""
    packets = packets_of(figure, ports)
    lines = life_of(packets).rows()
    assert [tuple(line) for line in lines] == rows_of(packets)
    return lines


def words(figure: str, ports: tuple[int, int] = (40000, 80)) -> list[str]:
    """conn_state and history of each row."""
    return [f"{line.conn_state} {line.history}" for line in rows(figure, ports)]


OPEN = """
> S 0
< S. 0 1
> . 1 1
"""
TALK = """
> . 1:101 1
< . 1 101
< . 1:1001 101
> . 101 1001
"""

FIGURES = {
    "ordinary": (OPEN + TALK + "> F. 101 1001\n< F. 1001 102\n> . 102 1002", ["SF ShADadFf"]),
    "SYN unanswered": ("> S 0", ["S0 S"]),
    "SYN repeated adds nothing": ("> S 0\n> S 0 @1\n> S 0 @3", ["S0 S"]),
    "refused": ("> S 0\n< R. 0 1", ["REJ Sr"]),
    "refused, each try is a row": ("> S 0\n< R. 0 1\n> S 0\n< R. 0 1", ["REJ Sr", "REJ Sr"]),
    "open at the end": (OPEN, ["S1 ShA"]),
    "open at the end, with data": (OPEN + TALK, ["S1 ShADad"]),
    "SYN+ACK never acknowledged": ("> S 0\n< S. 0 1", ["S1 Sh"]),
    "originator closed, no answer": (OPEN + "> F. 1 1\n< . 1 2", ["S2 ShAFa"]),
    "responder closed, no answer": (OPEN + "< F. 1 1\n> . 1 2", ["S3 ShAf"]),
    "originator resets": (OPEN + TALK + "> R. 101 1001", ["RSTO ShADadR"]),
    "responder resets": (OPEN + TALK + "< R. 1001 101", ["RSTR ShADadr"]),
    "SYN, then RST of the same side": ("> S 0\n> R 1", ["RSTOS0 SR"]),
    "SYN, an ACK, RST: no scan's pattern": ("> S 0\n> . 1 1\n> R 1", ["OTH SAR"]),
    "SYN+ACK, then RST of its sender: ports do not help": ("> S. 0 1\n> R 1", ["OTH HR"]),
    "SYN+ACK, then RST of the other side": ("> S. 0 1\n< R 1", ["REJ Hr"]),
    "SYN, then FIN": ("> S 0\n> F 1", ["SH SF"]),
    "SYN, FIN, and RST of the other side": ("> S 0\n> F 1\n< R. 0 1", ["RSTR SFr"]),
    "FIN and RST of one side, then the other FIN": (OPEN + "> F. 1 1\n> R 2\n< F. 1 2", ["SF ShAFRf"]),
    "RST after both FINs changes no state": (OPEN + "> F. 1 1\n< F. 1 2\n> . 2 2\n< R 2", ["SF ShAFfr"]),
    "mid-stream": ("> . 1:101 1\n< . 1:101 101\n> . 101 101", ["OTH DdA"]),
    "mid-stream, closed by the originator": ("> . 1:101 1\n> F. 101 1", ["SH DF"]),
    "mid-stream, closed by the responder": ("> . 1:101 1\n< F. 1 101", ["SHR Df"]),
    "mid-stream, reset by the responder": ("> . 1 1\n< R 1", ["RSTRH Ar"]),
    "FIN repeated with its number adds nothing": (OPEN + "> F. 1 1\n> F. 1 1", ["S2 ShAF"]),
    "FIN with another number is another letter": (OPEN + "> F. 1 1\n> F. 5 1", ["S2 ShAFF"]),
    "RST with another number is another letter": (OPEN + "> R 1\n> R 1\n> R 9", ["RSTO ShARR"]),
    "FIN with payload is no D": (OPEN + "> F. 1:11 1", ["S2 ShAF"]),
    "SYN with payload is no D, but a retransmission": ("> S 0:10", ["S0 ST"]),
    "FIN and RST in one packet": (OPEN + "> FR 1", ["RSTO ShAI"]),
    "other flags together": ("> SF 0", ["SH Q"]),
    "neither ACK nor payload is no letter": (OPEN + "> - 1", ["S1 ShA"]),
    "SYN+ACK acknowledged by the other side: turned": (
        "> S. 0 1\n< . 1 1\n> F. 1 1\n< F. 1 2\n> . 2 2", ["SF ^hAfFa"],
    ),
    "SYN+ACK, then payload of its sender: turned too": ("> S. 0 1\n> . 1:11 1", ["OTH ^hd"]),
    "a bad checksum between stops the turn": ("> S. 0 1\n< . 1 1 bad\n< . 1 1", ["OTH Hca"]),
    "SYN+ACK captured before its SYN": ("> S. 0 1\n< S 0\n> . 1 1", ["S1 Hs^a"]),
    "an ACK before the SYN+ACK is no partial connection": ("> S 0\n< . 1 1\n< S. 0 1\n> . 1 1", ["S1 SahA"]),
    "simultaneous open is cut in two": ("> S 0\n< S 0\n> S. 0 1\n< S. 0 1", ["S0 S", "S1 Sh"]),
    "zero window, 1st and 10th time": (OPEN + "< . 1 1 win0\n" * 10, ["S1 ShAaww"]),
    "zero window after the peer's FIN does not count": (OPEN + "> F. 1 1\n< . 1 2 win0", ["S2 ShAFa"]),
    "zero window of a SYN": ("> S 0 win0", ["S0 SW"]),
    "retransmission": (OPEN + "> . 1:101 1\n> . 1:101 1\n< . 1 101", ["S1 ShADTa"]),
    "a hole filled late counts as retransmission": (OPEN + "> . 101:201 1\n> . 1:101 1\n< . 1 201", ["S1 ShADTa"]),
    "a keep-alive without payload is none": (OPEN + TALK + "> . 100 1001", ["S1 ShADad"]),
    "retransmissions, 1st, 10th, 100th": (OPEN + "> . 1:101 1\n" * 101, ["S1 ShADTTT"]),
    "bad checksums, 1st and 10th": ("> S 0 bad\n" + "> . 1 1 bad\n" * 9, ["OTH CC"]),
    "gap": (OPEN + "> . 101:201 1\n< . 1 201", ["S1 ShADaG"]),
    "gap in the responder's data": (OPEN + "> . 1 1001", ["S1 ShAg"]),
    "cut off payloads are gaps": (OPEN + "> . 1:101 1 cut\n< . 1 101", ["S1 ShADaG"]),
    "a gap shown by a RST does not count": (OPEN + "> . 101:201 1\n< R. 1 201", ["RSTR ShADr"]),
    "a gap in a partial connection does not count": ("> . 1:101 1\n> . 201:301 1\n< . 1 301", ["OTH Da"]),
    "a gap shown after a FIN counts": (OPEN + "> . 101:201 1\n> F. 201 1\n< . 1 202", ["S2 ShADFaG"]),
    "a blind RST ends it": (OPEN + "< R 500000", ["RSTR ShAr"]),
    "SYN of the same side with another number": ("> S 0\n> S 77", ["S0 S", "S0 S"]),
    "SYN after a close, even with the old number": (OPEN + "> R 1\n> S 0", ["RSTO ShAR", "S0 S"]),
    "the same SYN in an open connection is no new one": (OPEN + "> S 0", ["S1 ShA"]),
    "SYN+ACK with another number is no new one": ("> S 0\n< S. 0 1\n< S. 9 1", ["S1 Sh"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name: str) -> None:
    figure, expected = FIGURES[name]
    assert words(figure) == expected


TIMES = {
    "SYN answered within 5 s": ("> S 0 @0\n< S. 0 1 @4.9", ["S1 Sh"]),
    "SYN answered after 5 s": ("> S 0 @0\n< S. 0 1 @5", ["S0 S", "OTH ^h"]),
    "SYN repeated after 5 s is a row of its own": ("> S 0 @0\n> S 0 @3\n> S 0 @7", ["S0 S", "S0 S"]),
    "one direction only: cut 5 s after the SYN": ("> S 0 @0\n> . 1:11 1 @1\n> . 11:21 1 @6", ["S0 SD", "OTH D"]),
    "RST within 5 s of the first": (OPEN + "> R 1 @1\n< R 1 @5.9", ["REJ ShARr"]),
    "RST after 5 s": (OPEN + "> R 1 @1\n> R 1 @6", ["RSTO ShAR", "OTH R"]),
    "RST of the server after 5 s: turned by its port": (OPEN + "> R 1 @1\n< R 1 @6", ["RSTO ShAR", "RSTRH ^r"]),
    "a packet within the 5 s does not prolong them": (
        OPEN + "> R 1 @1\n< . 1 1 @5\n< . 1 1 @6.5", ["RSTO ShARa", "OTH ^a"],
    ),
    "both closed, ACK 5 s later": (
        OPEN + "> F. 1 1 @1\n< F. 1 2 @2\n> . 2 2 @7", ["SF ShAFf", "OTH A"],
    ),
    "half-closed stays": (OPEN + "> F. 1 1 @1\n< . 1:11 2 @200", ["S2 ShAFd"]),
    "silent for 300 s": (OPEN + "> . 1:11 1 @300\n< . 1 11 @600", ["S1 ShAD", "OTH ^a"]),
    "silent for less": (OPEN + "> . 1:11 1 @299\n< . 1 11 @598", ["S1 ShADa"]),
    "only bad checksums, then 5 s": ("> . 1 1 bad @0\n> . 1 1 @5.1", ["OTH C", "OTH A"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_timers(name: str) -> None:
    figure, expected = TIMES[name]
    assert words(figure) == expected


def test_login_ports_may_be_silent_for_an_hour() -> None:
    figure = OPEN + "> . 1:11 1 @3599\n< . 1 11 @7000\n> . 11 1 @10600"
    assert words(figure, (40000, 22)) == ["S1 ShADa", "OTH A"]


@pytest.mark.parametrize(
    ("ports", "first", "history", "orig_side"),
    [
        ((80, 40000), "> . 1:11 1", "^d", 1),
        ((40000, 80), "> . 1:11 1", "D", 0),
        ((80, 443), "> . 1:11 1", "^d", 1),
        ((443, 80), "> . 1:11 1", "D", 0),
        ((80, 443), "> S. 0 1", "H", 0),
        ((80, 40000), "> S. 0 1", "^h", 1),
        ((80, 40000), "> S 0", "S", 0),
        ((110, 40000), "> . 1:11 1", "D", 0),
    ],
)
def test_a_first_packet_from_a_server_port_turns_the_roles(
    ports: tuple[int, int], first: str, history: str, orig_side: int
) -> None:
    (line,) = rows(first, ports)
    assert (line.history, line.orig_side) == (history, orig_side)


def test_octets_come_from_sequence_space() -> None:
    (line,) = rows(OPEN + "> . 1001:1101 1\n< F. 1 1101\n> F. 1101 2\n< . 2 1102")
    assert (line.orig_bytes, line.resp_bytes, line.missed_bytes) == (1100, 0, 1000)
    assert (line.orig_pkts, line.resp_pkts) == (4, 3)


def test_packets_with_a_bad_checksum_are_not_counted() -> None:
    (line,) = rows(OPEN + "> . 1:101 1 bad\n> . 1:101 1")
    assert (line.orig_pkts, line.orig_bytes, line.history) == (3, 100, "ShACD")


def test_trailing_packets_count_but_do_not_lengthen() -> None:
    (line,) = rows(OPEN + "> F. 1 1 @1\n< F. 1 2 @2\n> . 2 2 @4")
    assert (line.duration_ns, line.orig_pkts) == (1_999_000_000, 4)


def test_more_than_four_gib_of_cut_off_payload() -> None:
    """The size counts on; but an acknowledgement 2 GiB above the ISN, on its lap, lies before it to Zeek."""
    step = 1_000_000
    sent = [(1 + i * step, 1 + (i + 1) * step) for i in range(4500)]
    (line,) = rows(OPEN + "\n".join(f"> . {at}:{end} 1 cut\n< . 1 {end}" for at, end in sent))
    assert line.orig_bytes == 4500 * step
    assert line.missed_bytes == (1 << 31) // step * step


def test_data_outstanding_puts_off_a_close() -> None:
    """With the FIN beyond a hole the side is not closed, so a SYN with the old number is a repetition."""
    assert words(OPEN + "> F. 101 1\n> S 0") == ["S2 ShAF"]
    assert words(OPEN + "> F. 1 1\n> S 0") == ["S2 ShAF", "S0 S"]


def test_note_says_where_zeek_would_cut() -> None:
    assert life_of(packets_of(OPEN)).note() is None
    assert life_of(packets_of("> S 0")).note() is None
    note = life_of(packets_of("> S 0 @0\n> S 0 @7\n< R. 0 1 @7.1\n> S 0 @8")).note()
    assert note == (
        "Zeek would log 3 connections here, cut 5 s after a SYN to which nothing came back, "
        "at any SYN after a FIN or RST; this is the first of them"
    )
    assert "simultaneous open" in (life_of(packets_of("> S 0\n< S 0")).note() or "")


def test_a_flood_of_resets_keeps_its_history_short() -> None:
    life = life_of(packets_of(OPEN + "\n".join(f"> R {i}" for i in range(10_000))))
    assert len(life.line().history) == 4096


def test_ranges_above_holes_are_bounded() -> None:
    figure = OPEN + "> . 1:2 1\n< . 1 2\n" + "\n".join(f"> . {2 * i}:{2 * i + 1} 1" for i in range(2, 5000))
    life = life_of(packets_of(figure))
    assert life.row is not None
    assert life.row.a.ranges is None
    assert life.row.a.skipping


def test_results_may_be_read_at_any_time() -> None:
    packets = packets_of(OPEN + TALK * 3 + "> F. 101 1001\n< F. 1001 102\n> . 102 1002")
    for count in range(1, len(packets) + 1):
        life = life_of(packets[:count])
        before = life.rows()
        assert life.rows() == before
        assert [tuple(line) for line in before] == rows_of(packets[:count])
