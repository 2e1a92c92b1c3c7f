"""A batch at once equals one connection after the other."""

from __future__ import annotations

import ipaddress
import random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.checks.closures import COMPARE
from tcplife.checks.expression import CONNECTION_FIELDS, parse
from tcplife.checks.literals import Type
from tcplife.checks.nodes import Leaf, Node, Pair
from tcplife.checks.planes import Batch, Groups, Ladder, bits_of, flags_of, mask_of

from .build import connection

if TYPE_CHECKING:
    from tcplife.model.connection import Connection

_CLOSES = [("three_segment", 0, 8), ("reset", 1, 5), ("refused", 1, 2), (None, -1, 0), ("four_segment", 1, 8)]
_KINDS = [(), (("duplicate_ack", 4),), (("zero_window", 5), ("duplicate_ack", 6)), (("window_full", 9),)]
_PARTS = [
    "reset", "open", 'service == "443"', 'service in ["80", "8080"]', "client.ip in 10.0.0.0/8",
    "client.ip in [10.0.0.7, 10.0.0.0/30, 2001:db8::/64]", "client.ip != 10.0.0.7", "handshake_ms <= 30",
    "handshake_ms > 30ms", "handshake_ms == 30", "handshake_ms != 30", "handshake_ms is unknown", "rtt_ms < 10",
    "rtt_ms >= 10", "packets in [1, 5, 9]", "client.packets < server.packets", "client.rtt_avg_ms < server.rtt_avg_ms",
    'close.kind in ["reset", "open"]', 'close.initiator == "client"', 'close.initiator != "client"',
    'no anomaly at or above "warning"', 'has anomaly "duplicate_ack"', "anomalies.duplicate_ack > 0",
    'zeek.history contains "a"', "retransmission_rate < 1%", "every octet acknowledged",
]  # fmt: skip


def random_connection(dice: random.Random, index: int) -> Connection:
    """A connection with everything drawn at random, from few values so that equal ones happen."""
    six = dice.random() < 0.2
    net = ipaddress.ip_address("2001:db8::") if six else ipaddress.ip_address("10.0.0.0")
    return connection(
        str(net + dice.randrange(12)),
        str(net + dice.randrange(12)),
        ports=(dice.randrange(1024, 65536), dice.choice((80, 443, 8080))),
        close=dice.choice(_CLOSES),
        anomalies=dice.choice(_KINDS),
        index=index,
        handshake_ns=dice.choice((-1, 30_000_000, dice.randrange(60_000_000))),
        client_packets=dice.randrange(6),
        server_packets=dice.randrange(6),
        client_rtt_median_ns=dice.choice((-1, dice.randrange(20_000_000))),
        client_rtt_avg_ns=dice.choice((-1, 5)),
        server_rtt_avg_ns=dice.choice((-1, 5, 6)),
        client_retransmitted_packets=dice.randrange(3),
        client_data_packets=dice.randrange(200),
        zeek_history=dice.choice(("Sh", "ShA", "Sha")),
        judged={"acked_client": dice.choice((-1, 0, 1)), "acked_server": dice.choice((-1, 0, 1))},
    )


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Tests joined at random by and, or, not."""
    return draw(
        st.recursive(
            st.sampled_from(_PARTS),
            lambda inner: st.one_of(
                inner.map(lambda part: f"not ({part})"),
                st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
                    lambda part: f"({part[0]}) {part[1]} ({part[2]})"
                ),
            ),
            max_leaves=6,
        ),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(expressions(), min_size=1, max_size=6), st.integers(0, 80), st.integers(0, 2**32))
def test_a_batch_equals_connection_by_connection(texts: list[str], count: int, seed: int) -> None:
    dice = random.Random(seed)
    lives = [random_connection(dice, number) for number in range(count)]
    batch = Batch(lives)
    for text in texts:
        parsed = parse(text)
        plane = batch.plane(parsed.root)
        assert plane.true & plane.false == 0
        for number, life in enumerate(lives):
            seen = True if plane.true >> number & 1 else False if plane.false >> number & 1 else None
            assert seen is parsed.holds(life), (text, number)


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=200), st.integers(-6, 6), st.integers(0))
def test_a_ladder_orders_what_is_known(values: list[int | None], wanted: int, mask: int) -> None:
    ladder = Ladder(values)
    for relation in ("<", "<=", ">", ">=", "==", "!="):
        compare = COMPARE[relation]
        expected = [number for number, value in enumerate(values) if value is not None and compare(value, wanted)]
        assert list(bits_of(ladder.true_for(relation, wanted))) == expected, relation
    mask &= (1 << len(values)) - 1
    chosen = [value for number, value in enumerate(values) if value is not None and mask >> number & 1]
    for highest, wanted_extreme in ((True, max(chosen, default=None)), (False, min(chosen, default=None))):
        found = ladder.extreme(mask, highest=highest)
        assert (found[0] if found else None) == wanted_extreme
        assert found is None or (values[found[1]] == found[0] and mask >> found[1] & 1)


@given(st.lists(st.booleans(), max_size=300))
def test_masks_and_flags_are_two_spellings_of_one_thing(choices: list[bool]) -> None:
    flags = bytes(choices)
    assert flags_of(mask_of(flags), len(flags)) == flags
    assert list(bits_of(mask_of(flags))) == [number for number, chosen in enumerate(choices) if chosen]


def test_groups_know_their_members() -> None:
    groups = Groups(["a", None, "b", "a"])
    assert (groups.same("a"), groups.same("c"), groups.known) == (0b1001, 0, 0b1101)


def _leaves() -> list[Node]:
    return [parse(part).root for part in _PARTS]


def test_the_property_reaches_every_type_of_field_and_relation() -> None:
    kinds = {leaf.field.type for leaf in _leaves() if isinstance(leaf, Leaf)}
    relations = {leaf.relation for leaf in _leaves() if isinstance(leaf, Leaf | Pair)}
    assert kinds >= set(Type) - {Type.OCTETS}
    assert relations >= {"==", "!=", "<", "<=", ">", ">=", "in", "contains"}
    assert CONNECTION_FIELDS.find("client.ip") is not None
