"""The fast writer writes what json.dumps of the slow record would, for any connection."""

from __future__ import annotations

import json
import random
from array import array
from typing import Any

import pytest

from tcplife.model.catalogue import KINDS, Kind
from tcplife.model.connection import Connection, SideStats
from tcplife.model.names import Severity
from tcplife.report import native, plain_writer
from tcplife.report.buffer import Buffer
from tcplife.report.plain_writer import PlainWriter
from tcplife.report.record_writer import RecordWriter
from tcplife.report.schema import record
from tcplife.report.stats_fields import STATS_FIELDS
from tcplife.report.stats_writer import is_blank
from tests.report.build import random_connection, textbook

SEED = 20261121


WRITERS = (RecordWriter, PlainWriter)


def text_of(connection: Connection, writer: type[RecordWriter | PlainWriter]) -> bytes:
    """What the writer makes of it."""
    buffer = Buffer()
    writer(buffer, SideStats()).write(connection)
    return buffer.take()


def written(connection: Connection, writer: type[RecordWriter | PlainWriter] = RecordWriter) -> Any:
    """What the writer makes of it, read back."""
    return json.loads(text_of(connection, writer))


def clean(value: Any) -> Any:
    """The value with lone surrogates replaced, which are no Unicode."""
    if isinstance(value, str):
        return value.replace("\ud800", "?")
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("writer", WRITERS)
def test_any_connection_is_written_as_its_slow_record(writer: type[RecordWriter | PlainWriter]) -> None:
    rng = random.Random(SEED)
    for number in range(400):
        connection = random_connection(rng)
        slow = clean(record(connection))
        fast = written(connection, writer)
        for key, value in slow.items():
            assert fast[key] == value, (SEED, number, key)
        assert json.dumps(fast) == json.dumps(slow), (SEED, number, "order of the keys")


def test_the_textbook_reads_as_the_contract_says() -> None:
    fast = written(textbook())
    assert fast["client"] == {"ip": "192.168.131.132", "port": 37584}
    assert fast["final"] == {"client": "TIME_WAIT", "server": "CLOSED"}
    assert fast["close"] == {"kind": "three_segment", "initiator": "client", "packet": 24}
    assert fast["start"] == "2019-06-12T10:09:11.163215000Z"
    assert fast["transitions"][2] == {
        "packet": 2,
        "offset": 0.00014,
        "endpoint": "client",
        "from": "SYN_SENT",
        "to": "ESTABLISHED",
        "event": "GETS_SYN_ACK",
        "basis": "received",
        "confirmed_by": 3,
        "rfc": "3.10.7.3 fourth",
    }


def test_both_writers_write_the_same_octets() -> None:
    rng = random.Random(SEED)
    for number in range(400):
        connection = random_connection(rng)
        assert text_of(connection, RecordWriter) == text_of(connection, PlainWriter), (SEED, number)


def test_times_in_plain_python_have_the_decimals_of_all_others() -> None:
    rng = random.Random(SEED)
    for digits in range(1, 19):
        for unit in (1, 1_000, 1_000_000):
            ns = rng.randrange(10**digits) // unit * unit
            assert plain_writer.seconds(ns) == native.seconds_text(ns).decode(), ns
            assert plain_writer.milliseconds(ns) == native.milliseconds_text(ns).decode(), ns
    assert plain_writer.milliseconds(-1) == "null"


def test_fields_that_many_share_are_forgotten_and_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(SEED)
    sides = [random_connection(rng).client_stats for _ in range(50)]
    writer = PlainWriter(Buffer(), SideStats())
    values = [[getattr(side, field.attribute) for field in STATS_FIELDS] for side in sides]
    told = [plain_writer.stats_text(tuple(each)) for each in values]
    monkeypatch.setattr(plain_writer, "MOST_RUNS", 2)
    for _, _, texts in plain_writer._RUNS:
        texts.clear()
    assert [plain_writer.stats_text(tuple(each)) for each in values] == told
    assert all(len(texts) <= 2 for _, _, texts in plain_writer._RUNS)
    for side, text in zip(sides, told, strict=True):
        c = textbook()
        c.client_stats = side
        assert writer._stats(c).startswith(f'{{"client":{text}')
        assert json.loads(text) == record(c)["stats"]["client"]


def test_blank_means_every_field_of_the_record() -> None:
    for field in STATS_FIELDS:
        side = SideStats()
        assert is_blank(side, SideStats())
        setattr(side, field.attribute, 7)
        assert not is_blank(side, SideStats()), field.name


def test_a_name_of_any_length_has_its_room() -> None:
    long = Kind("k" * 100_000, Severity.ERROR, "tests", value_name="v" * 100_000, guess=True)
    KINDS.append(long)
    try:
        c = textbook()
        c.anomaly_rows = array("q", [2, 1 | (len(KINDS) - 1) << 1, 7, 3] * 20)
        assert written(c)["anomalies"] == record(c)["anomalies"]
    finally:
        KINDS.pop()
