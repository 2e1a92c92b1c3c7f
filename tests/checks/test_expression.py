"""The expression language: what it accepts, what it means, how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tcplife.checks.expression import CONNECTION_FIELDS, ExpressionError, parse
from tcplife.checks.literals import Type
from tcplife.checks.tokens import MAX_LENGTH
from tcplife.errors import UsageError
from tcplife.model import names

from .build import connection

if TYPE_CHECKING:
    from tcplife.model.connection import Connection

HOLDS = [
    'service == "443"',
    'service in ["80", "443"]',
    'service != "80"',
    "server.port == 443",
    "client.ip in 192.0.2.0/24",
    "client.ip == 192.0.2.1",
    'client.ip == "192.0.2.1"',
    "client.ip not in [10.0.0.0/8, 2001:db8::/32]",
    "client.ip != server.ip",
    'close.kind in ["three_segment", "four_segment"]',
    'close.initiator == "client"',
    'closed_by == "client"',
    "not reset",
    "reset == false",
    "reset != true",
    "handshake_ms <= 20",
    "handshake_ms <= 20ms",
    "handshake_ms < 0.1s",
    "not handshake_ms > 20.5",
    "handshake_ms is known",
    "rtt_ms is unknown",
    "not rtt_ms is known",
    "retransmission_rate < 0.01",
    "retransmission_rate < 1%",
    "half_closed_s < 1",
    "half_closed_s == 0",
    "half_closed_bytes == 0",
    "time.network_ms == 0",
    'opened.how == "three_segment"',
    'capture_point != "near_client"',
    "slowest is unknown",
    "resets == 0",
    "duration_s == 0.5",
    "duration_s == 500ms",
    'no anomaly at or above "warning"',
    'has anomaly "duplicate_ack"',
    "has anomaly",
    'no anomaly in ["zero_window", "window_full"]',
    'anomalies contains "duplicate_ack"',
    "anomalies.duplicate_ack == 2",
    "anomalies.zero_window == 0",
    "anomalies.count == 2",
    "every octet acknowledged",
    "client.every_octet_acknowledged",
    'final.server == "CLOSED"',
    'final.client != "CLOSED"',
    'zeek.conn_state == "SF"',
    'zeek.history contains "ADad"',
    "client.packets > 3",
    "stats.client.packets == 5",
    "bytes >= 1.5kB and bytes < 2KiB",
    "client.bytes == server.bytes or client.bytes > 10",
    "(reset or open) or (not open and not (reset))",
    "not not not reset",
    "packets in [7, 8, 9]",
    "rtt_ms > 5 or not reset",
    "not (rtt_ms > 5 and reset)",
]
UNKNOWN = [
    "rtt_ms < 5",
    "not rtt_ms < 5",
    "rtt_ms < 5 and not reset",
    "rtt_ms < 5 or reset",
    "rtt_ms in [1, 2]",
    "client.rtt_min_ms < server.rtt_min_ms",
]
REFUSED = [
    ("", 1, "empty"),
    ("   ", 4, "empty"),
    ('close.kidn == "x"', 1, "did you mean close.kind?"),
    ('final.server == "CLOSD"', 17, 'did you mean "CLOSED"?'),
    ('zeek.conn_state == "XX"', 20, "expected one of S0"),
    ("service == 443", 12, 'as in "443"'),
    ("service == https", 12, "text in quotes"),
    ("service < 5", 9, "no order"),
    ("service", 8, "a comparison"),
    ("handshake_ms", 13, "a comparison"),
    ("handshake_ms <= fast", 17, "unknown field fast"),
    ("handshake_ms <= 5kB", 17, "expected one of ns, us, ms"),
    ("bytes > 5ms", 9, "expected one of B"),
    ("packets > 5%%", 13, "% has no meaning"),
    ("packets > 1ms", 11, "expected a bare number"),
    ('handshake_ms <= "50"', 17, "expected a time"),
    ("client.ip in 10.0.0.1/8", 14, "host bits"),
    ("client.ip in 10.0.0.0/99", 14, "expected an address"),
    ("client.ip in 300.0.0.0/8", 14, "expected an address"),
    ("client.ip == 5", 14, "expected an address"),
    ("client.ip < 10.0.0.1", 11, "no order"),
    ("client.ip == service", 14, "cannot be compared"),
    ("reset = true", 7, 'expected "=="'),
    ("reset == 1", 10, "true or false"),
    ("reset && open", 7, 'expected "and"'),
    ("reset and", 10, "expected a field, found the end"),
    ("reset open", 7, 'expected "and", "or" or the end'),
    ("1 < packets < 3", 1, "expected a field"),
    ("packets < 3 < 4", 13, 'expected "and", "or" or the end'),
    ("NOT reset", 1, "did you mean not?"),
    ("reset AND open", 7, 'words are written small: "and"'),
    ("(reset", 7, 'expected ")"'),
    ("reset)", 6, 'expected "and", "or" or the end'),
    ('service == "443', 12, "never closed"),
    ("service in []", 14, "the list is empty"),
    ('service in ["80" "443"]', 18, 'expected "," or "]"'),
    ('service in "80"', 12, "expected a list"),
    ("client.ip in []", 16, "the list is empty"),
    ('states.client == "CLOSED"', 15, 'expected "contains"'),
    ('states.client contains "CLOSD"', 24, 'did you mean "CLOSED"?'),
    ("states.client", 14, '"contains" after states.client'),
    ('packets contains "3"', 18, "contains nothing"),
    ('has anomaly "zero_windwo"', 13, 'did you mean "zero_window"?'),
    ("anomalies.zero_windwo > 3", 1, "did you mean anomalies.zero_window?"),
    ('no anomaly at or above "warn"', 24, '"info", "warning", "error"'),
    ("no anomaly at above", 15, 'expected "or"'),
    ("every octet acked", 13, 'expected "acknowledged"'),
    ("rtt_ms is there", 11, '"known" or "unknown"'),
    ("p95(rtt_ms) < 80", 1, "looks at all connections"),
    ("count >= 1", 1, "looks at all connections"),
    ("eval(reset)", 1, "unknown function eval"),
    ("__import__", 1, "unknown field __import__"),
    ("reset.__class__ == 1", 1, "unknown field"),
    ("packets > 9999999999999999999999999999999999999999999", 11, "too long"),
    ("rëset", 2, "has no meaning"),
    ("service == “443”", 12, "plain quote"),
    ("reset \x1b[2J", 7, "\\x1b has no meaning"),
]


@pytest.fixture(name="life")
def _life() -> Connection:
    return connection(
        anomalies=(("duplicate_ack", 4), ("duplicate_ack", 6)),
        zeek_state="SF",
        zeek_history="ShADadFf",
        client_packets=5,
        server_packets=3,
        client_bytes=800,
        server_bytes=800,
        client_data_packets=400,
        client_retransmitted_packets=2,
    )


@pytest.mark.parametrize("text", HOLDS)
def test_holds_on_a_clean_connection_and_its_opposite_does_not(text: str, life: Connection) -> None:
    assert parse(text).holds(life) is True
    assert parse(f"not ({text})").holds(life) is False
    assert parse(parse(text).root.text).root.text == parse(text).root.text


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_the_capture_cannot_tell_is_neither_true_nor_false(text: str, life: Connection) -> None:
    assert parse(text).holds(life) is None
    assert not parse(text).matches(life)
    assert not parse(f"not ({text})").matches(life)


@pytest.mark.parametrize(("text", "column", "part"), REFUSED)
def test_refuses_with_column_and_expectation(text: str, column: int, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.column, part in str(caught.value)) == (column, True), str(caught.value)
    assert "\n" not in str(caught.value)
    line, caret = caught.value.pointed.split("\n")
    assert caret.strip() == "^"
    assert line.isprintable()
    assert isinstance(caught.value, UsageError)


def test_the_caret_points_at_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse('service == "443" and close.kidn == "reset"')
    line, caret = caught.value.pointed.split("\n")
    assert line[caret.index("^") :].startswith("close.kidn")


def test_depth_and_length_are_bounded() -> None:
    assert parse("(" * 50 + "reset" + ")" * 50).fields_used == {"reset"}
    with pytest.raises(ExpressionError, match="more than 50 parentheses"):
        parse("(" * 4_000 + "reset" + ")" * 4_000)
    with pytest.raises(ExpressionError, match="longer than"):
        parse("reset or " * MAX_LENGTH)
    many = " or ".join(["reset"] * 1_000)
    assert parse(many).matches(connection(close=("reset", 0, 8)))
    assert parse("not " * 2_001 + "reset").matches(connection())


def test_figures_over_all_connections_where_they_are_allowed() -> None:
    for text in ("count >= 1", "p95(rtt_ms) < 80", "share(reset or open) < 1%", "count(reset) == 0 and not reset"):
        assert parse(text, aggregates=True).root.text == text
    with pytest.raises(TypeError):
        parse("count >= 1", aggregates=True).matches(connection())
    for text, part in (
        ("count >= 1 or reset", 'joined by "and" only'),
        ("not (count >= 1 and reset)", 'joined by "and" only'),
        ("share(count > 1) > 0", "cannot stand inside another"),
        ("p95(service) < 3", "a number or a time"),
        ("p95(rtt_ms)", "a comparison"),
        ("avg() > 1", "expected a field"),
    ):
        with pytest.raises(ExpressionError, match=part):
            parse(text, aggregates=True)


def test_addresses_of_the_two_versions_never_meet() -> None:
    six = connection("2001:db8::1", "::c000:201")
    assert parse("client.ip in 2001:db8::/32").matches(six)
    assert parse("server.ip == ::192.0.2.1").matches(six)
    assert not parse("server.ip in 0.0.0.0/0").matches(six)
    assert not parse("client.ip in ::/0").matches(connection())


def test_every_field_reads_a_value_of_its_type() -> None:
    expected: dict[Type, type | tuple[type, ...]] = {
        Type.BOOL: bool, Type.NUMBER: (int, float), Type.OCTETS: int, Type.DURATION: int,
        Type.TEXT: str, Type.ADDRESS: int, Type.WORDS: frozenset,
    }  # fmt: skip
    life = connection(final=(names.ESTABLISHED, names.ESTABLISHED), close=(None, -1, 0))
    for field in CONNECTION_FIELDS:
        value = field.get(life)
        assert value is None or isinstance(value, expected[field.type]), field.name
        assert field.doc, field.name


def test_fields_used_are_named() -> None:
    used = parse('service == "443" and (client.bytes > server.bytes or has anomaly)').fields_used
    assert used == {"service", "client.bytes", "server.bytes", "worst"}


_WORDS = st.sampled_from([
    "reset", "open", "and", "or", "not", "in", "(", ")", "[", "]", ",", "==", "<", ">=", "service", '"443"', "443",
    "handshake_ms", "5ms", "1%", "client.ip", "10.0.0.0/8", "::/0", "is", "known", "has", "no", "anomaly", "at",
    "above", '"warning"', "every", "octet", "acknowledged", "count", "p95", "share", "contains", "states.client", "\\",
    '"', "'", "é", "\x00", "true", "anomalies.zero_window",
])  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=14).map(" ".join)), st.booleans())
@example('"\\', True)
def test_any_text_parses_or_is_refused_in_one_line(text: str, aggregates: bool) -> None:
    try:
        parsed = parse(text, aggregates=aggregates)
    except ExpressionError as refusal:
        _is_one_clear_line(refusal)
        return
    again = parse(parsed.root.text, aggregates=aggregates)
    assert again.root.text == parsed.root.text
    if "count" not in text and "share(" not in text and "p95" not in text:
        assert parsed.holds(connection()) is again.holds(connection())


def _is_one_clear_line(refusal: ExpressionError) -> None:
    assert str(refusal).isprintable()
    assert 0 <= refusal.position <= len(refusal.text)
