"""Every format of exchange, read back by a tool that is not ours, and held against the JSON record."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import communityid
import jsonschema
import pytest

from tcplife.capture import open_capture
from tcplife.cli.main import main
from tcplife.errors import MissingExtraError
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter
from tcplife.report.schema import JSON_SCHEMA
from tcplife.report.zeek_log import originator_is_client, row
from tests.report.samples import SAMPLES, Kept

if TYPE_CHECKING:
    from pathlib import Path

duckdb: Any = pytest.importorskip("duckdb")
pq: Any = pytest.importorskip("pyarrow.parquet")

CHOSEN = ("wget", "reset_by_client", "close_wait_pile", "ipv6", "mid_stream", "zero_window", "vxlan", "refused")
Rows = list[dict[str, Any]]


def path(name: str) -> str:
    return str(SAMPLES / f"{name}.pcap")


def written(name: str, form: str, **look: Any) -> bytes:
    """What a format writes of a sample."""
    kept = Kept()
    analysis = Analysis(open_capture(path(name)))
    made = reporter(form, kept, Look(**look))
    made.begin()
    for connection in analysis:
        made.connection(connection)
    made.end(analysis.totals)
    return kept.written


def records(name: str) -> Rows:
    """The contract's records of a sample."""
    return [json.loads(line) for line in written(name, "jsonl").splitlines()]


@pytest.mark.parametrize("name", CHOSEN)
def test_the_community_id_is_that_of_the_communityid_package(name: str) -> None:
    for record in records(name):
        ends = (record["client"]["ip"], record["server"]["ip"], record["client"]["port"], record["server"]["port"])
        expected = communityid.CommunityID().calc(communityid.FlowTuple.make_tcp(*ends))
        assert record["community_id"] == expected, f"connection {record['index']}"


@pytest.mark.parametrize("name", CHOSEN)
def test_json_lines_follow_their_schema(name: str) -> None:
    for record in records(name):
        jsonschema.validate(record, JSON_SCHEMA)


def zeek_rows(text: str) -> Rows:
    """A Zeek log read as Zeek's documentation says: separator, unset field, names and types from the header."""
    lines = text.splitlines()
    header = dict(line[1:].split("\t", 1) for line in lines if line.startswith("#") and "\t" in line)
    names, types = header["fields"].split("\t"), header["types"].split("\t")
    convert = {"time": float, "interval": float, "count": int, "port": int}
    rows = []
    for line in lines:
        if not line.startswith("#"):
            cells = zip(names, types, line.split("\t"), strict=True)
            rows.append({n: convert.get(t, str)(cell) for n, t, cell in cells if cell != header["unset_field"]})
    return rows


@pytest.mark.parametrize("name", CHOSEN)
def test_zeeks_log_in_both_forms_says_the_same(name: str) -> None:
    text = written(name, "zeek").decode()
    assert text.startswith("#separator \\x09\n#set_separator\t,\n")
    assert text.splitlines()[-1].startswith("#close\t")
    rows = zeek_rows(text)
    assert rows == [json.loads(line) for line in written(name, "zeek-json").splitlines()]
    for each, record in zip(rows, records(name), strict=True):
        assert each["conn_state"] == record["zeek"]["conn_state"]
        assert each.get("history", "") == record["zeek"]["history"]
        assert each["community_id"] == record["community_id"]
        assert each["ts"] == pytest.approx(record["start_ns"] / 1e9, abs=2e-6)
        assert {each["id.orig_h"], each["id.resp_h"]} == {record["client"]["ip"], record["server"]["ip"]}


def test_zeek_names_the_originator_it_took() -> None:
    compared = 0
    for sample in sorted(SAMPLES.glob("*.pcap")):
        for connection in Analysis(open_capture(str(sample))):
            sent = (connection.client_stats.packets, connection.server_stats.packets)
            pair = (connection.zeek_pkts_orig, connection.zeek_pkts_resp)
            if pair in (sent, sent[::-1]) and sent[0] != sent[1]:
                assert (pair == sent) == originator_is_client(connection), f"{sample.name} #{connection.index}"
                compared += 1
    assert compared > 50


def test_the_zeek_row_turns_round_with_the_originator() -> None:
    (connection, _) = Analysis(open_capture(path("wget")))
    assert row(connection)["id.orig_p"] == connection.client_port
    connection.zeek_history = "^" + connection.zeek_history
    assert row(connection)["id.orig_p"] == connection.server_port
    assert row(connection)["id.resp_h"] == connection.client.ip


@pytest.mark.parametrize("name", CHOSEN)
def test_eve_events_are_what_suricata_readers_take(name: str) -> None:
    events = [json.loads(line) for line in written(name, "eve").splitlines()]
    for event, record in zip(events, records(name), strict=True):
        jsonschema.validate(event, EVE_FLOW)
        stamp = datetime.strptime(event["flow"]["start"], "%Y-%m-%dT%H:%M:%S.%f%z")
        assert stamp.astimezone(UTC).timestamp() == pytest.approx(record["start_ns"] / 1e9, abs=2e-6)
        assert event["flow"]["state"] == "closed" or record["close"] is None
        assert event["tcplife"]["verdict"] == record["verdict"]
    assert len({event["flow_id"] for event in events}) == len(events)


