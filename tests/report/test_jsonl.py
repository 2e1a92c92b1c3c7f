"""JSON lines come one by one; the document comes sorted, with the accounts of the capture."""

from __future__ import annotations

import json

from tcplife.model.damage import Damage
from tcplife.model.names import Skip
from tcplife.model.totals import Totals
from tcplife.report import jsonl
from tcplife.report.base import Look, reporter
from tests.report.build import START_NS, syn_only, textbook
from tests.report.samples import Kept


def totals() -> Totals:
    return Totals(
        records=30,
        tracked=27,
        skipped={Skip.ARP: 2, Skip.SHORT_TCP: 1},
        connections=2,
        first_ns=START_NS,
        last_ns=START_NS + 10,
        damages=[Damage("cut", 100, 30, "x")],
        source="x",
        format="pcap",
    )


def test_each_line_is_an_object_and_nothing_else_is_written() -> None:
    out = Kept()
    made = reporter("jsonl", out, Look())
    made.begin()
    for connection in (syn_only(2), textbook()):
        made.connection(connection)
    made.end(totals())
    assert [json.loads(line)["index"] for line in out.text.splitlines()] == [2, 1]


def test_a_live_input_hands_on_each_line_at_once() -> None:
    out = Kept()
    made = reporter("jsonl", out, Look(live=True))
    made.begin()
    made.connection(textbook())
    assert out.text.endswith("}\n")
    assert out.flushes == 1


def test_a_file_is_written_in_large_pieces() -> None:
    out = Kept()
    made = reporter("jsonl", out, Look())
    made.begin()
    made.connection(textbook())
    assert out.written == b""
    for index in range(100):
        made.connection(syn_only(index + 2))
    assert len(out.written) > jsonl.FULL


def test_the_document_is_sorted_and_accounts_for_every_record() -> None:
    out = Kept()
    made = reporter("json", out, Look())
    made.begin()
    for index in (3, 1, 2):
        made.connection(syn_only(index))
    made.end(totals())
    document = json.loads(out.text)
    assert list(document) == ["schema_version", "capture", "connections"]
    assert [c["index"] for c in document["connections"]] == [1, 2, 3]
    capture = document["capture"]
    assert capture["skipped"] == {"arp": 2, "cut inside the tcp header": 1}
    assert capture["records"] == capture["tracked"] + sum(capture["skipped"].values())
    assert capture["damages"] == [{"what": "cut", "at_byte": 100, "packet": 30, "source": "x"}]
    assert capture["first"] == "2019-06-12T10:09:11.163215000Z"


def test_a_document_without_connections_is_a_document() -> None:
    out = Kept()
    made = reporter("json", out, Look())
    made.begin()
    made.end(Totals())
    document = json.loads(out.text)
    assert document["connections"] == []
    assert document["capture"]["first"] is None
