"""The JSON schema describes every record, and refuses what is none."""

from __future__ import annotations

import random
from typing import Any

import jsonschema
import pytest

import tcplife
from tcplife.report.schema import JSON_SCHEMA, record
from tests.report.build import random_connection, textbook
from tests.report.samples import SAMPLES

VALIDATOR = jsonschema.Draft202012Validator(JSON_SCHEMA)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(JSON_SCHEMA)


def test_records_of_random_connections_are_valid() -> None:
    rng = random.Random(1)
    for _ in range(50):
        VALIDATOR.validate(record(random_connection(rng)))


@pytest.mark.parametrize("name", ["wget.pcap", "loss_sack.pcap", "mid_stream.pcap", "ipv6.pcap", "gre.pcap"])
def test_records_of_samples_are_valid(name: str) -> None:
    for connection in tcplife.analyze(SAMPLES / name, segments=True):
        VALIDATOR.validate(record(connection))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("client", "port"), 70000),
        (("final", "client"), "OPEN"),
        (("transitions", 0, "basis"), "guessed"),
        (("transitions", 0, "packet"), 0),
        (("start",), "2019-06-12 10:09:11"),
        (("stats", "client", "packets"), None),
    ],
)
def test_a_wrong_value_is_refused(path: tuple[str | int, ...], value: object) -> None:
    wrong: Any = record(textbook())
    at = wrong
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not VALIDATOR.is_valid(wrong)


@pytest.mark.parametrize("key", ["index", "close", "verdict", "stats", "zeek", "handshake_ms"])
def test_a_missing_key_is_refused(key: str) -> None:
    wrong = record(textbook())
    del wrong[key]
    assert not VALIDATOR.is_valid(wrong)
