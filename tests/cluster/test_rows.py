"""What travels between processes is the segment as the decoder left it, but for its octets."""

from pathlib import Path

from tcplife.capture import open_capture
from tcplife.capture.formats import RECORD
from tcplife.cluster.rows import RowReader, RowWriter
from tcplife.decode.decoder import Decoder
from tcplife.model.segment import Segment

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
FIELDS = (
    "src_hi", "src_lo", "dst_hi", "dst_lo", "sport", "dport", "ip_version", "ts_ns", "seq", "ack", "flags", "window",
    "checksum", "ttl", "ip_id", "ecn", "bad_checksum", "options_cut", "sack_ok", "length", "ts_val", "ts_ecr", "mss",
    "wscale", "tfo", "mptcp", "signed", "sack_count", "icmp_type", "icmp_code",
)  # fmt: skip


def said(s: Segment) -> tuple[object, ...]:
    return (*(getattr(s, name) for name in FIELDS), bool(s.bare), s.payload_end - s.payload_at)


def test_a_row_says_what_the_segment_said() -> None:
    sent: list[tuple[object, ...]] = []
    got: list[tuple[object, ...]] = []
    for path in sorted(SAMPLES.glob("*.pcap*")):
        reader, decoder, s, twin = open_capture(str(path)), Decoder(), Segment(), Segment()
        blocks: list[bytes] = []
        writer = RowWriter(blocks)
        while reader.next() == RECORD:
            s.ts_ns = reader.ts_ns
            if decoder.decode(bytes(reader.buf), reader.at, reader.end, reader.wire_len, reader.link, s) == 0:
                sent.append(said(s))
                writer.put(s, len(sent), s.ts_ns, 0, decoder.u32(s.sack_at) if s.sack_count > 0 else -1)
        writer.flush()
        reader.close()
        rows = RowReader(blocks)
        while rows.more():
            assert rows.position == len(got) + 1
            rows.fill(twin)
            assert rows.code == 0
            got.append(said(twin))
    assert got == sent
    bare = [one[-2] for one in sent]
    assert True in bare
    assert False in bare  # both kinds are in these captures
