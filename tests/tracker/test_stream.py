"""Octets seen, against a plain set of numbers: new, again, missing, and how far all are there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.tracker.endpoint import Endpoint
from tcplife.tracker.facts import FILLS_GAP, MAX_ISLANDS, OPENS_GAP, PARTLY_SEEN, SEEN_BEFORE
from tcplife.tracker.stream import Islands

RANGES = st.lists(st.tuples(st.integers(1, 80), st.integers(1, 20)), max_size=30)


@given(ranges=RANGES, first=st.integers(0, 90), size=st.integers(0, 30))
def test_islands_are_the_set_of_what_was_added(ranges: list[tuple[int, int]], first: int, size: int) -> None:
    islands, seen = Islands(), set[int]()
    for start, length in ranges:
        octets = set(range(start, start + length))
        assert islands.add(start, start + length) == len(octets - seen)
        seen |= octets
        limits = list(islands.bounds)
        assert limits == sorted(set(limits)), "sorted, disjoint, none touches the next"
        assert {octet for at in range(0, len(limits), 2) for octet in range(limits[at], limits[at + 1])} == seen
    assert islands.covered(first, first + size) == len(seen & set(range(first, first + size)))
    edge = first
    while edge in seen:
        edge += 1
    assert islands.reach(first) == edge


def test_more_islands_than_are_kept_are_joined_where_the_gap_is_smallest() -> None:
    islands = Islands()
    for number in range(MAX_ISLANDS):
        islands.add(1000 * number, 1000 * number + 10)
    islands.add(500, 505)
    islands.add(510, 515)
    assert len(islands.bounds) == 2 * MAX_ISLANDS
    assert islands.joined >= 5
    assert islands.covered(500, 515) == 15


@settings(deadline=None)
@given(ranges=RANGES, acks=st.lists(st.integers(1, 100), max_size=30))
def test_an_endpoint_counts_every_octet_once(ranges: list[tuple[int, int]], acks: list[int]) -> None:
    """Any order, any overlap; what the peer acknowledges unseen is written off, and not new any more."""
    e = Endpoint(0)
    e.start_at(2**32 - 20, 0)
    e.advance(1)
    e.edge = 1
    known, seen, unseen, sent = set[int](), 0, 0, 0
    for number, (start, length) in enumerate(ranges):
        octets = set(range(start, start + length))
        facts = e.octets(start, start + length)
        assert bool(facts & SEEN_BEFORE) == (octets <= known)
        assert bool(facts & PARTLY_SEEN) == bool(octets & known and octets - known)
        assert bool(facts & OPENS_GAP) == (start > e.snd_max)
        assert bool(facts & FILLS_GAP) == any(octet < e.snd_max for octet in octets - known)
        seen += len(octets - known)
        sent += length
        known |= octets
        e.advance(max(e.snd_max, start + length))
        for ack in acks[number : number + 1]:
            missing = set(range(1, min(ack, e.snd_max))) - known
            assert e.acknowledged(min(ack, e.snd_max)) == len(missing)
            known |= missing
            unseen += len(missing)
        assert e.edge == next(octet for octet in range(1, 200) if octet not in known)
    assert (e.bytes, e.unique, e.odd.unseen, e.odd.repeated_bytes) == (sent, seen, unseen, sent - seen)
    assert e.next_raw == (2**32 - 20 + e.snd_max) % 2**32
