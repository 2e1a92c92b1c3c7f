"""Lives that go to one state by the book, get something odd there, and end as scripts end: every state meets everything.

In: a seed. Out: lives like those of `oddlives`, whose scripted peer acts by plan instead of at random at first.
"""

from __future__ import annotations

import random
import socket
from typing import TYPE_CHECKING, Final

from tests.kernel.oddacts import ACTS, WEIGHTS, act
from tests.kernel.oddlives import ACTING, SOCKET_OPTIONS, OddBatch, OddLife, Step, plan_manner
from tests.kernel.oddpeer import NOP

if TYPE_CHECKING:
    from tests.kernel.oddpeer import OddPeer

GAP: Final = 0.03
"""Seconds between steps: the real socket has answered by then."""
APPLICATION: Final = ("send", "read", "shut", "close", "abort", "disconnect", "shut_both")


@act(0)
def calls(peer: OddPeer) -> None:
    """SYN."""
    peer.syn("S")


@act(0)
def calls_with_octets(peer: OddPeer) -> None:
    """SYN with octets, and a request for a Fast Open cookie or none."""
    peer.syn("S", bytes(10), extra=peer.dice.choice((b"", bytes([34, 2]) + NOP * 2)))
    peer.nxt += peer.dice.choice((0, 10))


@act(0)
def answers(peer: OddPeer) -> None:
    """SYN+ACK."""
    peer.syn("S.")


@act(0)
def acknowledges(peer: OddPeer) -> None:
    """ACK of everything."""
    peer.ack()


@act(0)
def closes(peer: OddPeer) -> None:
    """FIN and ACK of everything."""
    peer.finish()


@act(0)
def closes_with_octets(peer: OddPeer) -> None:
    """FIN with octets."""
    peer.finish(bytes(10))


@act(0)
def closes_across(peer: OddPeer) -> None:
    """FIN that does not acknowledge the socket's FIN."""
    peer.send("F.", peer.nxt, max(peer.heard - 1, 1))
    peer.fin = peer.nxt
    peer.nxt += 1


@act(0)
def speaks(peer: OddPeer) -> None:
    """Octets in order."""
    peer.data(100)


@act(0)
def speaks_beyond(peer: OddPeer) -> None:
    """Octets behind a hole."""
    peer.send("P.", peer.nxt + 100, peer.heard, bytes(100))


@act(0)
def gives_up(peer: OddPeer) -> None:
    """As a script ends: a reset right behind whatever it sent last, without options."""
    last = peer.last
    if last is not None:
        end = last.seq + len(last.payload) + ("S" in last.flags) + ("F" in last.flags)
        peer.send("R.", end - peer.iss, last.ack - max(peer.irs, 0), options=b"")


OPEN: Final = ("calls", "acknowledges")
STATES: Final[dict[str, tuple[str, ...]]] = {
    "listen": (),
    "syn_received": ("calls",),
    "fast_open": ("calls_with_octets",),
    "established": OPEN,
    "octets_in": (*OPEN, "speaks"),
    "octets_out": (*OPEN, "send"),
    "octets_beyond": (*OPEN, "speaks_beyond"),
    "fin_wait_1": (*OPEN, "ends"),
    "fin_wait_1_behind_octets": (*OPEN, "send", "ends"),
    "fin_wait_1_octets_beyond": (*OPEN, "speaks_beyond", "ends"),
    "fin_wait_2": (*OPEN, "ends", "acknowledges"),
    "fin_wait_2_octets_beyond": (*OPEN, "ends", "acknowledges", "speaks_beyond"),
    "close_wait": (*OPEN, "closes"),
    "close_wait_with_octets": (*OPEN, "closes_with_octets"),
    "close_wait_octets_out": (*OPEN, "closes", "send"),
    "closing": (*OPEN, "ends", "closes_across"),
    "last_ack": (*OPEN, "closes", "ends"),
    "last_ack_behind_octets": (*OPEN, "closes", "send", "ends"),
    "time_wait": (*OPEN, "ends", "acknowledges", "closes"),
    "time_wait_by_three_segments": (*OPEN, "ends", "closes"),
    "time_wait_by_closing": (*OPEN, "ends", "closes_across", "acknowledges"),
    "closed": (*OPEN, "closes", "ends", "acknowledges"),
    "syn_sent": (),
    "syn_received_by_crossing": ("calls",),
    "established_by_crossing": ("calls", "answers"),
}
"""What brings the real socket to a state: acts of the peer and of the application (`ends`: it shuts down or closes)."""
CALLER_ONLY: Final = ("syn_sent", "syn_received_by_crossing", "established_by_crossing")
ENDS: Final = (
    *(("gives_up",),) * 2, ("close",), ("close", "gives_up"), ("acknowledges", "closes", "close", "acknowledges"),
    ("closes", "close", "acknowledges"), (), ("abort",), ("reset_exactly",), ("read", "close", "gives_up"),
)  # fmt: skip


def plan_life(dice: random.Random, port: int) -> OddLife:
    """Draw one life."""
    state = dice.choice(list(STATES))
    way = STATES[state]
    calling = state in CALLER_ONLY or (way[:2] == OPEN and dice.random() < 0.5)
    if calling and way[:2] == OPEN:
        way = ("answers", *way[2:])
    fast = state == "fast_open" or (calling and dice.random() < 0.1)
    ending = dice.choice(("shut", "close", "shut", "close", "shut_both"))
    acts = [ending if name == "ends" else name for name in way]
    for _ in range(dice.choice((1, 1, 2, 3))):
        acts.append("anything" if dice.random() < 0.5 else dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0])
        if dice.random() < 0.15:
            acts.append(dice.choice((*APPLICATION, "acknowledges", "speaks")))
    acts += dice.choice(ENDS)
    steps, at = [], 0.02
    for name in acts:
        steps.append(Step(at, 0 if name in ACTS else -1, name, dice.choice((1, 100, 1400, 5000))))
        at += GAP if dice.random() < 0.85 else 0.0
    manner = plan_manner(dice)
    manner.answers = dice.choice((0.0, 0.0, 1.0))
    if dice.random() < 0.5:
        manner.iss = 0
    option = "fast_open" if fast else dice.choice(["none"] * 8 + list(SOCKET_OPTIONS))
    family = dice.choice((socket.AF_INET,) * 4 + (socket.AF_INET6,))
    accepts_from = ACTING * dice.random() if dice.random() < 0.1 else 0.0
    return OddLife(
        port, calling, fast, family, option, 8, accepts_from, [manner], steps, random.Random(dice.random())
    )  # fmt: skip


class StateBatch(OddBatch):
    """Some of these lives on one link."""

    word = "state"
    plan = staticmethod(plan_life)
