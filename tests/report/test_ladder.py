from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import tcplife
from tcplife.report.ladder import Aside, Fold, Gap, Ladder, Rung, Skip, ladder
from tcplife.report.ladder_markdown import markdown
from tcplife.report.ladder_svg import drawn
from tcplife.report.ladder_text import TextLadder
from tcplife.report.paint import Paint
from tests.report.samples import SAMPLES

if TYPE_CHECKING:
    from tcplife.model.connection import Connection

NAMES = sorted(path.name for path in SAMPLES.glob("*.pcap*"))

WGET = """\
#1  192.168.131.132.37584 → 192.168.131.138.80
    The client opened it and closed first (packet 24), in three segments as the
    server had nothing more to send; all octets were acknowledged.

packet     time        client                                      server
                       CLOSED │                                  │ LISTEN
     1 0.000000      SYN_SENT │──────────── S seq 0 ────────────▶│
     2 0.000140   ESTABLISHED │◀───────── S. seq 0 ack 1 ────────│ SYN_RECEIVED
     3 0.000175               │──────────── . ack 1 ────────────▶│ ESTABLISHED
     4 0.000243               │── P. seq 1:152 ack 1 len 151 ───▶│
     5 0.000354               │◀─────────── . ack 152 ───────────│
           6-23               │◀═══ 9 segments, 65,800 octets ═══│
                              │────── 9 ACKs, up to 65801 ──────▶│
    24 0.001270    FIN_WAIT_1 │───── F. seq 152 ack 65801 ──────▶│ CLOSE_WAIT
    25 0.001648    FIN_WAIT_2 │◀────── F. seq 65801 ack 153 ─────│ LAST_ACK
                    TIME_WAIT │                                  │
    26 0.001667               │────────── . ack 65802 ──────────▶│ CLOSED?

    ? tentative: the segment passed, and nothing later confirms that it arrived"""


@cache
def connections(name: str) -> list[Connection]:
    return list(tcplife.analyze(SAMPLES / name, segments=True, details=True))


def first(name: str) -> Connection:
    return min(connections(name), key=lambda c: c.index)


def text(drawing: Ladder, width: int = 80, *, ascii_only: bool = False) -> list[str]:
    return TextLadder(Paint(colour=False), width=width, ascii_only=ascii_only).lines(drawing)


def rungs(drawing: Ladder) -> dict[int, Rung]:
    return {item.segment.packet: item for item in drawing.items if isinstance(item, Rung)}


def test_the_textbooks_picture() -> None:
    assert "\n".join(text(ladder(first("wget.pcap")))) == WGET


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [64, 80, 132])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    for c in connections(name)[:20]:
        assert max(map(len, text(ladder(c), width))) <= width


@pytest.mark.parametrize("name", NAMES)
def test_every_packet_is_drawn_or_counted(name: str) -> None:
    for c in connections(name)[:20]:
        packets = [segment.packet for segment in c.segments or ()]
        assert list(rungs(ladder(c, unfold=True))) == packets
        told: list[int] = []
        for item in ladder(c).items:
            told += [item.segment.packet] if isinstance(item, Rung) else item.packets if isinstance(item, Fold) else []
        assert told == packets


@pytest.mark.parametrize("name", NAMES)
def test_every_change_of_state_is_at_an_edge(name: str) -> None:
    for c in connections(name)[:20]:
        drawing = ladder(c)
        for role, at in (("client", drawing.client), ("server", drawing.server)):
            moves = [t for t in c.transitions if t.endpoint == role]
            drawn_steps = [step.state for item in drawing.items for step in getattr(item, role, ())]
            assert drawn_steps == [str(t.to_state) for t in moves], role
            assert not moves or at == str(moves[0].from_state)


def test_crossing_fins_keep_each_sides_order() -> None:
    drawing = rungs(ladder(first("simultaneous_close.pcap")))
    assert drawing[8].crosses
    assert drawing[8].server == ()
    assert [step.state for step in drawing[9].server] == ["FIN_WAIT_1", "CLOSING"]
    assert "crosses 9 on the way" in drawing[8].notes


