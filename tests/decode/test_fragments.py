"""Datagrams in pieces: put together as tshark does, given up as Linux does, bounded whatever comes."""

from __future__ import annotations

import random
import struct
from itertools import pairwise

import pytest

from tcplife.decode import fragments
from tcplife.decode.decoder import Decoder
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

from . import shark
from .build import CLIENT, CLIENT6, SERVER, SERVER6, Frame, ethernet, gre, ipv4, ipv6, tcp

SECOND = 1_000_000_000
HELD, TCP, BAD, LOST = Skip.FRAGMENT.code, 0, Skip.BAD_FRAGMENT.code, Skip.FRAGMENT_LOST.code


def pieces4(segment: bytes, cuts: list[int], *, ident: int = 7, proto: int = 6) -> list[Frame]:
    """Return the segment over IPv4, cut at these multiples of 8 octets."""
    edges = [0, *cuts, len(segment)]
    return [
        Frame(ethernet(ipv4(segment[a:b], proto, ident=ident, fragment=a >> 3 | (0x2000 if b < len(segment) else 0))))
        for a, b in pairwise(edges)
    ]


def pieces6(segment: bytes, cuts: list[int], *, ident: int = 7) -> list[Frame]:
    """Return the segment over IPv6, likewise."""
    edges = [0, *cuts, len(segment)]
    return [
        Frame(ethernet(ipv6(struct.pack(">BxHI", 6, a | (b < len(segment)), ident) + segment[a:b], 44), 0x86DD))
        for a, b in pairwise(edges)
    ]


def codes(frames: list[Frame], decoder: Decoder | None = None) -> list[int]:
    """Decode the frames in turn; return the codes."""
    return [code for code, _ in shark.decode_all(frames, decoder)]


TEXT = bytes(range(200)) * 10
SEGMENT4 = tcp(TEXT, ends=(CLIENT, SERVER))
SEGMENT6 = tcp(TEXT, ends=(CLIENT6, SERVER6))


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 0, 1, 2], [2, 0, 2, 1]])
def test_the_piece_that_completes_the_datagram_yields_the_segment(order: list[int]) -> None:
    for frames in (pieces4(SEGMENT4, [800, 1600]), pieces6(SEGMENT6, [8, 1600])):
        decoder = Decoder(checksums=True)
        sent = [frames[n] for n in order]
        assert codes(sent[:-1], decoder) == [HELD] * (len(order) - 1)
        s = Segment()
        last = sent[-1]
        s.ts_ns = last.ts_ns
        assert decoder.decode(last.octets, 0, len(last.octets), last.length, last.link, s) == TCP
        assert (s.length, s.bad_checksum) == (len(TEXT), 0)
        assert decoder.octets(s.payload_at, s.payload_end) == TEXT
        assert decoder.octets(s.ip_at, s.ip_at + 1)[0] >> 4 == s.ip_version
        assert decoder.fragments_held() == (0, 0, 0)


def test_two_datagrams_at_once_do_not_mix() -> None:
    one, two = pieces4(SEGMENT4, [800], ident=1), pieces4(tcp(b"x" * 900), [800], ident=2)
    assert codes([one[0], two[0], two[1], one[1]]) == [HELD, HELD, TCP, TCP]


def test_overlap_of_the_same_octets_is_taken_and_of_others_is_not() -> None:
    first, last = pieces4(SEGMENT4, [800])
    again = Frame(ethernet(ipv4(SEGMENT4[400:], ident=7, fragment=400 >> 3)))
    assert codes([first, again]) == [HELD, TCP]
    forged = Frame(ethernet(ipv4(b"y" * 600, ident=7, fragment=0x2000 | 400 >> 3)))
    assert codes([first, forged, last]) == [HELD, BAD, HELD]


def test_a_last_piece_inside_what_is_there_ends_the_datagram() -> None:
    middle, inside, first = (
        Frame(ethernet(ipv4(SEGMENT4[a:b], ident=7, fragment=a >> 3 | more)))
        for a, b, more in ((800, 1608, 0x2000), (1600, 1608, 0), (0, 800, 0x2000))
    )
    assert codes([middle, inside, first]) == [HELD, HELD, TCP]


@pytest.mark.parametrize(
    ("octets", "field"),
    [(b"x" * 7, 0x2000), (b"", 0x2000), (b"", 0x2001), (b"x" * 16, 0x1FFF), (b"x" * 1480, 0x3FFF)],
)
def test_impossible_pieces_are_told(octets: bytes, field: int) -> None:
    assert codes([Frame(ethernet(ipv4(octets, fragment=field)))]) == [BAD]


