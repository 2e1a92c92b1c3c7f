"""Zeek's words for the sample captures, made by real sockets: the fast model against the slow, a few by name."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

import tcplife
from tcplife.capture import RECORD, open_capture
from tcplife.decode.decoder import Decoder
from tcplife.model.names import ACK, FIN, RST, SYN, Skip
from tcplife.model.segment import Segment
from tcplife.report.schema import record
from tcplife.report.zeek_log import rows

from .test_zeek import life_of
from .zeek_oracle import Packet, rows_of

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (ACK, "A"))
Pair = tuple[tuple[int, int, int], tuple[int, int, int]]


def conversations(capture: Path) -> list[list[Packet]]:
    """The TCP packets of a capture by pair of endpoints, in order; whole microseconds, as Zeek has seldom more."""
    reader = open_capture(str(capture))
    decoder = Decoder()
    s = Segment()
    found: dict[Pair, list[Packet]] = defaultdict(list)
    first: dict[Pair, tuple[int, int, int]] = {}
    while reader.next() == RECORD:
        s.packet, s.ts_ns, s.wire_len = reader.packet, reader.ts_ns, reader.wire_len
        code = decoder.decode(reader.buf, reader.at, reader.end, reader.wire_len, reader.link, s)
        if code != Skip.TCP.code:
            continue
        source, target = (s.src_hi, s.src_lo, s.sport), (s.dst_hi, s.dst_lo, s.dport)
        pair = (min(source, target), max(source, target))
        side = int(first.setdefault(pair, source) != source)
        flags = "".join(letter for bit, letter in LETTERS if s.flags & bit)
        whole, bad = s.payload_end - s.payload_at >= s.length, bool(s.bad_checksum)
        us = s.ts_ns // 1000
        packet = Packet(us, side, flags, s.seq, s.ack, s.length, s.window, whole, bad, s.sport, s.dport)
        found[pair].append(packet)
    return list(found.values())


@pytest.mark.parametrize("capture", sorted(SAMPLES.glob("*.pcap")), ids=lambda path: path.stem)
def test_both_models_say_the_same_of_a_sample(capture: Path) -> None:
    for packets in conversations(capture):
        assert [tuple(row) for row in life_of(packets).rows()] == rows_of(packets)


WORDS = {
    "wget": [["SF ShADadFf"], ["SF ShADadFf"]],
    "close_three": [["SF ShADadFf"]],
    "half_close": [["SF ShADFadf"]],
    "refused": [["REJ Sr"]],
    "unanswered": [["S0 S"]],
    "reset_by_client": [["RSTO ShADadR"]],
    "crash_during_transfer": [["S1 ShADadT"]],
    "zero_window": [["SF ShADaTwFf"]],
    "stale_syn_alone": [["RSTO ShR"]],
    "mid_stream": [["SF DdAFaf"]],
    "only_client_to_server": [["SH SADF"]],
    "only_server_to_client": [["SHR ^hadf"]],
    "capture_loss": [["SF ShAaGgfF"]],
    "simultaneous_open": [["S0 S", "SF ShaAdDfF"]],
    "time_wait_reuse": [["SF ShADadfF", "SF ShADadfF"]],
}
"""Rows of each pair of endpoints; read against the packets by eye."""


@pytest.mark.parametrize("name", WORDS)
def test_words_of_a_sample(name: str) -> None:
    lives = [life_of(packets) for packets in conversations(SAMPLES / f"{name}.pcap")]
    assert [[f"{row.conn_state} {row.history}" for row in life.rows()] for life in lives] == WORDS[name]


def test_a_record_has_every_row_where_zeek_cuts_it() -> None:
    (connection,) = tcplife.analyze(SAMPLES / "keep_alive_classic.pcap")
    zeek = record(connection)["zeek"]
    assert [(row["originator"], row["conn_state"], row["history"]) for row in zeek["rows"]] == [
        ("client", "S1", "ShADad"), ("server", "OTH", "AR")
    ]  # fmt: skip
    assert "2 connections" in zeek["note"]
    assert [row["conn_state"] for row in rows(connection)] == ["S1", "OTH"], "conn.log, too"
    (plain,) = tcplife.analyze(SAMPLES / "close_three.pcap")
    assert "rows" not in record(plain)["zeek"]
