"""The usual ways of openings and closings leave everything as the general way does, whatever is odd about a life."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from tcplife.model.names import ACK, CWR, ECE, FIN, PSH, RST, SYN
from tcplife.tracker.account import Account
from tcplife.tracker.inbox import candidate_of
from tcplife.tracker.life import Life
from tcplife.tracker.plain import rouse
from tcplife.tracker.tracker import Tracker
from tcplife.tracker.transitions import GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_ICMP_ERROR, GETS_RST, GETS_SYN
from tests.tracker.test_plain import MASK, Exchange, state_of

if TYPE_CHECKING:
    from tcplife.model.segment import Segment

SEEDS: Final = 200
ODD: Final = 0.03
"""How many segments are spoiled, and how many come to a life that was made odd before."""
OF_A_LIFE: Final[dict[str, tuple[Any, ...]]] = {
    "incidents.odd_packet": (1, 2),
    "incidents.step_ns": (5,),
    "close_packet": (1,),
    "incidents.gap_before": (0, 77),
    "synack_side": (0, 1),
    "raw_ns": (0,),
    "last_packet": (0, 10_000),
}
OF_AN_ENDPOINT: Final[dict[str, tuple[Any, ...]]] = {
    "stateless": (1, 2),
    "after_life": (True,),
    "early": (True,),
    "tfo": (0, 8),
    "odd.repeated_packets": (1, 2, 3),
    "odd.isn_before": (0, 5),
    "syns": (0, 1, 2),
    "syn_acks": (0, 1, 2),
    "syn_packet": (1,),
    "odd.jump_packet": (1,),
    "odd.jump_seq": (2, 3),
    "acked_unseen": (1, 2_000, 10_000),
    "sure": (1, 2),
    "scale": (-2, -1, 0, 3),
    "window": (0, 500),
    "right": (-1, 1, 2, 5_000),
    "last_right": (-1, 2, 70_000, 20_000_000),
    "edge": (1, 2),
    "ack": (-1, 0, 1, 2, 302, 702),
    "snd_max": (0, 2, 700),
    "data_packets": (0, 3),
    "ack_raw": (-1,),
    "ack_raw_count": (4,),
    "ts_recent": (-1, 0, 1 << 31),
    "clock_raw": (0, 1 << 31),
    "clock_max": (0, 1 << 31),
    "clock_max_ns": (0, 1_000_000_000_000),
    "clock_ns": (0, 990_000_000_000),
    "syn_ts_val": (-1, 0, 5),
    "timestamps": (0, 1),
    "data_end": (-1, 10_000),
    "packets": (0, 1, 2),
    "fin": (1, 700),
    "fins.tries": (1, 2),
    "fins.packet": (0, 1),
    "fins.seen_packet": (1,),
    "fins.acked_packet": (1,),
    "fins.ts_ns": (0,),
    "fins.peer_sent": (3,),
    "ids_vary": (True,),
    "islands": (None,),
    "repeat_end": (1, 5_000),
    "tries": (2,),
    "based": (True,),
    "timing": (None,),
    "inbox": (None,),
}
OF_A_SILENT_ONE: Final[dict[str, tuple[Any, ...]]] = {
    "packets": (1,),
    "based": (True,),
    "inbox": (None,),
    "after_life": (True,),
    "scale": (-2,),
}
"""An endpoint that has sent nothing yet has everything else as it began."""
OF_A_SIDE: Final[dict[str, tuple[Any, ...]]] = {
    "window": (0, 1),
    "right": (-1, 1, 2),
    "probes": (1,),
    "ip_id": (1,),
    "ttl_min": (1,),
    "ttl_max": (255,),
}
OF_A_SEGMENT: Final[dict[str, tuple[Any, ...]]] = {
    "seq": (1, -1, 5_000),
    "ack": (1, -1, -300, 1 << 31),
    "ts_val": (0, -1, -50, 1 << 31),
    "ts_ecr": (0, 1, -1, -50, 1 << 31),
    "ts_ns": (-5_000_000_000, -1_000, 1_500_000_000, 300_000_000_000),
    "packet": (-5,),
    "length": (1, 700),
    "flags": (0, ACK, FIN | ACK, FIN | ACK | PSH, SYN, SYN | ACK, SYN | ACK | ECE, RST, ACK | ECE, ACK | CWR),
    "window": (0, 1),
    "ecn": (3,),
    "sack_count": (1,),
    "mptcp": (0,),
    "options_cut": (1,),
    "wire_flags": (1,),
    "ip_id": (0, 9),
    "ttl": (1, 255),
}
COUNTED: Final = {"seq", "ack", "ts_val", "ts_ecr", "ts_ns", "packet"}
"""Of these, what is told is what they are off by."""
EVENTS: Final = (GETS_SYN, GETS_ACK_OF_SYN, GETS_FIN, GETS_ACK_OF_FIN, GETS_RST, GETS_ICMP_ERROR)
OF_AN_INBOX: Final[dict[str, tuple[Any, ...]]] = {
    "doubt": (1,), "behind": EVENTS, "instead": EVENTS, "first": EVENTS, "many": (GETS_ACK_OF_SYN, GETS_ACK_OF_FIN),
}  # fmt: skip
"""Something else is under way to an endpoint: besides, alone, in place of the first; or six times as much."""


def life_of(seed: int) -> list[tuple[int, Segment]]:
    """Return a short life: it opens, octets pass, it closes by one of the usual ways."""
    exchange = Exchange(seed)
    rng = exchange.rng
    for host in exchange.hosts:
        host.window = 65_535
    made: list[tuple[int, Segment]] = []

    def send(side: int, flags: int, length: int = 0) -> None:
        for host, peer in (exchange.hosts, exchange.hosts[::-1]):
            host.got = peer.next
        made.append((side, exchange.segment(side, flags, length)))
        if rng.random() < ODD:
            exchange.trouble(made)
        if rng.random() < ODD:
            made.append((made[-1][0], exchange.again(made[-1][1])))

    if rng.random() < 0.2:
        send(rng.randrange(2), rng.choice((ACK, RST, RST | ACK, FIN | ACK)), rng.choice((0, 0, 9)))
        for host in exchange.hosts:
            host.next -= 1  # and yet it begins
    send(0, SYN, rng.choice((0, 0, 0, 0, 9)))
    send(1, SYN | ACK)
    send(0, ACK)
    for side, length in ((0, 700), (0, 80), (1, rng.choice((0, 300))), (1, 1_400), (0, 0), (0, 90), (1, 40)):
        if rng.random() < 0.7:
            send(side, ACK | rng.choice((0, PSH)), length)
    first = rng.randrange(2)
    send(first, FIN | ACK)
    for side, length in ((1 - first, 500), (first, 0)):
        if rng.random() < 0.2:
            send(side, ACK, length)
    for side, flags, often in (
        (1 - first, ACK, 0.5),
        (1 - first, FIN | ACK, 0.9),
        (first, ACK, 0.9),
        (first, RST, 0.1),
    ):
        if rng.random() < often:
            send(side, flags)
    return made


def oddities() -> list[tuple[str, str, Any]]:
    """Return all the things that can be changed: whose, which, to what."""
    tables = {"life": OF_A_LIFE, "a": OF_AN_ENDPOINT, "b": OF_AN_ENDPOINT, "segment": OF_A_SEGMENT}
    tables |= {"account": {"established_ns": (-1, 5), "begins": (1,)}}
    tables |= {"mine a": OF_A_SIDE, "mine b": OF_A_SIDE, "inbox a": OF_AN_INBOX, "inbox b": OF_AN_INBOX}
    return [(of, name, value) for of, fields in tables.items() for name, values in fields.items() for value in values]


def place_of(thing: Any, name: str) -> tuple[Any, str]:
    """Return whose field that is, and its name: what stands aside is made first."""
    aside, _, field = name.rpartition(".")
    return (getattr(thing, f"own_{aside}")() if aside else thing), field


def make_odd(lives: tuple[Life, Life], s: Segment, oddity: tuple[str, str, Any]) -> None:
    """Change one thing about a life, in both of its replays alike. Who has sent nothing has little that can be changed."""
    of, name, value = oddity
    side = of[-1]
    if of in ("a", "b") and not getattr(lives[0], of).packets and name not in OF_A_SILENT_ONE:
        return
    if of == "segment":
        setattr(s, name, getattr(s, name) + value if name in COUNTED else value)
        return
    for life in lives:
        if of.startswith("inbox"):
            e = getattr(life, side)
            if name == "instead":
                e.inbox = None
            if name in ("doubt", "first"):
                if e.inbox is not None:
                    e.inbox.alive = name != "doubt"
                    e.inbox.event = value if name == "first" else e.inbox.event
            else:
                for _ in range(6 if name == "many" else 1):
                    e.await_event(candidate_of(value, 1, life.last_ns, 1, s.ts_val, False, 1, 1, False))
        elif of == "life":
            setattr(*place_of(life, name), value)
        elif name == "begins":
            life.spent = Account()
            life.spent.begin(life)
        elif of in ("a", "b"):
            setattr(*place_of(getattr(life, side), name), value)
        elif of == "account" and life.spent is not None:
            setattr(life.spent, name, value)
        elif of.startswith("mine") and life.spent is not None:
            setattr(getattr(life.spent, side), name, value)


ODDITIES: Final = oddities()


def replay(lives: tuple[Life, Life], trackers: tuple[Tracker, Tracker], side: int, s: Segment, what: str) -> None:
    """Hold both ways equal for one segment."""
    sack = -1 if not s.sack_count else s.ack - 1 & MASK
    s.bare = not (s.ecn == 3 or s.sack_count or s.mptcp >= 0 or s.flags & SYN)
    lives[1].calm = False
    facts = [tracker.segment(life, side, s, sack) for tracker, life in zip(trackers, lives, strict=True)]
    first, second = [state_of(life, lives[0].calm) for life in lives]
    assert (facts[0], first) == (facts[1], second), what
    seen = [(tracker.seen.seq, tracker.seen.ack, tracker.seen.ts_ns, tracker.seen.side) for tracker in trackers]
    assert seen[0] == seen[1], what


def both(two_msl_ns: int) -> tuple[tuple[Life, Life], tuple[Tracker, Tracker]]:
    """Return a life and a tracker for each way."""
    trackers = (Tracker(two_msl_ns), Tracker(two_msl_ns))
    trackers[1].straight = False
    lives = (Life(), Life())
    for life in lives:
        life.first_packet = 1
    return lives, trackers


def twins(seed: int) -> None:
    """Replay a life on both ways."""
    rng = random.Random(seed)
    lives, trackers = both(rng.choice((0, 20_000_000, 240_000_000_000)))
    for number, (side, s) in enumerate(life_of(seed)):
        if number and rng.random() < ODD:
            if lives[0].calm:
                rouse(lives[0])  # what is calm must be as it is
            make_odd(lives, s, rng.choice(ODDITIES))
        replay(lives, trackers, side, s, f"seed {seed}, segment {number}")


@pytest.mark.parametrize("hundreds", range(SEEDS // 100))
def test_the_usual_ways_equal_the_general_one(hundreds: int) -> None:
    for one in range(100):
        twins(100 * hundreds + one)


def usual_life(seed: int, *, three: bool) -> list[tuple[int, Segment]]:
    """Return a life of nothing but usual segments. three: it closes by three of them."""
    exchange = Exchange(seed)
    exchange.rng = random.Random(0)
    made = []
    for side, flags, length in (
        (0, SYN, 0), (1, SYN | ACK, 0), (0, ACK, 0), (0, ACK, 700), (1, ACK, 0), *(() if three else ((1, ACK, 300),)),
        (0, FIN | ACK, 0), *(() if three else ((1, ACK, 0),)), (1, FIN | ACK, 0), (0, ACK, 0),
    ):  # fmt: skip
        for host, peer in (exchange.hosts, exchange.hosts[::-1]):
            host.got = peer.next
            host.window = 65_535
        s = exchange.segment(side, flags, length)
        s.bare = not flags & SYN
        made.append((side, s))
    return made


@pytest.mark.parametrize(("seed", "three"), [(25, False), (10, True), (28, False)])
def test_one_odd_thing_about_an_usual_life(seed: int, *, three: bool) -> None:
    """Whatever it is, and wherever it comes."""
    for oddity in ODDITIES:
        for place in range(1, 10):
            lives, trackers = both(240_000_000_000)
            for number, (side, s) in enumerate(usual_life(seed, three=three)[: place + 1]):
                if number == place:
                    for life in lives:
                        if life.calm:
                            rouse(life)
                    make_odd(lives, s, oddity)
                    replay(lives, trackers, side, s, f"{oddity} before segment {number}")
                else:
                    for life, tracker in zip(lives, trackers, strict=True):
                        tracker.segment(life, side, s, -1)


def test_an_usual_life_goes_no_other_way() -> None:
    """So the usual ways are really gone: they leave what the Observation said of the SYN."""
    life, tracker = Life(), Tracker(240_000_000_000)
    life.first_packet = 1
    for side, s in usual_life(0, three=False):
        tracker.segment(life, side, s, -1)
        assert tracker.seen.segment.packet == 1
