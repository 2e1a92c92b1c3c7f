"""A second opinion: whatever dpkt decodes, we decode to the same; and the fast path says what the walk says."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import dpkt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.decode.decoder import Decoder
from tcplife.model.address import ip_text
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

from . import build, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = [name for name in Segment.__slots__ if name not in {"packet", "ts_ns", "wire_len", "hop_at"}]


def by(method: str, frame: build.Frame) -> tuple[int, dict[str, int]]:
    """Decode by the named method of a new decoder; the code, and every field when it is a segment."""
    s = Segment()
    s.ts_ns = frame.ts_ns
    decoder = Decoder(checksums=True)
    call: Callable[..., int] = getattr(decoder, method)
    code = call(frame.octets, 0, len(frame.octets), frame.length, frame.link, s)
    return code, {name: getattr(s, name) for name in FIELDS} if code == Skip.TCP.code else {}


def dpkt_segment(frame: build.Frame) -> tuple[dpkt.ip.IP | dpkt.ip6.IP6, dpkt.tcp.TCP] | None:
    """Let dpkt decode; None unless it comes to a whole segment over IP."""
    try:
        layer = dpkt.ethernet.Ethernet(frame.octets).data
        if not isinstance(layer, dpkt.ip.IP | dpkt.ip6.IP6) or not isinstance(layer.data, dpkt.tcp.TCP):
            return None
    except (dpkt.UnpackError, ValueError, IndexError, KeyError):
        return None
    return layer, layer.data


def agree(frame: build.Frame, *, options: bool) -> bool:
    """Hold our decoding against dpkt's, options as well; False when dpkt came to no segment."""
    found = dpkt_segment(frame)
    if found is None:
        return False
    ip, theirs = found
    code, ours = by("decode", frame)
    assert code == Skip.TCP.code, Skip
    version = 4 if isinstance(ip, dpkt.ip.IP) else 6
    assert ours["ip_version"] == version
    assert build.packed(ip_text(ours["src_hi"], ours["src_lo"], version)) == ip.src
    assert build.packed(ip_text(ours["dst_hi"], ours["dst_lo"], version)) == ip.dst
    assert (ours["sport"], ours["dport"]) == (theirs.sport, theirs.dport)
    assert (ours["seq"], ours["ack"], ours["window"]) == (theirs.seq, theirs.ack, theirs.win)
    assert ours["flags"] == theirs.flags
    assert (ours["urgent"], ours["checksum"]) == (theirs.urp, theirs.sum)
    assert ours["ttl"] == (ip.ttl if version == 4 else ip.hlim)
    assert ours["length"] == len(theirs.data)
    assert frame.octets[ours["payload_at"] : ours["payload_end"]] == theirs.data
    assert frame.octets[ours["opt_at"] : ours["opt_end"]] == theirs.opts
    if options:
        agree_in_options(ours, dict(dpkt.tcp.parse_opts(theirs.opts)))
    return True


def agree_in_options(ours: dict[str, int], theirs: dict[int, bytes]) -> None:
    """Hold our options against dpkt's, whose values are the octets behind kind and length."""
    stamps = theirs.get(dpkt.tcp.TCP_OPT_TIMESTAMP, b"\xff" * 8)
    for name, octets in (
        ("mss", theirs.get(dpkt.tcp.TCP_OPT_MSS)),
        ("wscale", theirs.get(dpkt.tcp.TCP_OPT_WSCALE)),
        ("ts_val", stamps[:4] if dpkt.tcp.TCP_OPT_TIMESTAMP in theirs else None),
        ("ts_ecr", stamps[4:] if dpkt.tcp.TCP_OPT_TIMESTAMP in theirs else None),
    ):
        assert ours[name] == (-1 if octets is None else int.from_bytes(octets, "big")), name
    assert ours["sack_ok"] == (dpkt.tcp.TCP_OPT_SACKOK in theirs)
    assert ours["sack_count"] == len(theirs.get(dpkt.tcp.TCP_OPT_SACK, b"")) // 8


OPTIONS = st.lists(
    st.sampled_from(
        [
            b"\x01",
            b"\x02\x04\x05\xb4",
            b"\x03\x03\x07",
            b"\x04\x02",
            b"\x05\x0a" + bytes(range(8)),
            b"\x08\x0a" + bytes(range(8)),
            b"\x1e\x08\x20\x01\0\0\0\x05",
            b"\x22\x04ab",
            b"\xfe\x06\xf9\x89ab",
        ]
    ),
    max_size=4,
).map(b"".join)


