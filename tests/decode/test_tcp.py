"""Every field of a Segment, each from a header written by hand."""

from __future__ import annotations

import pytest

from tcplife.decode.decoder import Decoder
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

from . import catalogue
from .build import CLIENT, CLIENT6, SERVER, SERVER6, TIMESTAMPS, Frame, ethernet, ipv4, ipv6, tcp

FRAMES = catalogue.every()


def segment_of(frame: Frame, *, checksums: bool = False) -> tuple[int, Segment]:
    """Decode into a segment whose every field held something else before."""
    s = Segment()
    for name in Segment.__slots__:
        setattr(s, name, 99)
    s.ts_ns = frame.ts_ns
    decoder = Decoder(checksums=checksums)
    return decoder.decode(frame.octets, 0, len(frame.octets), frame.length, frame.link, s), s


def test_no_field_of_the_segment_before_is_left() -> None:
    _, plain = segment_of(Frame(ethernet(ipv4(tcp()))))
    absent = ("mss", "wscale", "ts_val", "ts_ecr", "tfo", "mptcp", "icmp_type", "icmp_code")
    assert {name: getattr(plain, name) for name in absent} == dict.fromkeys(absent, -1)
    zero = ("sack_ok", "sack_count", "bad_checksum", "tunnel", "src_hi", "dst_hi", "length", "urgent", "checksum")
    assert {name: getattr(plain, name) for name in zero} == dict.fromkeys(zero, 0)
    assert (plain.packet, plain.ts_ns, plain.wire_len) == (99, 1_700_000_000_000_000_000, 99)


def test_fields_of_ip() -> None:
    _, four = segment_of(Frame(ethernet(ipv4(tcp(), ident=7, tos=0xB3, ttl=5))))
    assert (four.ip_version, four.ip_at, four.ip_id, four.ttl, four.ecn) == (4, 14, 7, 5, 3)
    assert (four.src_lo, four.dst_lo) == (0x0A000001, 0xC0000209)
    _, six = segment_of(Frame(ethernet(ipv6(tcp(), traffic=0xB2, hops=9), 0x86DD)))
    assert (six.ip_version, six.ip_at, six.ip_id, six.ttl, six.ecn) == (6, 14, -1, 9, 2)
    assert (six.src_hi, six.src_lo) == (0x20010DB8_00000000, 1)
    assert (six.dst_hi, six.dst_lo) == (0x20010DB8_00000002, 9)


def test_positions_lie_in_the_buffer() -> None:
    frame = Frame(ethernet(ipv4(tcp(b"hello", options=TIMESTAMPS)), pad=True))
    _, s = segment_of(frame)
    assert (s.opt_at, s.opt_end, s.payload_at, s.payload_end, s.length) == (54, 66, 66, 71, 5)
    _, cut = segment_of(frame.cut(60))
    assert (cut.opt_at, cut.opt_end, cut.payload_at, cut.payload_end, cut.length) == (54, 60, 60, 60, 5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("syn", {"mss": 1460, "wscale": 7, "sack_ok": 1, "ts_val": 1, "ts_ecr": 0}),
        ("all flags", {"flags": 0x1FF, "urgent": 5}),
        ("reserved bits", {"flags": 0x10}),
        ("three sacks", {"sack_count": 3, "sack_at": 58}),
        ("sack and time", {"sack_count": 1, "sack_at": 70, "ts_val": 7, "ts_ecr": 9}),
        ("wscale in mid-stream", {"wscale": 10}),
        ("wscale 15", {"wscale": 15}),
        ("mptcp dss", {"mptcp": 1 << 2}),
        ("fast open", {"tfo": 8}),
        ("fast open request", {"tfo": 0}),
        ("fast open experiment", {"tfo": 8}),
        ("option behind the end", {"wscale": -1}),
        ("option of length 0", {"mss": -1}),
        ("option too long", {"mss": 1460, "sack_count": 0}),
        ("mss of length 3", {"mss": -1, "wscale": 7}),
        ("mss twice", {"mss": 256}),
        ("ipv4 total length 0", {"length": 144}),
        ("pppoe shorter than ip", {"length": 10}),
        ("ipip, outer shorter", {"length": 11}),
    ],
)
def test_options_and_lengths(name: str, expected: dict[str, int]) -> None:
    code, s = segment_of(FRAMES[name])
    assert code == Skip.TCP.code
    assert {field: getattr(s, field) for field in expected} == expected


