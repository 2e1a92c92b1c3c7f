"""What passed towards an endpoint: alive until disproved, a cause even then if nothing else is left."""

from __future__ import annotations

from tcplife.tracker.facts import MAX_CANDIDATES
from tcplife.tracker.inbox import Candidate, candidate_of, chain_of
from tcplife.tracker.transitions import GETS_ACK_OF_FIN, GETS_FIN


def candidate(packet: int, event: int = GETS_FIN, ts_val: int = -1) -> Candidate:
    """Return a candidate that passed at ten times its packet's number."""
    return candidate_of(event, packet, 10 * packet, 0, ts_val, False, 0, -1, False)


def inbox(*candidates: Candidate) -> Candidate:
    """Return the first of these, to which the others were offered."""
    first = candidates[0]
    for one in candidates[1:]:
        first.offer(one)
    return first


def test_the_first_alive_is_the_first_and_the_last_the_last() -> None:
    first, other, last = candidate(1), candidate(2, GETS_ACK_OF_FIN), candidate(3)
    waiting = inbox(first, other, last)
    assert (waiting.first(GETS_FIN), waiting.last(GETS_FIN)) == (first, last)
    assert (waiting.count(GETS_FIN), waiting.count(GETS_ACK_OF_FIN)) == (2, 1)


def test_what_passed_in_time_and_did_not_arrive_is_disproved_what_came_later_is_not() -> None:
    early, late = candidate(1), candidate(3)
    waiting = inbox(early, late)
    assert waiting.disprove(GETS_FIN, 20) == 1
    assert (early.alive, late.alive) == (False, True)
    assert waiting.first(GETS_FIN) is late


def test_a_disproved_one_is_the_cause_if_nothing_else_is_left() -> None:
    only = candidate(1)
    waiting = inbox(only)
    assert waiting.disprove(GETS_FIN, 10) == 1
    assert waiting.disprove(GETS_FIN, 10) == 0
    assert not waiting.has(GETS_FIN)
    assert waiting.first(GETS_FIN) is only


def test_a_doubted_one_may_only_be_late() -> None:
    one = candidate(1)
    assert inbox(one).doubt(GETS_FIN, 10) == 1
    assert (one.alive, one.doubted) == (False, True)


def test_what_has_taken_place_is_forgotten() -> None:
    waiting = inbox(candidate(1), candidate(2, GETS_ACK_OF_FIN), candidate(3), candidate(4, GETS_ACK_OF_FIN))
    left = waiting.without(GETS_FIN)
    assert left is not None
    assert [one.packet for one in left.all()] == [2, 4]
    assert left.without(GETS_ACK_OF_FIN) is None


def test_an_echoed_timestamp_names_its_packet_unless_two_have_it() -> None:
    first, second = candidate(1, ts_val=5), candidate(2, ts_val=6)
    waiting = inbox(first, second)
    assert waiting.echoed(GETS_FIN, 6) is second
    waiting.offer(candidate(3, ts_val=6))
    assert waiting.echoed(GETS_FIN, 6) is None


def test_of_very_many_the_first_and_the_latest_are_kept() -> None:
    waiting = inbox(*[candidate(number) for number in range(1, 200)])
    packets = [one.packet for one in waiting.all()]
    assert len(packets) == MAX_CANDIDATES
    assert (packets[0], packets[-1]) == (1, 199)


def test_what_was_kept_apart_can_wait_again() -> None:
    kept = inbox(candidate(1), candidate(2, GETS_ACK_OF_FIN), candidate(3)).all()
    kept[0].without(GETS_ACK_OF_FIN)
    again = chain_of(kept)
    assert again is not None
    assert [one.packet for one in again.all()] == [1, 2, 3]
    assert chain_of([]) is None
