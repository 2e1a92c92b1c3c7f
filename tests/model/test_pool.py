"""Where the objects of open connections lie: placed together when compiled, unknown to the collector, given back."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tcplife.model.compiled import COMPILED
from tcplife.model.pool import held
from tcplife.tracker.endpoint import Endpoint

ROOT = Path(__file__).resolve().parent.parent.parent
PLACED = COMPILED and not sysconfig.get_config_var("Py_GIL_DISABLED") and sys.version_info < (3, 15)
"""Whether this Python's objects are known well enough to place them ourselves."""
LARGE = COMPILED and not sysconfig.get_config_var("Py_GIL_DISABLED") and sys.platform == "linux"
MANY = 5_000
SIZE = 500
"""An endpoint has no fewer octets than these."""
FIRST = 256 << 10
PROGRAM = f"""
from tcplife.model.pool import held
from tcplife.tracker.endpoint import Endpoint
many = [Endpoint(0) for _ in range({MANY})]
full = held()
for at in range(0, {MANY}, 2):
    many[at] = Endpoint(1)
print(full, held(), [e.side for e in many[:4]], sum(e.packets + e.ack_raw_count for e in many))
for e in many:
    e.packets = e.ack_raw_count = 7
del e, many[1:]
del many[:]
print(held())
last = [Endpoint(1) for _ in range({MANY})]
print(held(), sum(e.side + e.packets + e.ack_raw_count for e in last))
"""


KEPT = f"""
from tcplife.model.connection import Connection, SideStats
from tcplife.model.pool import held
from tcplife.tracker.endpoint import Endpoint
many = [Endpoint(0) for _ in range({MANY})]
kept = Connection()
kept.client_stats = kept.server_stats = SideStats()
del many
print(held())
print(kept.index, kept.server_stats.packets)
"""


LEFT = """
import io
from tcplife.api import analyze_with_totals
from tcplife.model.totals import Options
from tcplife.model.pool import held
from tests.live.talk import HEADER, SECOND, Talk
capture = HEADER + b"".join(Talk(1 + number).whole(SECOND + 100_000 * number) for number in range(300))
print(max(held() for _ in analyze_with_totals(io.BytesIO(capture), Options(max_closed=1))))
"""


GONE = LEFT.replace("max_closed=1", "") + "print(held())"
"""Here all of them stay until the end, and then none does."""


ARENAS = """
from tcplife.model.pool import large_arenas
print(large_arenas(), large_arenas())
for turn in range(2):
    many = [b"%56d" % number for number in range(800_000)]  # 76 MB, more than there is room for
    print(sum(map(int, many)))
    many = many[:: 1 - 2 * turn][: 1_000 * (1 - turn)]
"""


def numbers_held(program: str = PROGRAM, **environment: str) -> list[str]:
    """What one of the programs above prints, in a process of its own: there nobody else holds such objects."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONMALLOC": ""} | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


def test_places_are_used_again_and_given_back() -> None:
    full, after, last = numbers_held()
    began, again, told = full.split(" ", 2)
    assert told == "[1, 0, 1, 0] 0"
    assert began == again == last.split()[0] if not PLACED else int(again) - int(began) <= 2 << 20
    assert int(last.split()[1]) == MANY
    assert (int(began) > MANY * SIZE) is PLACED
    assert int(after) == (FIRST if PLACED else 0)


def test_a_finished_connection_keeps_no_memory_of_open_ones() -> None:
    assert numbers_held(KEPT) == [str(2 * FIRST if PLACED else 0), "0 0"]


def test_who_has_left_takes_no_memory_though_the_table_knows_it_still() -> None:
    assert numbers_held(LEFT) == [str(2 * FIRST if PLACED else 0)]


def test_a_run_gives_back_what_it_took() -> None:
    most, after = map(int, numbers_held(GONE))
    assert (most > 300 * 2 * SIZE) is PLACED
    assert after == (2 * FIRST if PLACED else 0)


def test_other_small_objects_lie_on_large_pages_and_where_there_is_no_room_as_usual() -> None:
    large, *sums = numbers_held(ARENAS)
    assert large == f"{LARGE} {LARGE}"
    assert sums == [str(sum(range(800_000)))] * 2


def test_who_asks_for_another_allocator_gets_it() -> None:
    assert numbers_held(PYTHONMALLOC="malloc") == ["0 0 [1, 0, 1, 0] 0", "0", f"0 {MANY}"]


def test_the_collector_knows_nothing_of_them() -> None:
    one = Endpoint(0)
    assert gc.is_tracked(one) is not COMPILED
    assert (held() > 0) is PLACED