SYN_OPTIONS = (b"\x02\x04\x05\xb4", b"\x04\x02", b"\x08\x0a" + bytes(range(8)), b"\x01", b"\x03\x03\x07")
"""Those of Linux, which are known by their layout."""


@pytest.mark.parametrize("behind", [b"", b"\1\1\1\1", b"\x22\x04\1\2", b"\x02\x04\0\x63", b"\0\1\1\1", b"\3\3\5\1"])
def test_options_of_a_syn_say_the_same_in_any_order(behind: bytes) -> None:
    expected = None
    for turned in range(len(SYN_OPTIONS)):
        options = b"".join(SYN_OPTIONS[turned:] + SYN_OPTIONS[:turned])
        _, s = segment_of(Frame(ethernet(ipv4(tcp(options=options + behind, flags=2)))))
        said = (s.mss, s.sack_ok, s.ts_val, s.ts_ecr, s.wscale, s.tfo, s.signed, s.options_cut, s.bare, s.sack_count)
        assert said == (expected or said), turned
        expected = said


@pytest.mark.parametrize("at", range(20))
def test_a_layout_that_is_not_quite_that_of_linux_is_read_option_by_option(at: int) -> None:
    options = bytearray(b"".join(SYN_OPTIONS))
    options[at] ^= 0x40
    _, near = segment_of(Frame(ethernet(ipv4(tcp(options=bytes(options), flags=2)))))
    _, apart = segment_of(Frame(ethernet(ipv4(tcp(options=b"\1\1\1\1" + options, flags=2)))))
    for name in ("mss", "sack_ok", "ts_val", "ts_ecr", "wscale", "tfo", "sack_count", "mptcp"):
        assert getattr(near, name) == getattr(apart, name), name


@pytest.mark.parametrize(
    ("name", "skip"),
    [
        ("arp", Skip.ARP),
        ("lldp", Skip.OTHER_LINK),
        ("udp", Skip.UDP),
        ("sctp", Skip.SCTP),
        ("icmp echo", Skip.ICMP),
        ("unreachable, udp", Skip.ICMP),
        ("esp", Skip.OTHER_IP),
        ("no next header", Skip.OTHER_IP),
        ("stp", Skip.OTHER_LINK),
        ("empty", Skip.EMPTY),
        ("unknown link", Skip.UNKNOWN_LINK),
        ("wlan protected", Skip.ENCRYPTED),
        ("macsec encrypted", Skip.ENCRYPTED),
        ("wlan beacon", Skip.OTHER_LINK),
        ("ip version 5", Skip.BAD_IP),
        ("ipv4 total length too short", Skip.BAD_IP),
        ("ipv4 header too short", Skip.BAD_IP),
        ("data offset 0", Skip.BAD_TCP),
        ("data offset beyond", Skip.BAD_TCP),
        ("ipv4 payload too short", Skip.BAD_TCP),
        ("cut at 14", Skip.SHORT_IP),
        ("cut at 33", Skip.SHORT_IP),
        ("cut at 34", Skip.SHORT_TCP),
        ("cut at 53", Skip.SHORT_TCP),
        ("ipv6 cut at 53", Skip.SHORT_IP),
        ("gtp echo", Skip.UDP),
        ("pptp ack", Skip.OTHER_IP),
    ],
)
def test_every_other_record_has_its_reason(name: str, skip: Skip) -> None:
    assert segment_of(FRAMES[name])[0] == skip.code


