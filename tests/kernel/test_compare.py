"""The judge is judged: an ideal record is exact, and each way of being wrong is seen."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.kernel import play
from tests.kernel.compare import Compared, compare
from tests.kernel.conventions import CONVENTIONS
from tests.kernel.truth import Truth, read_truth

NAME, SIDE = "four_segment_close", "client"
PATH = play.CAPTURES / f"{NAME}.{SIDE}.pcap"


def ideal(truth: Truth) -> list[dict[str, Any]]:
    """The record that says exactly what the kernel did."""
    client = next(t for t in truth.transitions if t.host == "client")
    ends = {"client": client.local, "server": client.remote}
    steps = [
        {"packet": t.packets[SIDE], "endpoint": t.host, "from": t.old, "to": t.new, "event": "", "basis": "received",
         "confirmed_by": 99}
        for t in truth.transitions
    ]  # fmt: skip
    final = {host: [s["to"] for s in steps if s["endpoint"] == host][-1] for host in ends}
    return [{"index": 1, "transitions": steps, "final": final}
            | {host: {"ip": ip, "port": port} for host, (ip, port) in ends.items()}]  # fmt: skip


@pytest.fixture
def truth() -> Truth:
    return read_truth(play.CAPTURES / f"{NAME}.json")


def server(truth: Truth, records: list[dict[str, Any]]) -> Compared:
    return next(r for r in compare(PATH, SIDE, truth, records) if r.kernel[0].host == "server")


def steps(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The server's steps of a record: SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, LAST_ACK, CLOSED."""
    return [step for step in records[0]["transitions"] if step["endpoint"] == "server"]


def test_what_the_kernel_did_is_exact(truth: Truth) -> None:
    for result in compare(PATH, SIDE, truth, ideal(truth)):
        assert (result.verdict, result.wrong_triggers) == ("exact", [])
        assert result.triggers == len(result.kernel)


def test_a_missing_state_is_wrong(truth: Truth) -> None:
    records = ideal(truth)
    records[0]["transitions"].remove(steps(records)[2])
    assert server(truth, records).verdict == "wrong"


def test_a_state_too_many_is_wrong_unless_tentative(truth: Truth) -> None:
    records = ideal(truth)
    steps(records)[-1]["to"] = records[0]["final"]["server"] = "TIME_WAIT"
    assert server(truth, records).verdict == "wrong"
    records = ideal(truth)
    doubt = dict(steps(records)[-1], to="TIME_WAIT", confirmed_by=None)
    records[0]["transitions"].append(doubt)
    records[0]["final"]["server"] = "TIME_WAIT"
    assert server(truth, records).verdict == "tentative"
    doubt["confirmed_by"] = 11
    assert server(truth, records).verdict == "wrong"


def test_a_wrong_final_state_is_wrong(truth: Truth) -> None:
    records = ideal(truth)
    records[0]["final"]["server"] = "LAST_ACK"
    assert server(truth, records).verdict == "wrong"


def test_unknown_is_not_wrong(truth: Truth) -> None:
    records = ideal(truth)
    records[0]["transitions"].remove(steps(records)[-1])
    records[0]["final"]["server"] = "UNKNOWN"
    assert server(truth, records).verdict == "unknown"


def test_states_out_of_order_are_wrong(truth: Truth) -> None:
    records = ideal(truth)
    first, second = steps(records)[2:4]
    first["to"], second["to"] = second["to"], first["to"]
    assert server(truth, records).verdict == "wrong"


def test_another_trigger_is_told(truth: Truth) -> None:
    records = ideal(truth)
    step = steps(records)[2]
    step["packet"] += 1
    ((told, ours),) = server(truth, records).wrong_triggers
    assert (told.new, ours["packet"]) == ("CLOSE_WAIT", step["packet"])


def test_the_syn_ack_is_the_syn_received_trigger(truth: Truth) -> None:
    records = ideal(truth)
    steps(records)[0]["packet"] = 2
    result = server(truth, records)
    assert (result.wrong_triggers, result.used["syn_received_at_syn_ack"]) == ([], 1)
    steps(records)[0]["packet"] = 3
    assert server(truth, records).wrong_triggers


def test_a_connection_nobody_recorded_is_lost(truth: Truth) -> None:
    records = copy.deepcopy(ideal(truth))
    records[0]["server"]["port"] = 81
    assert {result.verdict for result in compare(PATH, SIDE, truth, records)} == {"lost"}


def test_every_convention_is_explained() -> None:
    assert all(len(why) > 20 for why in CONVENTIONS.values())


def test_the_page_names_every_convention() -> None:
    page = (Path(__file__).parents[2] / "docs/how-we-know.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | {why} |" in page for name, why in CONVENTIONS.items())
    assert f"{len(play.load())}, each a few lines" in page
