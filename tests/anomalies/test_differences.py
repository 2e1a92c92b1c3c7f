"""The named differences between our Wireshark flags and the real tshark's: each still is one, and no larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tcplife.model.names import ACK, FIN, SYN
from tests.anomalies import rooms, tshark
from tests.anomalies.conversations import MPTCP_BODIES, START_NS, Shot, frame_of, write_pcap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.anomalies.tshark import Row

DUPLICATE = frozenset({"duplicate_ack"})
STEP_NS = 50_000_000


@pytest.fixture(scope="module", autouse=True)
def _needs_tshark() -> None:
    tshark.find_tshark()


def mptcp(*bodies: bytes) -> bytes:
    """Option octets of MPTCP bodies (subtype first)."""
    return b"".join(bytes((30, len(body) + 2)) + body for body in bodies)


def both_readings(path: Path, shots: Iterable[tuple[int, Shot]]) -> tuple[dict[int, Row], dict[int, Row]]:
    """Ours and tshark's rows of (conversation, segment) pairs; times are given anew, in steps."""
    write_pcap(path, ((START_NS + at * STEP_NS, frame_of(shot, number), 0) for at, (number, shot) in enumerate(shots)))
    return rooms.rows_of(path), tshark.rows_of(path)


def differing(ours: dict[int, Row], theirs: dict[int, Row]) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Kinds of ours and theirs by packet, where they are not the same."""
    return {
        packet: (ours[packet].kinds, row.kinds) for packet, row in theirs.items() if ours[packet].kinds != row.kinds
    }


def acknowledgment(options: bytes = b"") -> Shot:
    return Shot(0, 0, ACK, 1000, 5000, 500, 0, options)


def test_mptcp_subflows_apart(tmp_path: Path) -> None:
    key = bytes(range(8))
    opening = Shot(0, 0, ACK, 1000, 5000, 500, 0, mptcp(b"\x00\x01" + key))
    first = [(1, opening), (1, acknowledgment()), (1, acknowledgment())]
    twin = [(51, opening), (51, acknowledgment(mptcp(MPTCP_BODIES[2])))]
    ours, theirs = both_readings(tmp_path / "twins.pcap", [*first, *twin, (1, acknowledgment()), (1, acknowledgment())])
    assert differing(ours, theirs) == {6: (DUPLICATE, frozenset())}, "packet 6: told of the other stream's operation"


def test_mptcp_gives_up(tmp_path: Path) -> None:
    known = [(1, acknowledgment(mptcp(MPTCP_BODIES[2]))), (1, acknowledgment()), (1, acknowledgment())]
    opening = (1, acknowledgment(mptcp(MPTCP_BODIES[0])))
    ours, theirs = both_readings(tmp_path / "opening.pcap", [*known, opening])
    assert differing(ours, theirs) == {4: (DUPLICATE, frozenset())}, "packet 4: an opening in a known connection"

    bare = (1, acknowledgment(bytes((30, 2, 1, 1))))
    ours, theirs = both_readings(tmp_path / "bare.pcap", [(1, acknowledgment()), bare])
    assert differing(ours, theirs) == {2: (DUPLICATE, frozenset())}, "packet 2: an option without a subtype"


def test_unacked_in_generations(tmp_path: Path) -> None:
    sent = [(1, Shot(0, 0, ACK, 1000 + place, 5000, 500, 1, b"")) for place in range(9_000)]
    half = (1, Shot(0, 1, ACK, 5000, 5000, 500, 0, b""))
    more = [(1, Shot(0, 0, ACK, 10_000 + place, 5000, 500, 1, b"")) for place in range(2_000)]
    fin = (1, Shot(0, 0, FIN | ACK, 12_000, 5000, 500, 0, b""))
    ours, theirs = both_readings(tmp_path / "flight.pcap", [*sent, half, *more, fin, fin])
    assert differing(ours, theirs) == {11_003: (frozenset(), frozenset({"retransmission"}))}, "packet 11003: FIN again"


def written(path: Path, frames: Iterable[bytes]) -> tuple[dict[int, Row], dict[int, Row]]:
    """Ours and tshark's rows of frames, in steps of time."""
    write_pcap(path, [(START_NS + at * STEP_NS, frame, 0) for at, frame in enumerate(frames)])
    return rooms.rows_of(path), tshark.rows_of(path)


def test_planted_streams(tmp_path: Path) -> None:
    greeting = b"RFB 003.008\n"
    shots = [Shot(0, 0, ACK, 1000, 5000, 500, 12, b""), Shot(0, 1, ACK, 5000, 1012, 500, 12, b"")]
    frames = [frame_of(shot, 1)[: -len(greeting)] + greeting for shot in shots]
    ours, theirs = written(tmp_path / "planted.pcap", frames)
    assert (ours[2].stream, theirs[2].stream) == (0, 1), "packet 2: the server's greeting is the second"
    assert (ours[2].ack, theirs[2].ack) == (13, 1)
    assert not differing(ours, theirs)


def test_broken_headers(tmp_path: Path) -> None:
    sent = [frame_of(Shot(0, 0, flags, seq, 5000, 500, 0, b""), 1) for flags, seq in ((ACK, 1000), (SYN, 7), (ACK, 4))]
    broken = bytearray(sent[1])
    broken[14 + 20 + 12] = 0xF0
    ours, theirs = written(tmp_path / "broken.pcap", [sent[0], bytes(broken), sent[2]])
    assert (sorted(ours), sorted(theirs)) == ([1, 3], [1, 3]), "nobody analyses the broken header"
    assert (ours[3].stream, theirs[3].stream) == (0, 1), "packet 3 follows it into another stream"


def test_one_sided_captures_are_counted_exactly(tmp_path: Path) -> None:
    """Not a difference: where nothing is acknowledged, the limit is met at the same segment."""
    for count in (9_999, 10_000):
        sent = [(1, Shot(0, 0, ACK, 1000 + place, 5000, 500, 1, b"")) for place in range(count)]
        fin = (1, Shot(0, 0, FIN | ACK, 1000 + count, 5000, 500, 0, b""))
        ours, theirs = both_readings(tmp_path / f"{count}.pcap", [*sent, fin, fin])
        assert not differing(ours, theirs), f"{count} segments, then a FIN twice"
        assert bool(theirs[count + 2].kinds) == (count < 10_000), "the FIN's repetition is noticed below the limit"


def test_a_header_quoted_in_full_by_an_icmp_error_opens_a_stream(tmp_path: Path) -> None:
    """Not a difference: a router's quotation of an older SYN takes tshark's connection away, and ours."""
    old, new = Shot(0, 0, SYN, 100, 0, 500, 0, b""), Shot(0, 0, SYN, 200, 0, 500, 0, b"")
    quoted = frame_of(old, 1)[14:54]
    icmp = b"\x03\x01" + bytes(6) + quoted
    error = (
        bytes(12)
        + b"\x08\x00"
        + bytes((0x45, 0, 0, 20 + len(icmp), 0, 1, 0, 0, 64, 1, 0, 0, 10, 9, 9, 9, 10, 0, 0, 1))
        + icmp
    )
    answer = Shot(0, 1, SYN | ACK, 700, 201, 500, 0, b"")
    frames = [frame_of(old, 1), frame_of(new, 1), error, frame_of(answer, 1)]
    ours, theirs = written(tmp_path / "quoted.pcap", frames)
    assert theirs[4].stream == 2, "tshark opened a third stream at packet 3"
    assert ours == theirs
