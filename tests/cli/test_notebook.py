from __future__ import annotations

import random

from tcplife.cli.notebook import Notebook


def test_comments_come_back_by_packet_in_their_order() -> None:
    rng = random.Random(8)
    notes = Notebook()
    expected: dict[int, list[str]] = {}
    for number in range(3000):
        packet = rng.randrange(1, 500)
        text = f"{number} é" * rng.randrange(4)
        notes.write(packet, text)
        expected.setdefault(packet, []).append(text)
    assert notes.comments == 3000
    assert {packet: notes.read(packet) for packet in expected} == expected
    assert notes.read(10_000) == []
    notes.close()