def test_a_bad_data_offset_leaves_addresses_and_ports() -> None:
    code, s = segment_of(FRAMES["data offset 0"])
    assert code == Skip.BAD_TCP.code
    assert (s.src_lo, s.dst_lo, s.sport, s.dport) == (0x0A000001, 0xC0000209, 40000, 80)


@pytest.mark.parametrize(
    ("name", "kind", "detail"),
    [
        ("unreachable", 3, 3),
        ("unreachable, long quote", 3, 4),
        ("time exceeded", 11, 0),
        ("packet too big", 2, 0),
    ],
)
def test_an_icmp_error_shows_the_header_it_quotes(name: str, kind: int, detail: int) -> None:
    code, s = segment_of(FRAMES[name])
    assert code == Skip.ICMP_ERROR.code
    assert (s.icmp_type, s.icmp_code) == (kind, detail)
    assert (s.sport, s.dport, s.seq, s.length) == (4000, 81, 77, 0)
    if s.ip_version == 4:
        assert (s.src_lo, s.dst_lo) == (0x0A000001, 0xC0000209)
    assert s.hop_at == 14


def test_a_quote_of_8_octets_has_no_flags() -> None:
    assert segment_of(FRAMES["unreachable"])[1].flags == 0
    assert segment_of(FRAMES["unreachable, long quote"])[1].flags == 0x10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ipip", "ipip"),
        ("6in4", "6in4"),
        ("4in6", "4in6"),
        ("6in6", "6in6"),
        ("gre", "gre"),
        ("gre key", "gre 42"),
        ("erspan 2", "erspan 5"),
        ("pptp", "pptp 7"),
        ("vxlan", "vxlan 42"),
        ("geneve ethernet", "geneve 7"),
        ("gtp", "gtp-u 0x1234"),
        ("vxlan in gre", "gre / vxlan 9"),
        ("vlan", ""),
        ("pppoe", ""),
        ("mpls", ""),
    ],
)
def test_a_tunnel_is_named(name: str, words: str) -> None:
    frame = FRAMES[name]
    decoder, s = Decoder(), Segment()
    for _ in range(2):
        assert decoder.decode(frame.octets, 0, len(frame.octets), frame.length, frame.link, s) == Skip.TCP.code
        assert decoder.tunnels[s.tunnel] == words
    assert len(decoder.tunnels) == 1 + len(words.split(" / ")) - (not words)


@pytest.mark.parametrize("payload", [b"", b"x", b"xy", b"xyz", b"wxyz" * 300 + b"v"])
def test_checksums_are_judged_when_asked_and_captured_whole(payload: bytes) -> None:
    four = Frame(ethernet(ipv4(tcp(payload, options=TIMESTAMPS, ends=(CLIENT, SERVER))), pad=True))
    six = Frame(ethernet(ipv6(tcp(payload, ends=(CLIENT6, SERVER6))), 0x86DD))
    for frame in (four, six):
        assert segment_of(frame, checksums=True)[1].bad_checksum == 0
        octets = bytearray(frame.octets)
        octets[61 if frame is four else 73] ^= 4
        wrong = frame._replace(octets=bytes(octets))
        code, s = segment_of(wrong, checksums=True)
        assert (code, s.bad_checksum) == (Skip.TCP.code, 1)
        assert segment_of(wrong)[1].bad_checksum == 0
    if payload:
        assert segment_of(wrong.cut(len(octets) - 1), checksums=True)[1].bad_checksum == 0


def test_the_checksum_of_a_source_route_covers_its_final_address() -> None:
    route = b"\x01\x83\x07\x04\xc0\x00\x02\x4d"
    frame = Frame(ethernet(ipv4(tcp(b"x", ends=(CLIENT, "192.0.2.77")), options=route)))
    assert segment_of(frame, checksums=True)[1].bad_checksum == 0
