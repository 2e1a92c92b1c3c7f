"""Any octets: never an exception, never a read outside the record, always a reason."""

from __future__ import annotations

import random
import struct

import pytest

from tcplife.decode.decoder import Decoder
from tcplife.decode.layers import MAX_NESTED, MAX_TUNNELS
from tcplife.model.names import SKIPS, Skip
from tcplife.model.segment import Segment

from . import catalogue
from .build import Frame, ethernet, gre, ipv4, ipv6, label, tcp, udp, vlan, vxlan

FRAMES = catalogue.every()
LINKS = sorted({frame.link for frame in FRAMES.values()})
POSITIONS = ("ip_at", "opt_at", "opt_end", "payload_at", "payload_end", "sack_at")
FIELDS = [name for name in Segment.__slots__ if name not in {"packet", "ts_ns", "wire_len", "hop_at", *POSITIONS}]


def told(octets: bytes, link: int, wire_len: int, *, at: int = 0, end: int | None = None) -> tuple[int, list[int]]:
    """Decode with a new decoder; the code, and the segment's fields with positions counted from the record.

    A payload that was compressed has a buffer of its own, and positions in it.
    """
    s = Segment()
    last = len(octets) if end is None else end
    code = Decoder(checksums=True).decode(octets, at, last, wire_len, link, s)
    assert code in SKIPS
    if code != Skip.TCP.code:
        return code, []
    if s.ip_at == 0:  # the front of the record, or of such a buffer, whose end is not known here
        at, last = 0, max(last, s.payload_end)
    assert at <= s.opt_at <= s.opt_end <= s.payload_at <= s.payload_end <= last
    assert s.sack_at + 8 * s.sack_count <= s.opt_end or not s.sack_count
    return code, [getattr(s, name) for name in FIELDS] + [getattr(s, name) - at for name in POSITIONS]


def held(rng: random.Random, octets: bytes, link: int, wire_len: int) -> None:
    """Decode the record alone, where plain Python stops any read behind it, and among other octets: the same comes out."""
    alone = told(octets, link, wire_len)
    before, behind = rng.randbytes(rng.randrange(40)), rng.randbytes(64)
    whole = before + octets + behind
    assert told(whole, link, wire_len, at=len(before), end=len(before) + len(octets)) == alone, octets.hex()


@pytest.mark.parametrize("name", FRAMES)
def test_a_record_cut_at_every_octet_is_told(name: str) -> None:
    frame = FRAMES[name]
    rng = random.Random(name)
    for size in range(len(frame.octets) + 1):
        held(rng, frame.octets[:size], frame.link, frame.length)
        held(rng, frame.octets[:size], frame.link, size)


@pytest.mark.parametrize("link", LINKS)
def test_random_octets_are_told(link: int) -> None:
    rng = random.Random(link)
    for _ in range(300):
        octets = rng.randbytes(rng.randrange(120))
        held(rng, octets, link, rng.choice((0, len(octets), 2**31 - 1)))


@pytest.mark.parametrize("seed", range(4))
def test_changed_frames_are_told(seed: int) -> None:
    rng = random.Random(seed)
    names = list(FRAMES)
    for _ in range(3000):
        frame = FRAMES[rng.choice(names)]
        if not frame.octets:
            continue
        octets = bytearray(frame.octets)
        for _ in range(rng.randint(1, 6)):
            octets[rng.randrange(min(len(octets), 120))] = rng.choice((0, 1, 4, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        held(rng, bytes(octets[: rng.randint(1, len(octets))]), frame.link, frame.length)


def nested(times: int, wrap: str) -> bytes:
    """Return a segment in so many tunnels."""
    inner = ipv4(tcp(b"x"))
    for _ in range(times):
        if wrap == "ipip":
            inner = ipv4(inner, 4)
        elif wrap == "gre":
            inner = ipv4(gre(inner, 0x0800), 47)
        elif wrap == "6in6":
            inner = ipv6(inner, 41 if inner[0] >> 4 == 6 else 4)
        else:
            inner = ipv4(udp(vxlan(ethernet(inner), 5), 4789), 17)
    return inner


@pytest.mark.parametrize("wrap", ["ipip", "gre", "6in6", "vxlan"])
def test_nested_tunnels_are_followed_so_far_and_no_further(wrap: str) -> None:
    deep, deeper, absurd = nested(MAX_NESTED - 1, wrap), nested(MAX_NESTED, wrap), nested(100, wrap)
    assert told(deep, 101, len(deep))[0] == Skip.TCP.code
    assert told(deeper, 101, len(deeper))[0] == Skip.TOO_DEEP.code
    assert told(absurd, 101, len(absurd))[0] == Skip.TOO_DEEP.code


def test_many_tags_labels_and_extension_headers_end() -> None:
    tags = ethernet(ipv4(tcp()), tags=vlan(1) * 2000)
    assert told(tags, 1, len(tags))[0] == Skip.TOO_DEEP.code
    extensions = ipv6(struct.pack(">BBHHH", 60, 0, 0x0104, 0, 0) * 2000, 60)
    assert told(extensions, 101, len(extensions))[0] == Skip.TOO_DEEP.code
    labels = ethernet(label(7, last=False) * 5000, 0x8847)
    assert told(labels, 1, len(labels))[0] == Skip.SHORT_LINK.code


def test_names_of_tunnels_are_bounded() -> None:
    decoder = Decoder()
    s = Segment()
    for number in range(MAX_TUNNELS + 500):
        octets = ethernet(ipv4(udp(vxlan(ethernet(ipv4(tcp())), number), 4789), 17))
        assert decoder.decode(octets, 0, len(octets), len(octets), 1, s) == Skip.TCP.code
        assert decoder.tunnels[s.tunnel] == (f"vxlan {number}" if number < MAX_TUNNELS - 1 else "one of many tunnels")
    assert len(decoder.tunnels) == MAX_TUNNELS + 1
    inside = ethernet(ipv4(gre(ipv4(udp(vxlan(ethernet(ipv4(tcp())), 1), 4789), 17), 0x0800), 47))
    decoder.decode(inside, 0, len(inside), len(inside), 1, s)
    assert decoder.tunnels[s.tunnel] == "one of many tunnels"


def test_a_wire_length_below_the_captured_one_does_not_shorten_the_record() -> None:
    frame = Frame(ethernet(ipv4(tcp(b"12345"))))
    assert told(frame.octets, 1, 3) == told(frame.octets, 1, frame.length)