EVE_FLOW = {
    "type": "object",
    "required": ["timestamp", "flow_id", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "flow"],
    "properties": {
        "timestamp": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d{4}$"},
        "flow_id": {"type": "integer", "minimum": 0},
        "event_type": {"const": "flow"},
        "proto": {"const": "TCP"},
        "flow": {
            "required": ["pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient", "start", "end", "age"],
            "properties": {
                "state": {"enum": ["new", "established", "closed", "bypassed"]},
                "reason": {"enum": ["timeout", "forced", "shutdown"]},
            },
        },
    },
}
"""The part of Suricata's etc/schema.json that a flow event must have."""


def plain(value: Any) -> Any:
    """A value without what is null: Arrow has no absent fields."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if each is not None}
    return [plain(each) for each in value] if isinstance(value, list) else value


def as_row(record: dict[str, Any]) -> dict[str, Any]:
    """A record as its Parquet row: an anomaly's value is called value."""
    for anomaly in record["anomalies"]:
        extra = set(anomaly) - {"kind", "packet", "endpoint", "severity", "related", "guess"}
        for name in extra:
            anomaly["value"], anomaly["value_name"] = anomaly.pop(name), name
    return {key: value for key, value in record.items() if key != "start"}


@pytest.mark.parametrize("name", CHOSEN)
def test_parquet_holds_the_whole_record_as_pyarrow_reads_it(name: str, tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    file.write_bytes(written(name, "parquet"))
    table = pq.read_table(file)
    assert str(table.schema.field("start").type) == "timestamp[ns, tz=UTC]"
    assert str(table.schema.field("server").type) == "struct<ip: string, port: int32>"
    rows = table.drop(["start"]).to_pylist()
    assert plain(rows) == plain([as_row(record) for record in records(name)])


def test_parquet_keeps_segments(tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    assert main(["analyze", path("wget"), "--segments", "--format", "parquet", "-o", str(file)]) == 0
    assert [len(row) for row in pq.read_table(file)["segments"].to_pylist()] == [26, 20]


def test_duckdb_answers_from_parquet(tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    file.write_bytes(written("close_wait_pile", "parquet"))
    found = duckdb.sql(
        f"select server.port, count(*) from '{file}' where final.server = 'CLOSE_WAIT' group by 1 order by 2 desc"  # noqa: S608
    ).fetchall()
    expected = [r for r in records("close_wait_pile") if r["final"]["server"] == "CLOSE_WAIT"]
    assert found == [(expected[0]["server"]["port"], len(expected))]


def test_parquet_comes_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tcplife.report import parquet

    monkeypatch.setattr(parquet, "GROUP_ROWS", 8)
    monkeypatch.setattr(parquet, "CHUNK", 4)
    file = tmp_path / "out.parquet"
    file.write_bytes(written("time_wait_pile", "parquet"))
    reader = pq.ParquetFile(file)
    assert reader.num_row_groups > 1
    assert {reader.metadata.row_group(at).num_rows for at in range(reader.num_row_groups - 1)} == {8}
    assert reader.metadata.num_rows == len(records("time_wait_pile"))


def test_the_same_capture_gives_the_same_parquet_octets() -> None:
    assert written("wget", "parquet") == written("wget", "parquet")


def test_without_pyarrow_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "out.parquet"
    assert main(["analyze", path("wget"), "--format", "parquet", "-o", str(file)]) == MissingExtraError.exit_code
    told = capsys.readouterr().err
    assert told == "tcplife: --format parquet needs pyarrow, which is not installed: pip install 'tcplife[parquet]'\n"
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_capture_leaves_no_parquet_behind(tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    assert main(["analyze", str(tmp_path / "none.pcap"), "--format", "parquet", "-o", str(file)]) == 3
    assert list(tmp_path.iterdir()) == []


def test_csv_takes_its_own_names_and_paths_of_the_record() -> None:
    columns = ("index", "client.ip", "client_port", "stats.server.rtt_avg", "close.kind", "anomalies.kind", "zeek")
    rows = list(csv.DictReader(io.StringIO(written("zero_window", "csv", columns=columns).decode())))
    for line, record in zip(rows, records("zero_window"), strict=True):
        assert tuple(line) == columns
        assert line["client.ip"] == record["client"]["ip"]
        assert int(line["client_port"]) == record["client"]["port"]
        assert line["stats.server.rtt_avg"] == str(record["stats"]["server"]["rtt_avg"] or "")
        assert line["anomalies.kind"].split() == [a["kind"] for a in record["anomalies"]]
        assert json.loads(line["zeek"]) == record["zeek"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "csv", "--fields", "cleint.ip"], "did you mean client.ip?"),
        (["--format", "jsonl", "--fields", "client.ip"], "--fields chooses the columns of --format csv"),
    ],
)
def test_fields_that_make_no_sense(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", path("wget"), *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
