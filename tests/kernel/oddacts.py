"""What an odd peer does: acts by name, each a few lines; the weights say how often."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import checksum
from tests.kernel.oddpeer import FAR, HALF, MSS, NOP, OddPeer
from tests.kernel.script import timestamp

if TYPE_CHECKING:
    import random

Act = Callable[[OddPeer], None]
ACTS: Final[dict[str, Act]] = {}
WEIGHTS: Final[dict[str, int]] = {}


def act(weight: int) -> Callable[[Act], Act]:
    """Register an act."""

    def register(body: Act) -> Act:
        ACTS[body.__name__] = body
        WEIGHTS[body.__name__] = weight
        return body

    return register


def seq_of(peer: OddPeer) -> int:
    """A sequence number worth trying."""
    dice, rcv = peer.dice, peer.got
    near = (rcv - 1, rcv + 1, rcv - 10, rcv + 10, rcv + 500, peer.nxt, peer.nxt - 1, peer.top, peer.top + 1, peer.right)
    edges = (peer.right - 1, peer.right + 1, peer.right + FAR, rcv - FAR, 0, 1, rcv + HALF)
    return dice.choice((rcv,) * 12 + near * 2 + edges)


def ack_of(peer: OddPeer) -> int:
    """An acknowledgement number worth trying."""
    dice, end = peer.dice, peer.heard
    odd = (peer.acked, end - 1, 1, 0, end + 1, end + 1000, end + FAR, end - FAR, end - HALF + 1)
    return dice.choice((end,) * 14 + (peer.acked, peer.acked, 1) + odd)


def options_of(peer: OddPeer) -> bytes:
    """Timestamps as agreed, old, in the future, with a wrong echo, or missing; sometimes SACK blocks or an option of the SYN."""
    dice = peer.dice
    agreed = timestamp(peer.tsval, peer.tsecr) if peer.echo_timestamps else b""
    values = (peer.tsval - 1, peer.tsval - 2000, peer.tsval - HALF + 5, peer.tsval + 100_000)
    echoes = (0, peer.tsecr + 12345, peer.tsecr - 12345)
    odd = [b"", timestamp(dice.choice(values), peer.tsecr), timestamp(peer.tsval, dice.choice(echoes))]
    odd.append(sack_of(peer, agreed))
    odd.append(struct.pack("!BBH", 2, 4, 536) + agreed)
    return dice.choice([agreed] * 12 + odd)


def sack_of(peer: OddPeer, before: bytes) -> bytes:
    """A SACK block: of what is out, a duplicate report, or nonsense."""
    left = peer.dice.choice((peer.acked, 1, peer.heard, peer.heard + 100, max(peer.acked - 1, 0)))
    edges = struct.pack("!II", *((max(peer.irs, 0) + left + size) % 2**32 for size in (0, peer.dice.choice((1, 100)))))
    return before + NOP * 2 + bytes([5, 10]) + edges


LETTERS: Final = (
    *(("P.", 6), (".", 6), ("F.", 5), ("FP.", 3), ("R", 3), ("R.", 3), ("S", 2), ("S.", 2), ("RF.", 1), ("SF", 1)),
    *(("SR", 1), ("SF.", 1), ("SR.", 1), ("", 1), ("P", 1), ("F", 1), ("SFRP.U", 1), ("P.U", 1), ("F.U", 1), ("FR", 1)),
)


@act(10)
def anything(peer: OddPeer) -> None:
    """A segment drawn at random."""
    dice = peer.dice
    letters = dice.choices([letters for letters, _ in LETTERS], [weight for _, weight in LETTERS])[0]
    data = bytes(dice.choice((0, 0, 1, 10, 10, MSS))) if "P" in letters or dice.random() < 0.1 else b""
    options = peer.syn_options() if "S" in letters else options_of(peer)
    window = dice.choice((peer.window,) * 8 + (0, 1, 65535))
    peer.send(letters, seq_of(peer), ack_of(peer), data, options=options, window=window)


@act(14)
def go_on(peer: OddPeer) -> None:
    """As the protocol wants."""
    peer.go_on()


@act(6)
def data(peer: OddPeer) -> None:
    """Octets in order."""
    peer.data()


@act(4)
def fin(peer: OddPeer) -> None:
    """FIN in order, or again."""
    peer.finish()


@act(2)
def fin_on_data(peer: OddPeer) -> None:
    """FIN with octets."""
    peer.finish(bytes(peer.dice.choice((1, 10, MSS))))


@act(2)
def fin_overlapping(peer: OddPeer) -> None:
    """FIN behind octets part of which came before."""
    back = min(peer.got, peer.dice.choice((1, 5, 10)))
    ahead = peer.dice.choice((0, 0, 1, 10))
    peer.send("FP.", peer.got - back, peer.heard, bytes(back + ahead))


@act(2)
def fin_beyond_gap(peer: OddPeer) -> None:
    """FIN with octets missing before it."""
    peer.send("F.", peer.got + peer.dice.choice((1, 10, 100)), peer.heard)


@act(2)
def data_beyond_gap(peer: OddPeer) -> None:
    """Octets, others missing before them."""
    peer.send("P.", peer.got + peer.dice.choice((1, 10, 100)), peer.heard, bytes(peer.dice.choice((1, 10, 100))))


@act(2)
def data_overlapping(peer: OddPeer) -> None:
    """Octets part of which came before."""
    back = peer.dice.choice((1, 10, 100))
    peer.send("P.", peer.got - back, peer.heard, bytes(back + peer.dice.choice((0, 1, 100))))


@act(1)
def data_over_the_edge(peer: OddPeer) -> None:
    """Octets across the right edge of the window."""
    peer.send(peer.dice.choice(("P.", "FP.")), peer.right - 5, peer.heard, bytes(10))


@act(2)
def fill(peer: OddPeer) -> None:
    """Everything up to the highest number sent."""
    size = min(max(peer.top - peer.got, 1), MSS)
    peer.send("P.", peer.got, peer.heard, bytes(size))


@act(3)
def reset_exactly(peer: OddPeer) -> None:
    """RST at RCV.NXT."""
    peer.send(peer.dice.choice(("R", "R.")), peer.got, peer.heard)


@act(3)
def reset_elsewhere(peer: OddPeer) -> None:
    """RST in the window, at an edge, or outside."""
    peer.send(peer.dice.choice(("R", "R.")), seq_of(peer), ack_of(peer), options=options_of(peer))


@act(2)
def syn_again(peer: OddPeer) -> None:
    """The SYN (or SYN+ACK) once more."""
    peer.syn(peer.dice.choice(("S", "S.")))


@act(1)
def syn_elsewhere(peer: OddPeer) -> None:
    """A SYN with another number."""
    peer.syn(peer.dice.choice(("S", "S", "S.")), seq=seq_of(peer), ack=ack_of(peer))


@act(2)
def syn_anew(peer: OddPeer) -> None:
    """A SYN of another life, its number beyond all that was sent."""
    peer.syn("S", seq=peer.top + peer.dice.choice((1000, FAR)))


@act(1)
def syn_ack_wrong(peer: OddPeer) -> None:
    """A SYN+ACK of something never sent."""
    peer.syn("S.", ack=peer.heard + peer.dice.choice((1, -1, 1000)))


@act(1)
def syn_with_data(peer: OddPeer) -> None:
    """Octets in the SYN; perhaps as Fast Open."""
    peer.syn("S", bytes(10), extra=peer.dice.choice((b"", bytes([34, 2]) + NOP * 2)))


@act(2)
def close_window(peer: OddPeer) -> None:
    """No room."""
    peer.window = 0
    peer.ack()


@act(3)
def open_window(peer: OddPeer) -> None:
    """Room again."""
    peer.window = peer.manner.window
    peer.ack()


@act(1)
def partly_ack(peer: OddPeer) -> None:
    """Acknowledge some of what is out."""
    peer.acked = peer.dice.randint(min(peer.acked, peer.heard), peer.heard)
    peer.send(".", peer.nxt, peer.acked)


@act(1)
def sack(peer: OddPeer) -> None:
    """Report blocks."""
    agreed = timestamp(peer.tsval, peer.tsecr) if peer.echo_timestamps else b""
    peer.send(".", peer.nxt, peer.acked, options=sack_of(peer, agreed))


@act(1)
def keep_alive(peer: OddPeer) -> None:
    """One old octet, or none."""
    peer.send(".", peer.got - 1, peer.heard, bytes(peer.dice.choice((0, 1))))


@act(2)
def again(peer: OddPeer) -> None:
    """The last segment once more."""
    peer.repeat()


@act(1)
def from_before(peer: OddPeer) -> None:
    """Something late of the life before."""
    if peer.before is not None:
        iss, irs, nxt, heard = peer.before
        letters = peer.dice.choice((".", "P.", "F.", "R", "R.", "S", "S."))
        seq = iss + (0 if "S" in letters else nxt)
        ack = irs + heard - max(peer.irs, 0)
        peer.send(letters, seq - peer.iss, ack, bytes(10) if "P" in letters else b"")


@act(1)
def all_at_once(peer: OddPeer) -> None:
    """Octets, FIN and RST, without time between them."""
    peer.data()
    peer.finish()
    peer.send(peer.dice.choice(("R", "R.")), peer.nxt, peer.heard)


@act(1)
def ack_again_and_again(peer: OddPeer) -> None:
    """Three ACKs alike."""
    for _ in range(3):
        peer.send(".", peer.nxt, peer.acked)


@act(1)
def one_octet_at_a_time(peer: OddPeer) -> None:
    """Octets one by one, the last with the FIN."""
    for _ in range(3):
        peer.data(1)
    peer.finish(bytes(1))


@act(1)
def fall_silent(peer: OddPeer) -> None:
    """Answer nothing more by itself."""
    peer.mute = True


@act(1)
def speak_again(peer: OddPeer) -> None:
    """Answer again."""
    peer.mute = False


@act(1)
def port_unreachable(peer: OddPeer) -> None:
    """An ICMP error about the socket's last segment."""
    if peer.irs < 0 or ":" in peer.local[0]:
        return
    ends = struct.pack("!HHI", peer.remote[1], peer.local[1], (peer.irs + max(peer.heard - 1, 0)) % 2**32)
    addresses = [bytes(int(part) for part in ip.split(".")) for ip in (peer.remote[0], peer.local[0])]
    quoted = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, 0) + addresses[0] + addresses[1] + ends
    icmp = struct.pack("!BBHHH", 3, peer.dice.choice((1, 3, 4)), 0, 0, 1200) + quoted
    icmp = icmp[:2] + checksum(icmp) + icmp[4:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(icmp), 0, 0x4000, 64, 1, 0) + addresses[1] + addresses[0]
    peer.link.inject(head[:10] + checksum(head) + head[12:] + icmp, peer.host)


def draw(dice: random.Random, count: int, politeness: float) -> list[str]:
    """Draw acts: a share of them as the protocol wants, the others by weight."""
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    return ["go_on" if dice.random() < politeness else dice.choices(names, weights)[0] for _ in range(count)]
