"""Reset forensics: what provoked a reset, was it acceptable, does it look like its sender's, what was lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.summary.figure import life
from tests.summary.test_close import REQUEST
from tests.summary.test_judge import of_sample


def reset(end: str) -> dict[str, Any]:
    judged = life(REQUEST + end).judged
    assert judged is not None
    found = judged["reset"]
    assert isinstance(found, dict)
    return found


def test_a_bare_reset_answers_the_packet_whose_acknowledgement_it_takes() -> None:
    found = reset("30 < P. 501 ack 101 len 40\n 30.2 > R 101")
    assert (found["packet"], found["by"], found["provoked_by"], found["provoked_after_ms"]) == (8, "client", 7, 0.2)
    assert (found["from_state"], found["to_state"], found["accepted"]) == ("ESTABLISHED", "ESTABLISHED", True)
    assert (found["number"], found["expected"]) == (101, 101)
    assert found["lost_bytes"] == {"client": 0, "server": 40}


def test_an_abort_answers_nothing() -> None:
    found = reset("2030 < R. 501 ack 101")
    assert (found["provoked_by"], found["signs"], found["forged"]) == (None, [], "no sign")


def test_a_reset_beside_the_expected_number_is_not_accepted() -> None:
    found = reset("30 < R. 600 ack 101\n 40 > . 101 ack 501\n 50 < P. 501 ack 101 len 5\n 51 > . 101 ack 506")
    assert (found["packet"], found["accepted"], found["number"], found["expected"]) == (7, False, 600, 501)


def test_the_reset_that_ends_it_is_examined_rather_than_one_ignored_before() -> None:
    found = reset("30 < R. 600 ack 101\n 40 > . 101 ack 501\n 50 < R. 501 ack 101")
    assert (found["packet"], found["accepted"], found["count"]) == (9, True, 2)


@pytest.mark.parametrize(
    ("end", "sign"),
    [
        ("30 < R 501 ttl 57", "its TTL is 57, that of the server's other packets 64"),
        (
            "40 < . 501 ack 101\n 50 < . 501 ack 101\n 60 < R 501 id 40000",
            "its IP id is 40000, while the server counts up and was at 9004",
        ),
        (
            "5000 > P. 101 ack 501 len 10\n 5000.5 < R 501",
            "it came after 0.500 ms, while the server never answered in less than 10.000 ms",
        ),
        ("30 < R 501 win 777", "its window is 777, neither 0 nor the server's 8192"),
    ],
)
def test_what_speaks_against_the_supposed_sender(end: str, sign: str) -> None:
    end = end if "win" in end else end.replace("R 501", "R 501 win 0")
    found = reset(end)
    assert sign in found["signs"]
    assert found["forged"] == "suspected"


def test_an_answer_to_the_first_of_several_packets_is_not_too_quick() -> None:
    packets = "30 > P. 101 ack 501 len 10\n 34 > P. 111 ack 501 len 10\n 38 > P. 121 ack 501 len 10\n 40 < R 501 win 0"
    found = reset("25.2 < P. 501 ack 101 len 5\n 25.3 > . 101 ack 506\n" + packets.replace("501", "506"))
    assert (found["provoked_by"], found["signs"]) == (8, [])


def test_the_middlebox_of_the_sample_is_suspected_and_the_hosts_reset_is_not() -> None:
    assert of_sample("reset_by_middlebox.pcap")["reset"]["forged"] == "suspected"
    assert of_sample("reset_by_client.pcap")["reset"]["forged"] == "no sign"


def test_states_before_the_reset_are_those_of_both_sides() -> None:
    found = of_sample("reset_in_fin_wait_2.pcap")["reset"]
    assert (found["by"], found["from_state"], found["to_state"]) == ("client", "FIN_WAIT_2", "CLOSE_WAIT")