def test_losses_and_repeats_are_dashed() -> None:
    drawing = ladder(first("loss_sack.pcap"))
    found = rungs(drawing)
    assert [packet for packet, item in found.items() if item.fate.lost] == [16, 18, 28]
    assert {packet: item.fate.repeat_of for packet, item in found.items() if item.fate.repeat_of} == {
        50: 16,
        53: 18,
        56: 28,
    }
    lines = {line.split()[0]: line for line in text(drawing) if line.strip()}
    assert "╌✗│" in lines["16"]
    assert "╌▶│" in lines["50"]
    assert "╌" not in lines["17"]


def test_octets_that_only_overtake_each_other_are_not_lost() -> None:
    for name in ("reordered.pcap", "duplicated_on_the_way.pcap", "double_capture.pcap"):
        for c in connections(name):
            assert not [item for item in rungs(ladder(c, unfold=True)).values() if item.fate.lost], name


def test_a_state_nobody_confirms_is_tentative() -> None:
    found = rungs(ladder(first("wget.pcap")))
    assert [step.mark for step in found[26].server] == ["?"]
    assert [step.mark for step in found[25].client] == ["", ""]


def test_silence_is_a_line() -> None:
    gaps = [item for item in ladder(first("half_close.pcap")).items if isinstance(item, Gap)]
    assert gaps
    assert all(gap.ns >= 10_000_000 for gap in gaps)


def test_time_alone_ends_time_wait() -> None:
    drawing = ladder(first("time_wait_expires.pcap"))
    timers = [item for item in drawing.items if isinstance(item, Aside) and item.packet is None]
    assert [step.state for timer in timers for step in timer.client] == ["CLOSED"]
    assert any("2MSL over at 4 min" in line for line in text(drawing))


def test_another_packet_may_end_a_connection() -> None:
    asides = [item for item in ladder(first("host_unreachable.pcap")).items if isinstance(item, Aside)]
    assert [(aside.packet, [step.state for step in aside.client]) for aside in asides] == [(2, ["CLOSED"])]
    assert any("packet 2 is an ICMP error" in line for line in text(ladder(first("host_unreachable.pcap"))))


def test_a_bounded_drawing_says_what_it_leaves_out() -> None:
    c = first("loss_random.pcap")
    drawing = ladder(c, bound=8)
    skips = [item for item in drawing.items if isinstance(item, Skip)]
    assert skips
    assert any("not drawn" in line for line in text(drawing))
    states = [step.state for item in drawing.items for step in getattr(item, "client", ())]
    assert states == [str(t.to_state) for t in c.transitions if t.endpoint == "client"]


def test_a_terminal_that_knows_only_ascii_gets_only_ascii() -> None:
    assert all(line.isascii() for line in text(ladder(first("loss_sack.pcap")), ascii_only=True)[2:])


@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_is_sound_xml_and_always_the_same(name: str) -> None:
    c = first(name)
    lines = drawn(ladder(c, bound=60)).lines()
    assert lines == drawn(ladder(c, bound=60)).lines()
    root = ET.fromstring("\n".join(lines))  # noqa: S314 - our own output
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def evil(name: str = "wget.pcap") -> Connection:
    """A connection whose words are as hostile as words can be."""
    c = next(iter(tcplife.analyze(SAMPLES / name, segments=True, details=True)))
    c.verdict = "<script>alert(1)</script> |`*\x1b[31m\u202e]]> \"' #59; %%{init}%% ; end"
    return c


def test_hostile_words_are_inert_in_every_format() -> None:
    drawing = ladder(evil())
    for lines in (text(drawing), markdown(drawing), drawn(drawing).lines()):
        whole = "\n".join(lines)
        assert "\x1b" not in whole
        assert "\u202e" not in whole
    assert "<script" not in "\n".join(drawn(drawing).lines())
    assert "<script" not in "\n".join(markdown(drawing)).replace("\\<", "")


def test_markdown_is_one_table() -> None:
    rows = [line for line in markdown(ladder(first("loss_sack.pcap"))) if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}
    assert any("⇢ ✗" in row for row in rows)
