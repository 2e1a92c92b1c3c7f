"""Round trips by Karn's rule, and the memory that knows a packet captured twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tcplife.tracker.endpoint import Endpoint
from tcplife.tracker.timing import Timing


def test_an_acknowledgement_of_the_end_of_a_segment_is_a_round_trip() -> None:
    timing = Timing()
    timing.sends(11, 100)
    timing.sends(21, 200)
    timing.acknowledged(11, 1_100)
    timing.acknowledged(21, 1_300)
    timing.sum_up()
    assert (timing.count, timing.min_ns, timing.max_ns, timing.sum_ns) == (2, 1_000, 1_100, 2_100)
    assert timing.in_flight == 0


def test_one_for_several_times_the_last_of_them() -> None:
    timing = Timing()
    for end in (11, 21, 31):
        timing.sends(end, end)
    timing.acknowledged(31, 1_031)
    timing.sum_up()
    assert (timing.count, timing.min_ns) == (1, 1_000)


def test_one_within_a_segment_times_nothing() -> None:
    timing = Timing()
    timing.sends(11, 0)
    timing.acknowledged(5, 1_000)
    timing.sum_up()
    assert (timing.count, timing.in_flight) == (0, 1)


def test_what_was_sent_again_is_not_timed_karn() -> None:
    timing = Timing()
    timing.sends(11, 0)
    timing.sends(21, 0)
    timing.repeats(11)
    timing.acknowledged(11, 500)
    timing.acknowledged(21, 900)
    timing.sum_up()
    assert (timing.count, timing.max_ns) == (1, 500)


@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=60), data=st.data())
def test_each_segment_is_timed_once_however_they_are_acknowledged(sizes: list[int], data: st.DataObject) -> None:
    timing, flight, end, count = Timing(), dict[int, int](), 1, 0
    for now, size in enumerate(sizes):
        end += size
        timing.sends(end, now)
        flight[end] = now
        if data.draw(st.booleans()):
            ack = data.draw(st.integers(1, end))
            count += ack in flight
            timing.acknowledged(ack, now + 1)
            flight = {sent: at for sent, at in flight.items() if sent > ack}
        assert timing.in_flight == len(flight)
    timing.sum_up()
    assert timing.count == count


def test_its_memory_is_bounded() -> None:
    timing = Timing()
    for number in range(5_000):
        timing.sends(number + 1, number)
    assert timing.in_flight == 1024
    for number in range(10_000):
        timing.sample(number)
    timing.sum_up()
    assert timing.count == 10_000
    assert len(timing.samples or ()) < 128


def test_the_four_latest_packets_are_known_again() -> None:
    e = Endpoint(0)
    for number in range(6):
        e.note_packet(number, 7, 100 * number)
    assert [e.age(number, 7, 1_000) for number in range(6)] == [-1, -1, 800, 700, 600, 500]
    assert e.age(5, 8, 1_000) == -1


def test_the_same_packet_twice_is_as_old_as_its_latest_copy() -> None:
    e = Endpoint(0)
    for now in (100, 200, 300):
        e.note_packet(1, 7, now)
    assert e.age(1, 7, 1_000) == 700


@given(st.lists(st.integers(0, 0xFFFF_FFFF) | st.integers(0, 1 << 40), min_size=17, max_size=127))
def test_every_sample_is_kept_as_it_is_short_or_long(rtts: list[int]) -> None:
    timing = Timing()
    for rtt_ns in rtts:
        timing.sample(rtt_ns)
    assert list(timing.samples or ()) == rtts
    assert timing.count_kept() == len(rtts)


def test_what_ended_gives_back_the_room_of_a_long_flight_and_times_on() -> None:
    timing = Timing()
    for end in range(1, 21):
        timing.sends(end, 0)
    timing.rest()
    timing.acknowledged(1, 5)  # it was in flight: nothing is lost
    timing.sum_up()
    assert (timing.count, timing.in_flight, timing.size) == (1, 19, 32)
    timing.acknowledged(20, 7)
    timing.rest()
    timing.sends(21, 10)
    timing.acknowledged(21, 13)
    timing.sum_up()
    assert (timing.count, timing.size, timing.sum_ns) == (3, 8, 15)
