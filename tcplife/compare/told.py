"""A Comparison in words, and as JSON.

In: a Comparison. Out: text for people, a JSON-ready dict for programs; nothing in it but numbers and our own words.
"""

from __future__ import annotations

from .losses import BEYOND, DOUBLED, INJECTED, LOST, NOT_CAPTURED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from .clocks import Between
    from .losses import Miss
    from .tap import Flow
    from .taps import Compared, Comparison

MS: Final = 1e6
ROLE: Final = ("client", "server")
WAY: Final = ("client to server", "server to client")
TAP: Final = ("A", "B")


def as_text(result: Comparison, *, everything: bool = False) -> str:
    """The whole comparison; pairs without a difference only with everything."""
    lines = [
        f"A {result.a.source}, nearer to the {ROLE[result.where.near] if result.where else '?'}",
        f"B {result.b.source}",
        _clock(result.where),
        _sum(result),
    ]
    for tap, name in ((result.a, "A"), (result.b, "B")):
        if tap.doubled:
            lines.append(f"{_count(tap.doubled, 'packet')} of {name} came twice and counted once.")
    for one in result.compared:
        told = list(_differences(one))
        if told or everything:
            lines += ["", _title(one), *(f"  {line}" for line in told or ["no difference"])]
    for name, flows in (("A", result.only_a), ("B", result.only_b)):
        if flows:
            lines += ["", f"Only in {name}: {_count(len(flows), 'pair')} of endpoints"]
            lines += [f"  {flow.name(0)} > {flow.name(1)}, from packet {_first(flow)} on" for flow in flows[:20]]
    return "".join(f"{line}\n" for line in lines if line is not None)


def _clock(where: Between | None) -> str:
    if where is None:
        return "Nothing in common: the clocks cannot be compared."
    apart = f"Clock of B: {where.offset_ns / MS:+.3f} ms against A"
    if not where.sure:
        return f"{apart}, if the way between took no time (one direction only)."
    return f"{apart}; from tap to tap and back {where.round_ns / MS:.3f} ms at least."


def _sum(result: Comparison) -> str:
    counts = {
        (what, way): sum(miss.what == what and miss.way == way for one in result.compared for miss in one.misses)
        for what in (LOST, INJECTED)
        for way in (0, 1)
    }
    matched = sum(one.matched for one in result.compared)
    return (
        f"{_count(len(result.compared), 'pair')} of endpoints and {_count(matched, 'segment')} in both; lost "
        f"{counts[LOST, 0]:,} {WAY[0]} and {counts[LOST, 1]:,} {WAY[1]}; sent from in between "
        f"{counts[INJECTED, 0] + counts[INJECTED, 1]:,}."
    )


def _title(one: Compared) -> str:
    a, b = one.pair.a, one.pair.b
    here = f"{a.name(0)} > {a.name(1)}"
    there = f"{b.name(0)} > {b.name(1)}"
    return here if here == there else f"{here}  =  {there}"


def _differences(one: Compared) -> Iterator[str]:
    for miss in one.misses:
        yield _miss(miss)
    for change in one.changes:
        times = f", {change.count:,} times" if change.count > 1 else ""
        yield (
            f"{change.what} of the {ROLE[change.way]}: {change.a} at A (packet {change.packet_a}), {change.b} at B "
            f"(packet {change.packet_b}){times}"
        )
    for delay in one.delays:
        if delay.most_ns > 0 and one.where.sure:
            yield (
                f"delay {WAY[delay.way]}: {delay.median_ns / MS:.3f} ms (median) to {delay.most_ns / MS:.3f} ms "
                f"(packet {delay.packet} of A) over the shortest, {_count(delay.segments, 'segment')}"
            )
    for d in one.disagreements:
        if d.side == 2:
            yield f"the ends are apart: the client is left in {d.a}, the server in {d.b}"
        else:
            near = f"{d.trusted.upper()} is nearer"
            yield f"the {ROLE[d.side]} ends in {d.a} by A, in {d.b} by B ({near})"


_WORDS: Final = {
    LOST: "lost between the taps",
    INJECTED: "sent from in between (a middlebox), or missed by the other capture",
    NOT_CAPTURED: "not captured at the other tap, though it passed (its octets are acknowledged there)",
    DOUBLED: "doubled between the taps",
    BEYOND: "the other capture did not run that early or late",
}


def _miss(miss: Miss) -> str:
    octets = f", {_count(miss.octets, 'octet')}" if miss.octets else ""
    return f"{WAY[miss.way]}: {miss.kind}{octets}, packet {miss.packet} of {TAP[miss.tap]}: {_WORDS[miss.what]}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _first(flow: Flow) -> int:
    return min(segments[0].packet for segments in flow.ways if segments)


def as_json(result: Comparison) -> dict[str, Any]:
    """The comparison as a document; times in milliseconds, packets as numbers of their own capture."""
    return {
        "schema_version": 1,
        "a": {"source": result.a.source, "doubled": result.a.doubled},
        "b": {"source": result.b.source, "doubled": result.b.doubled},
        "clock": None if result.where is None else _place(result.where),
        "overlap": result.overlap,
        "pairs": [_pair(one) for one in result.compared],
        "only_a": [_flow(flow) for flow in result.only_a],
        "only_b": [_flow(flow) for flow in result.only_b],
    }


def _place(where: Between) -> dict[str, Any]:
    return {
        "offset_ms": where.offset_ns / MS,
        "a_is_nearer_to": ROLE[where.near],
        "round_trip_ms": where.round_ns / MS if where.round_ns >= 0 else None,
        "both_directions": where.sure,
    }


def _flow(flow: Flow) -> dict[str, Any]:
    return {"client": flow.name(0), "server": flow.name(1), "first_packet": _first(flow)}


def _pair(one: Compared) -> dict[str, Any]:
    return {
        "a": _flow(one.pair.a),
        "b": _flow(one.pair.b),
        "clock": _place(one.where),
        "matched": one.matched,
        "misses": [
            {
                "what": miss.what, "direction": WAY[miss.way], "kind": miss.kind, "flags": miss.flags,
                "octets": miss.octets, "capture": TAP[miss.tap], "packet": miss.packet,
            }
            for miss in one.misses
        ],
        "changes": [
            {
                "what": change.what, "sender": ROLE[change.way], "a": change.a, "b": change.b,
                "packet_a": change.packet_a, "packet_b": change.packet_b, "count": change.count,
            }
            for change in one.changes
        ],
        "delays": [
            {
                "direction": WAY[delay.way], "segments": delay.segments, "median_ms": delay.median_ns / MS,
                "most_ms": delay.most_ns / MS, "packet": delay.packet,
            }
            for delay in one.delays
        ],
        "disagreements": [
            {"endpoint": (*ROLE, "both")[d.side], "a": d.a, "b": d.b, "trusted": d.trusted.upper() or None}
            for d in one.disagreements
        ],
    }  # fmt: skip
