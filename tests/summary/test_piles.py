"""Pile-ups per host and service, SYN floods, and the ports of a client under TIME_WAIT."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tcplife.api import analyze_with_totals
from tcplife.model.totals import Options
from tcplife.summary import piles as room
from tests.summary.figure import capture, lives
from tests.summary.test_close import OPENING

if TYPE_CHECKING:
    import pytest

    from tcplife.model.piling import PileReport

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"


def of_sample(name: str) -> PileReport:
    run = analyze_with_totals(SAMPLES / name)
    for _ in run:
        pass
    assert run.totals.piles is not None
    return run.totals.piles


def test_who_does_not_ask_for_piles_gets_the_same_connections_without() -> None:
    run = analyze_with_totals(SAMPLES / "time_wait_pile.pcap", Options(piles=False))
    verdicts = [connection.verdict for connection in run]
    assert run.totals.piles is None
    assert verdicts == [connection.verdict for connection in analyze_with_totals(SAMPLES / "time_wait_pile.pcap")]


def of_figure(figure: str, msl_s: float = 120.0) -> PileReport:
    run = analyze_with_totals(BytesIO(capture(figure)), Options(msl_s=msl_s))
    for _ in run:
        pass
    assert run.totals.piles is not None
    return run.totals.piles


def closed_by_server(start_ms: float, port: int) -> str:
    """A short life that leaves the server in TIME_WAIT."""
    rows = ["0 > S 0", "1 < S. 0 ack 1", "2 > . 1 ack 1", "3 < F. 1 ack 1", "4 > F. 1 ack 2", "5 < . 2 ack 2"]
    lines = []
    for row in rows:
        at, rest = row.split(" ", 1)
        lines.append(f"{start_ms + float(at)} {rest} port {port}")
    return "\n".join(lines)


def test_the_server_that_closes_first_collects_time_wait() -> None:
    (pile,) = [pile for pile in of_sample("time_wait_pile.pcap").piles if pile.state == "TIME_WAIT"]
    assert (pile.host, pile.port, pile.endpoint) == ("192.0.2.2", 80, "server")
    assert (pile.total, pile.peak, pile.left, pile.first_packet) == (60, 60, 60, 1)


def test_the_application_that_never_closes_collects_close_wait() -> None:
    report = of_sample("close_wait_pile.pcap")
    (pile,) = [pile for pile in report.piles if pile.state == "CLOSE_WAIT"]
    assert (pile.host, pile.port, pile.peak, pile.left) == ("192.0.2.2", 5432, 20, 20)
    assert 1.0 < pile.oldest_s < 1.2
    assert any("its application does not close" in line for line in report.lines)


def test_time_wait_that_runs_out_does_not_pile_up() -> None:
    figure = "\n".join(closed_by_server(start * 3000, 40000 + start) for start in range(4))
    assert of_figure(figure, msl_s=1.0).piles == ()
    (pile,) = of_figure(figure, msl_s=30.0).piles
    assert (pile.peak, pile.total, pile.left) == (4, 4, 4)


def test_half_of_them_overlap() -> None:
    figure = "\n".join(closed_by_server(start * 1500, 40000 + start) for start in range(6))
    (pile,) = of_figure(figure, msl_s=1.0).piles
    assert (pile.peak, pile.total) == (2, 6)


def test_one_connection_stuck_in_close_wait_is_told_after_a_minute() -> None:
    report = of_figure(OPENING + "20 > F. 1 ack 1\n 30 < . 1 ack 2\n 90000 > S 0 port 40001")
    (line,) = report.lines
    assert line == (
        "10.0.0.2 port 80: 1 connection in CLOSE_WAIT (its application does not close), from packet 1 on; 1 is left "
        "at the end, "
        "for 89.98 s."
    )


def test_a_syn_flood_is_recognised_with_its_rate_its_sources_and_its_packets() -> None:
    (flood,) = of_sample("syn_flood.pcap.gz").floods
    assert (flood.host, flood.port, flood.syns, flood.completed) == ("192.0.2.2", 80, 3001, 0)
    assert (flood.half_open_peak, flood.rate_peak, flood.first_packet) == (3001, 2000, 1)
    assert abs(flood.sources - 3001) < 60


def test_a_flood_against_syn_cookies_is_one_too() -> None:
    report = of_sample("syn_flood_cookies.pcap.gz")
    (flood,) = report.floods
    assert (flood.syns, flood.completed, flood.half_open_peak) == (601, 1, 600)
    assert report.lines[0].startswith("SYN flood on 192.0.2.2 port 80: 601 openings")


def test_many_completed_openings_are_no_flood() -> None:
    assert of_sample("time_wait_pile.pcap").floods == ()


def test_a_client_that_closes_first_uses_up_its_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PORTS", 40)
    figure = "\n".join(
        f"{start * 10 + at} {rest} port {41000 + start}"
        for start in range(6)
        for at, rest in enumerate(
            ["> S 0", "< S. 0 ack 1", "> . 1 ack 1", "> F. 1 ack 1", "< F. 1 ack 2", "> . 2 ack 2"],
        )
    )
    assert len(lives(figure)) == 6
    (budget,) = of_figure(figure).budgets
    assert (budget.client, budget.server, budget.port, budget.peak, budget.budget) == (
        "10.0.0.1",
        "10.0.0.2",
        80,
        6,
        40,
    )
    assert budget.rate == 40 / 240
    assert "6 of its 40 ports" in budget.line


def test_hosts_with_a_single_connection_give_way() -> None:
    figure = "\n".join(closed_by_server(start * 10, 40000 + start) for start in range(30))
    scattered = "\n".join(
        f"{300 + start * 10 + at} {rest} from 10.1.0.{start}"
        for start in range(30)
        for at, rest in enumerate(
            ["> S 0", "< S. 0 ack 1", "> . 1 ack 1", "> F. 1 ack 1", "< F. 1 ack 2", "> . 2 ack 2"],
        )
    )
    piles = room.Piles(8)
    for connection in lives(figure + "\n" + scattered):
        piles.take(connection, connection.end_ns, 0)
    report = piles.report(0, 240 * 10**9)
    assert report.omitted > 0
    assert any(pile.total == 30 and pile.state == "TIME_WAIT" for pile in report.piles)


def test_who_gave_way_begins_anew() -> None:
    scattered = "\n".join(
        f"{300 + start * 10 + at} {rest} from 10.1.0.{start}"
        for start in range(30)
        for at, rest in enumerate(
            ["> S 0", "< S. 0 ack 1", "> . 1 ack 1", "> F. 1 ack 1", "< F. 1 ack 2", "> . 2 ack 2"],
        )
    )
    again = "\n".join(closed_by_server(1000 + start * 10, 40001 + start) for start in range(2))
    piles = room.Piles(8)
    for connection in lives(closed_by_server(0, 40000) + "\n" + scattered + "\n" + again):
        piles.take(connection, connection.end_ns, 0)
    (pile,) = [
        pile for pile in piles.report(0, 240 * 10**9).piles if (pile.state, pile.endpoint) == ("TIME_WAIT", "server")
    ]
    assert (pile.total, pile.peak) == (2, 2), "the first of the three had been forgotten"


def test_what_is_shown_of_many_is_what_sorting_all_of_them_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(20261121)
    figure = "\n".join(
        f"{start * 10 + at} {rest} from 10.1.0.{host} port {40000 + start}"
        for start, host in enumerate(rng.choices(range(20), k=80))
        for at, rest in enumerate(
            rng.choice(
                (
                    ["> S 0", "< S. 0 ack 1", "> . 1 ack 1", "> F. 1 ack 1", "< F. 1 ack 2", "> . 2 ack 2"],
                    ["> S 0", "< S. 0 ack 1", "> . 1 ack 1", "> F. 1 ack 1", "< . 1 ack 2"],
                )
            )
        )
    )
    reports = []
    for shown in (4, 1000):
        monkeypatch.setattr(room, "SHOWN", shown)
        piles = room.Piles()
        for connection in lives(figure):
            piles.take(connection, connection.end_ns, 0)
        reports.append(piles.report(1_700_000_100 * 10**9, 240 * 10**9))
    few, every = reports
    assert len(every.piles) > 10
    assert few.piles == every.piles[:4]
    assert few.lines == every.lines[:4]