def test_pieces_beyond_the_last_one_are_told() -> None:
    _, last = pieces4(SEGMENT4, [800])
    beyond = Frame(ethernet(ipv4(b"x" * 80, ident=7, fragment=0x2000 | 4000 >> 3)))
    assert codes([last, beyond]) == [HELD, BAD]
    assert codes([beyond, last]) == [HELD, BAD]


def test_a_piece_that_was_cut_by_the_capture_is_lost() -> None:
    first, last = pieces4(SEGMENT4, [800])
    assert codes([first.cut(200), last]) == [LOST, HELD]


def test_padding_of_a_short_piece_does_not_count() -> None:
    segment = tcp(b"12345", ends=(CLIENT, SERVER))
    frames = pieces4(segment, [16])
    frames = [frame._replace(octets=frame.octets.ljust(60, b"\xee")) for frame in frames]
    assert codes(frames) == [HELD, TCP]


@pytest.mark.parametrize(("make", "patience"), [(pieces4, 30), (pieces6, 60)])
def test_patience_ends_by_capture_time(make: object, patience: int) -> None:
    assert callable(make)
    first, last = make(SEGMENT4, [800])
    at = first.ts_ns
    assert codes([first, last._replace(ts_ns=at + patience * SECOND)]) == [HELD, TCP]
    assert codes([first, last._replace(ts_ns=at + patience * SECOND + 1)]) == [HELD, HELD]
    assert codes([first, last._replace(ts_ns=at - 5 * SECOND)]) == [HELD, TCP]


def test_fragments_of_a_tunnel_lead_to_the_segment_inside() -> None:
    inner = gre(ipv4(tcp(TEXT, ends=(CLIENT, SERVER)), src=CLIENT, dst=SERVER), 0x0800)
    decoder = Decoder()
    frames = pieces4(inner, [1480], proto=47)
    assert codes(frames, decoder) == [HELD, TCP]
    assert decoder.tunnels == ["", "gre"]


def test_datagrams_in_pieces_are_bounded() -> None:
    decoder = Decoder()
    frames = [
        Frame(ethernet(ipv4(bytes(1480), ident=n & 0xFFFF, src=f"10.9.{n >> 8 & 255}.{n & 255}", fragment=0x2000)))
        for n in range(6000)
    ]
    codes(frames, decoder)
    held, count, octets = decoder.fragments_held()
    assert held <= fragments.MAX_DATAGRAMS
    assert count <= fragments.MAX_PIECES
    assert octets <= fragments.MAX_OCTETS
    assert decoder.fragments_lost == len(frames) - held
    tiny = [Frame(ethernet(ipv4(b"x" * 8, ident=1, fragment=0x2000 | n * 2))) for n in range(1, 4000)]
    decoder = Decoder()
    codes(tiny, decoder)
    assert decoder.fragments_held()[1] <= fragments.MAX_PIECES_EACH


def shuffled(rng: random.Random) -> list[Frame]:
    """Return pieces of several datagrams, in any order, some repeated, some missing, some overlapping."""
    out: list[Frame] = []
    for ident in range(rng.randint(1, 4)):
        body = rng.randbytes(rng.randint(1, 400))
        segment = tcp(body)
        edges = sorted(rng.sample(range(8, len(segment) + 8, 8), min(rng.randint(1, 4), len(segment) // 8)))
        cuts = [edge for edge in edges if edge < len(segment)]
        frames = (pieces4 if rng.random() < 0.5 else pieces6)(segment, cuts, ident=ident + 1)
        frames += [rng.choice(frames) for _ in range(rng.randint(0, 1)) if len(frames) > 2]
        if rng.random() < 0.2:
            frames.pop(rng.randrange(len(frames)))
        rng.shuffle(frames)
        out += frames
    if rng.random() < 0.5:
        rng.shuffle(out)
    return [frame._replace(ts_ns=frame.ts_ns + n) for n, frame in enumerate(out)]


@pytest.mark.parametrize("seed", range(12))
def test_datagrams_are_put_together_as_tshark_does(seed: int) -> None:
    frames = shuffled(random.Random(seed))
    assert [seen for _, seen in shark.decode_all(frames)] == shark.shark_all(frames), f"seed {seed}"
