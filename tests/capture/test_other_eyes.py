"""Other programs' readers and writers: Wireshark's, tcpdump's and dpkt's see the same records as ours."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import struct
from decimal import Decimal
from pathlib import Path

import pytest

from tcplife.capture import open_capture, open_captures
from tcplife.errors import CaptureError
from tests.capture import build
from tests.capture.build import Packet, Row
from tests.capture.tools import real


def unlike_each_other() -> list[Path]:
    """Return a sample for each kind of container, link type and snapshot length: the rest are the same to a reader."""
    found: dict[tuple[str, int, int], Path] = {}
    for path in sorted((Path(__file__).parents[2] / "sample_pcaps").glob("*.pcap*")):
        reader = open_capture(path)
        found.setdefault((reader.format, reader.link, reader.snaplen), path)
        reader.close()
    return list(found.values())


SAMPLES = unlike_each_other()
FRAME = bytes.fromhex("0200000000020200000000010800") + bytes(46)
MIX = [Packet(1_600_000_000_000_000_000 + n * 1_234_567_000, FRAME + bytes(n), 60 + 2 * n) for n in range(40)]
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)


def read(path: Path) -> list[Row]:
    """Read a whole capture that must be sound."""
    reader = open_capture(path)
    found = build.rows(reader)
    assert reader.damage is None
    return found


def seen_by_tshark(path: Path) -> list[tuple[int, int, int, int]]:
    """Return number, time in ns (0 where there is none), original and captured length of every frame."""
    columns = ("frame.number", "frame.time_epoch", "frame.len", "frame.cap_len")
    out = real("tshark")(
        "-n", "-r", str(path), "-T", "fields", *(part for column in columns for part in ("-e", column))
    )
    found = []
    for line in out.splitlines():
        number, epoch, length, captured = line.split("\t")
        found.append((int(number), int(Decimal(epoch or 0) * 10**9), int(length), int(captured)))
    return found


def as_tshark(rows: list[Row]) -> list[tuple[int, int, int, int]]:
    """Our rows in the form of seen_by_tshark()."""
    return [(row.packet, row.ts_ns, row.wire_len, len(row.data)) for row in rows]


@each_sample
def test_tshark_sees_the_same_frames(sample: Path) -> None:
    assert as_tshark(read(sample)) == seen_by_tshark(sample)


@each_sample
@pytest.mark.parametrize("form", ["pcap", "pcapng", "nsecpcap", "modpcap"])
def test_editcap_writes_what_we_read(sample: Path, form: str, tmp_path: Path) -> None:
    real("editcap")("-F", form, str(sample), str(tmp_path / "out"))
    unit = 1 if form in ("pcapng", "nsecpcap") else 1000
    wanted = [(row.packet, row.ts_ns // unit * unit, row.wire_len, row.link, row.data) for row in read(sample)]
    assert [(row.packet, row.ts_ns, row.wire_len, row.link, row.data) for row in read(tmp_path / "out")] == wanted


@each_sample
def test_capinfos_counts_the_same(sample: Path) -> None:
    out = real("capinfos")("-T", "-r", "-c", "-d", "-M", str(sample)).split("\t")
    rows = read(sample)
    assert (int(out[1]), int(out[2])) == (len(rows), sum(row.wire_len for row in rows))


def test_editcap_cuts_as_we_read(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.pcap", tmp_path / "cut.pcapng"
    whole.write_bytes(build.pcap(MIX))
    real("editcap")("-F", "pcapng", "-s", "60", str(whole), str(cut))
    assert [(row.wire_len, row.data) for row in read(cut)] == [(p.wire_len, p.data[:60]) for p in MIX]


@pytest.mark.parametrize("precision", ["micro", "nano"])
def test_tcpdump_writes_what_we_read(precision: str, tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(build.pcap(MIX, magic=build.NANO))
    real("tcpdump")("-r", str(source), "-w", str(copy), f"--time-stamp-precision={precision}")
    assert read(copy) == read(source)
    reader = open_capture(copy)
    reader.close()
    assert reader.format == ("pcap" if precision == "micro" else "pcap (nanoseconds)")


KINDS = {
    "little": build.pcap(MIX),
    "big": build.pcap(MIX, big=True),
    "nano": build.pcap(MIX, magic=build.NANO),
    "modified": build.pcap(MIX, magic=build.MODIFIED),
    "ixia-software": build.pcap(MIX, magic=build.IXIA_SOFTWARE),
    "old-2.2": build.pcap_header(minor=2) + struct.pack("<IIII", 5, 6, 90, 60) + FRAME,
    "old-2.3": build.pcap_header(minor=3)
    + struct.pack("<IIII", 5, 6, 90, 60)
    + FRAME
    + struct.pack("<IIII", 5, 7, 60, 90)
    + FRAME,
    "fcs": build.pcap_header(link=0x94000001) + build.pcap_record(MIX[0]),
    "pcapng": build.pcapng(MIX),
    "pcapng-big": build.pcapng(MIX, big=True),
    "resolutions": build.section()
    + b"".join(build.interface(tsresol=resolution) for resolution in (0, 3, 9, 0x80 | 10, 0x80 | 20))
    + build.interface(tsresol=6, tsoffset=1000)
    + b"".join(build.enhanced(Packet(0, FRAME, interface=n), units=123_456_789) for n in range(6)),
    "sections": build.section(big=True, length=4711)
    + build.interface(big=True)
    + build.enhanced(MIX[0], big=True)
    + build.section()
    + build.interface()
    + build.enhanced(MIX[1]),
    "simple": build.section()
    + build.interface(snaplen=50)
    + build.simple(Packet(0, FRAME[:50], 60))
    + build.simple(Packet(0, FRAME[:40])),
    "obsolete": build.section() + build.interface() + build.obsolete(MIX[3]),
    "events": build.section()
    + build.interface()
    + build.enhanced(MIX[0])
    + build.block(0xBAD, struct.pack("<I", 32473) + b"abcd")
    + build.block(0x7777, b"unknown")
    + build.block(4, bytes(4))
    + build.enhanced(MIX[1]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_tshark_reads_our_hand_made_captures_alike(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    path.write_bytes(KINDS[kind])
    ours, theirs = as_tshark(read(path)), seen_by_tshark(path)
    if kind == "events":  # of the custom block Wireshark shows the private data alone, and no time
        ours, theirs = ([entry for entry in some if entry[0] != 2] for some in (ours, theirs))
        assert [entry[0] for entry in ours] == [1, 3]
    assert ours == theirs


@each_sample
def test_dpkt_reads_the_same(sample: Path) -> None:
    dpkt = pytest.importorskip("dpkt")
    rows = read(sample)
    with gzip.open(sample) if sample.suffix == ".gz" else sample.open("rb") as file:
        theirs = list(dpkt.pcap.UniversalReader(file))
    assert [data for _, data in theirs] == [row.data for row in rows]
    assert [float(ts) for ts, _ in theirs] == pytest.approx([row.ts_ns / 10**9 for row in rows], abs=1e-6)


@pytest.mark.parametrize("form", ["snoop", "netmon1", "netmon2", "ngwsniffer_2_0", "ngsniffer", "observer", "visual"])
def test_what_wireshark_writes_in_foreign_formats_is_named(form: str, tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(build.pcap(MIX))
    real("editcap")("-F", form, str(source), str(out))
    if not out.exists() or not out.stat().st_size:
        pytest.skip(f"this editcap does not write Ethernet as {form}")
    with pytest.raises(CaptureError, match="not pcap or pcapng"):
        open_capture(out)


def test_times_are_what_the_calendar_says() -> None:
    reader = open_capture(io.BytesIO(build.pcap(MIX[:1])))
    reader.next()
    moment = dt.datetime(2020, 9, 13, 12, 26, 40, tzinfo=dt.UTC)
    assert reader.ts_ns == int(moment.timestamp()) * 10**9


def test_files_tcpdump_rotates_are_the_stream_it_read(tmp_path: Path) -> None:
    packets = [
        Packet(1_600_000_000_000_000_000 + n // 3 * 1000, FRAME + bytes(900) + struct.pack(">I", n))
        for n in range(14_000)
    ]
    source = tmp_path / "source.pcap"
    source.write_bytes(build.pcap(packets))
    real("tcpdump")(
        "-r", str(source), "-w", str(tmp_path / "ring"), "-C", "1", "-Z", "root"
    )  # million octets each: ring, ring1, ring2 ...
    ring = sorted(tmp_path.glob("ring*"))
    assert [path.name for path in ring[:3]] == ["ring", "ring1", "ring10"]
    assert build.rows(open_captures(ring)) == read(source)


def test_files_editcap_splits_are_the_stream_it_read(tmp_path: Path) -> None:
    source = tmp_path / "source.pcap"
    source.write_bytes(build.pcap(MIX))
    real("editcap")("-F", "pcapng", "-c", "7", str(source), str(tmp_path / "part.pcapng"))
    parts = sorted(tmp_path.glob("part*"))
    assert len(parts) == 6
    assert build.rows(open_captures(parts[::-1])) == read(source)
