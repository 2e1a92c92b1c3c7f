"""Which packets are TCP, and what their headers say: the real tshark is asked about every frame."""

from __future__ import annotations

import random
import re

import pytest

from . import build, catalogue, shark

FRAMES = catalogue.every()
NO_WIRESHARK_LINK = {
    "mpls link",
    "unknown link",
    "brcm tag",
    "brcm tag before",
    "dsa",
    "edsa",
}  # link types which its capture reader does not take at all

DIFFERENT = {
    "ipv6 payload length 0": "a length of 0 is offload at work, as in IPv4; tshark wants a preference for it",
    "ipv6 jumbo": "its length option is below 65536, which tshark calls wrong; the octets are there",
    "sack of length 11": "no whole number of blocks: Linux ignores it, tshark counts the whole ones",
    "sack of length 2": "Linux goes on with the next option, tshark stops",
    "ipcomp cut": "compressed, and the stream has no end: tshark takes what came out of it before",
    "juniper without link": "tcpdump's view; tshark expects a protocol's number here as well",
    "cut at 65": "tshark shows the half of a timestamps option that was captured",
    "vxlan linux port": "Linux's default port of before RFC 7348, unknown to tshark 4.0",
    "nflog big": "a log of a machine with the other octet order; tshark takes its own machine's",
}
"""Frames of which we say something else than tshark, and why."""


def judged() -> list[tuple[str, shark.Seen | None, shark.Seen | None]]:
    """Return of every frame: its name, what we say, what tshark says."""
    by_link: dict[int, list[str]] = {}
    for name, frame in FRAMES.items():
        if name not in NO_WIRESHARK_LINK:
            by_link.setdefault(frame.link, []).append(name)
    out = []
    for names in by_link.values():
        said = shark.shark_all([FRAMES[name] for name in names])
        out += [(name, shark.decode_all([FRAMES[name]])[0][1], seen) for name, seen in zip(names, said, strict=True)]
    return out


def test_every_layering_is_read_as_tshark_reads_it() -> None:
    differing = {name: (ours, theirs) for name, ours, theirs in judged() if ours != theirs}
    assert {name: both for name, both in differing.items() if name not in DIFFERENT} == {}
    assert set(differing) == set(DIFFERENT), "a difference that is no longer one"


def mutated(rng: random.Random, frame: build.Frame) -> build.Frame:
    """Change one to three octets of the headers, or cut the frame."""
    octets = bytearray(frame.octets)
    for _ in range(rng.randint(1, 3)):
        octets[rng.randrange(12, min(len(octets), 90))] = rng.choice((0, 1, 5, 6, 0x45, 0x46, 0xFF, rng.randrange(256)))
    changed = frame._replace(octets=bytes(octets))
    return changed.cut(rng.randrange(14, len(octets) + 1)) if rng.random() < 0.2 else changed


def plain_seeds() -> list[build.Frame]:
    """Return frames whose mutations stay within what both sides mean alike: IP over Ethernet, no tunnels."""
    names = (
        "ethernet ipv4", "ethernet ipv6", "vlan", "qinq", "ethernet padding", "ipv4 options",
        "ipv6 hop by hop", "ipv6 two extensions", "ipv6 routing 0", "syn", "three sacks", "sack and time", "mptcp",
        "pppoe", "snap", "ah over ipv4", "mpls",
    )  # fmt: skip
    return [FRAMES[name] for name in names]


def same_but_options(ours: shark.Seen | None, theirs: shark.Seen | None) -> bool:
    """Compare what does not hang on options that are wrong in themselves or cut: each side has its own mercy there."""
    return (ours is None) == (theirs is None) and (ours is None or theirs is None or ours[:9] == theirs[:9])


def excused(frame: build.Frame, ours: shark.Seen | None, theirs: shark.Seen | None) -> bool:
    """Tell the mutations for which a reason in DIFFERENT holds, or one of the two named here.

    An IPv6 option that overruns its header: a receiver drops the packet, tshark mostly reads on. An IPv4 option of the
    wrong length for its kind: no receiver minds, tshark gives up.
    """
    if ours is not None and theirs is None:
        return (
            re.search(b"\x86\xdd\x60.{3}\\0\\0", frame.octets, re.DOTALL) is not None
            or re.search(b"\x08\\0[\x46-\x4f]", frame.octets) is not None
        )
    if theirs is not None and ours is None:
        return re.search(b"\x86\xdd\x60.{5}[\\0\x3c]", frame.octets, re.DOTALL) is not None
    return False


@pytest.mark.parametrize("seed", range(4))
def test_mutated_frames_are_read_as_tshark_reads_them(seed: int) -> None:
    rng = random.Random(seed)
    seeds = plain_seeds()
    frames = [mutated(rng, rng.choice(seeds)) for _ in range(500)]
    theirs = shark.shark_all(frames)
    ours = [shark.decode_all([frame])[0][1] for frame in frames]
    bad = [
        (frame.octets.hex(), frame.length, o, t)
        for frame, o, t in zip(frames, ours, theirs, strict=True)
        if not same_but_options(o, t) and not excused(frame, o, t)
    ]
    assert bad == [], f"seed {seed}"
    assert sum(seen is not None for seen in ours) > len(frames) // 2
