"""The fast writer writes what json.dumps of the slow record would, for any connection."""

from __future__ import annotations

import json
import random
from typing import Any

from tcplife.model.connection import Connection, SideStats
from tcplife.report.buffer import Buffer
from tcplife.report.record_writer import RecordWriter
from tcplife.report.schema import record, stats
from tcplife.report.stats_fields import STATS_FIELDS
from tcplife.report.stats_writer import is_blank, plain_stats
from tests.report.build import random_connection, random_stats, textbook

SEED = 20261121


def written(connection: Connection) -> Any:
    """What the writer makes of it, read back."""
    buffer = Buffer()
    RecordWriter(buffer, SideStats()).write(connection)
    return json.loads(buffer.take())


def clean(value: Any) -> Any:
    """The value with lone surrogates replaced, which are no Unicode."""
    if isinstance(value, str):
        return value.replace("\ud800", "?")
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value


def test_any_connection_is_written_as_its_slow_record() -> None:
    rng = random.Random(SEED)
    for number in range(400):
        connection = random_connection(rng)
        slow = clean(record(connection))
        fast = written(connection)
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


def test_the_formatted_statistics_of_plain_python_are_the_same() -> None:
    rng = random.Random(SEED)
    for _ in range(100):
        side = random_stats(rng)
        assert json.loads(plain_stats(side)) == stats(side)


def test_blank_means_every_field_of_the_record() -> None:
    for field in STATS_FIELDS:
        side = SideStats()
        assert is_blank(side, SideStats())
        setattr(side, field.attribute, 7)
        assert not is_blank(side, SideStats()), field.name