@st.composite
def frames(draw: st.DrawFn) -> build.Frame:
    """Ordinary frames in every shape the fast path or dpkt takes."""
    options = draw(OPTIONS)[:40]
    segment = build.tcp(
        draw(st.binary(max_size=60)),
        ports=(draw(st.integers(0, 65535)), draw(st.integers(0, 65535))),
        seq=draw(st.integers(0, 2**32 - 1)),
        ack=draw(st.integers(0, 2**32 - 1)),
        flags=draw(st.integers(0, 511)),
        window=draw(st.integers(0, 65535)),
        options=options,
    )
    tags = b"".join(build.vlan(n, draw(st.sampled_from((0x8100, 0x88A8)))) for n in range(draw(st.integers(0, 2))))
    pad = draw(st.booleans())
    if draw(st.booleans()):
        routers = draw(st.sampled_from((b"", b"\x94\x04\0\0", b"\x01\x01\x01\x01")))
        packet = build.ipv4(segment, options=routers, tos=draw(st.integers(0, 255)), ttl=draw(st.integers(0, 255)))
        return build.Frame(build.ethernet(packet, tags=tags, pad=pad))
    if draw(st.booleans()):
        packet = build.ipv6(build.extension(6, segment), draw(st.sampled_from((0, 60))))
    else:
        packet = build.ipv6(segment, traffic=draw(st.integers(0, 255)))
    return build.Frame(build.ethernet(packet, 0x86DD, tags=tags, pad=pad))


@given(frames())
@settings(max_examples=400, deadline=None)
def test_what_dpkt_decodes_we_decode_alike(frame: build.Frame) -> None:
    assert agree(frame, options=True), "dpkt decodes every frame of this kind"


@given(frames(), st.data())
@settings(max_examples=400, deadline=None)
def test_the_fast_path_says_what_the_walk_says(frame: build.Frame, data: st.DataObject) -> None:
    octets = bytearray(frame.octets)
    for at, value in data.draw(st.lists(st.tuples(st.integers(12, 80), st.integers(0, 255)), max_size=3)):
        if at < len(octets):
            octets[at] = value
    cut = data.draw(st.integers(0, len(octets)))
    shorter = frame._replace(octets=bytes(octets[:cut]), wire_len=len(octets))
    for one in (frame, frame._replace(octets=bytes(octets)), shorter):
        assert by("decode", one) == by("walk", one)


@pytest.mark.parametrize("name", catalogue.every())
def test_every_layering_is_the_same_by_both_ways(name: str) -> None:
    frame = catalogue.every()[name]
    assert by("decode", frame) == by("walk", frame)


def differs_by_name(frame: build.Frame) -> bool:
    """Tell mutations of which we say something else than dpkt on purpose.

    dpkt looks at no lengths but its own header's: it takes a data offset or an option that reaches beyond the packet, a
    version of 5 (or 6 under IPv4's ethertype), a total length below the header's, and the pieces of a fragmented
    packet. It takes the ethertypes 0x9200 and 0x9300, which nobody else does, for VLAN tags.
    """
    ours, _ = by("decode", frame)
    if re.search(b"\x08\\0[\x60-\x6f]", frame.octets[12:24]) or frame.octets[12:14] in {b"\x92\0", b"\x93\0"}:
        return True
    return ours in {
        Skip.BAD_TCP.code,
        Skip.BAD_IP.code,
        Skip.FRAGMENT.code,
        Skip.BAD_FRAGMENT.code,
        Skip.FRAGMENT_LOST.code,
    }


@pytest.mark.parametrize("seed", range(3))
def test_mutated_frames_are_decoded_as_dpkt_decodes_them(seed: int) -> None:
    rng = random.Random(seed)
    names = ("ethernet ipv4", "ethernet ipv6", "vlan", "syn", "sack and time", "ethernet padding", "ipv6 hop by hop")
    taken = 0
    for _ in range(3000):
        frame = catalogue.every()[rng.choice(names)]
        octets = bytearray(frame.octets)
        for _ in range(rng.randint(1, 3)):
            octets[rng.randrange(12, min(90, len(octets)))] = rng.randrange(256)
        changed = frame._replace(octets=bytes(octets))
        try:
            taken += agree(changed, options=False)
        except AssertionError:
            if not differs_by_name(changed):
                pytest.fail(f"seed {seed}: {changed.octets.hex()}")
    assert taken > 1000
