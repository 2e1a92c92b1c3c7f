"""Our record against the kernel's word, endpoint by endpoint: states, final state, trigger packets.

Each kernel endpoint of each capture gets one class:
exact      the same states in the same order, the same final state
tentative  the same, but for steps of ours that the record itself marks as not confirmed
unseen     we said UNKNOWN of an endpoint that sent nothing through this capture point: the right answer
unknown    we said UNKNOWN, and nothing false, of an endpoint that was heard
deceived   we believed a segment forged in this endpoint's name, which no observer can tell from its own
wrong      a state that the kernel was not in, said with confidence
lost       no record of ours has this endpoint
Triggers are counted for the aligned transitions whose packet is in the capture.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import tcplife
from tests.kernel.conventions import View, lives, same_moment, silent
from tests.kernel.frames import ACK, Address, parse
from tests.kernel.truth import Told, Truth, read_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Record = dict[str, Any]
Step = dict[str, Any]
CLASSES: Final = ("exact", "tentative", "unseen", "unknown", "deceived", "wrong", "lost")
LINUX_MSL: Final = 30.0


@dataclass(slots=True)
class Compared:
    """One endpoint in one capture."""

    capture: Path
    local: Address
    remote: Address
    verdict: str
    kernel: list[Told]
    ours: list[Step]
    final: str
    triggers: int = 0
    triggers_equal: int = 0
    wrong_triggers: list[tuple[Told, Step]] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    @property
    def near(self) -> bool:
        """Whether the capture was taken at this endpoint's own host."""
        return self.kernel[0].host == self.capture.name.split(".")[-2]


def analyse(path: Path) -> list[Record]:
    """Run tcplife on a capture and return what the comparison needs of its records, in the contract's words."""
    return [
        {
            "index": connection.index,
            "client": {"ip": connection.client.ip, "port": connection.client.port},
            "server": {"ip": connection.server.ip, "port": connection.server.port},
            "final": {role: state.value for role, state in connection.final.items()},
            "transitions": [
                {"packet": t.packet, "endpoint": t.endpoint.value, "from": t.from_state.value, "to": t.to_state.value,
                 "event": t.event, "basis": t.basis.value, "confirmed_by": t.confirmed_by}
                for t in connection.transitions
            ],
        }
        for connection in tcplife.analyze(path, msl_s=LINUX_MSL)
    ]  # fmt: skip


def compare(path: Path, capture: str, truth: Truth, records: Sequence[Record]) -> list[Compared]:
    """Compare every kernel endpoint that has a packet in this capture."""
    numbered = [(number, parse(raw)) for number, (_, raw) in enumerate(read_records(path), 1)]
    view = View(capture, {number: frame for number, frame in numbered if frame.tcp})
    start_ns = next((ts for ts, _ in read_records(path)), 0)
    endpoints: dict[tuple[Address, Address], list[Told]] = {}
    for told in truth.transitions:
        endpoints.setdefault((told.local, told.remote), []).append(told)
    pairs = {(frame.src, frame.dst) for frame in view.frames.values()}
    return [
        compare_endpoint(path, view, told, records, start_ns, set(truth.forged[capture]))
        for (local, remote), told in endpoints.items()
        if (local, remote) in pairs or (remote, local) in pairs
    ]


def steps_of(records: Sequence[Record], local: Address, remote: Address) -> tuple[list[Step], str]:
    """Our transitions of one endpoint over all its connections, and its final state ("" if it has none)."""
    steps: list[Step] = []
    final = ""
    for record in sorted(records, key=lambda record: int(record["index"])):
        sides = {side: (record[side]["ip"], record[side]["port"]) for side in ("client", "server")}
        for side, other in (("client", "server"), ("server", "client")):
            if (sides[side], sides[other]) == (local, remote):
                steps += [step for step in record["transitions"] if step["endpoint"] == side]
                final = record["final"][side]
    return steps, final


def compare_endpoint(
    path: Path, view: View, told: list[Told], records: Sequence[Record], start_ns: int, forged: set[int]
) -> Compared:
    """Compare one endpoint: against its whole life, and against what was left of it when the capture began."""
    ours, final = steps_of(records, told[0].local, told[0].remote)
    result = Compared(path, told[0].local, told[0].remote, "lost", told, ours, final)
    if not final:
        return result
    ways = [*_late(told, ours, view, start_ns), *lives(told, view)]
    aligned = [(found, convention) for convention, life in ways if (found := align(life, ours, view.name)) is not None]
    if aligned:
        alignment, convention = min(aligned, key=lambda one: one[0].doubted)
        result.used[convention] += bool(convention)
        _judge_tail(result, alignment)
        _judge_triggers(result, alignment, view)
    else:
        result.verdict = "unknown" if _only_unknown(told, ours, final) else "wrong"
    if result.verdict == "unknown" and not any(frame.src == result.local for frame in view.frames.values()):
        result.verdict = "unseen"
    if result.verdict == "wrong" and any(step["basis"] == "sent" and step["packet"] in forged for step in ours):
        result.verdict = "deceived"
    return result


def _late(told: list[Told], ours: list[Step], view: View, start_ns: int) -> list[tuple[str, list[Told]]]:
    """The lives that fit a capture begun in the middle: from UNKNOWN into any state up to our first word."""
    capture = view.name
    before = [t for t in told if t.time_ns < start_ns]
    if not any(_is_before(t, view) for t in before) or not ours:
        return []
    last = ours[0]["packet"] or 0
    entries = [
        i for i in range(len(before) - 1, len(told)) if i < len(before) or (told[i].packets[capture] or 0) <= last
    ]
    found = []
    for index in reversed(entries):
        at = told[index]
        first = Told(at.host, at.local, at.remote, "UNKNOWN", at.new, at.cause, at.time_ns, {capture: None})
        found += [("began_in_the_middle", life) for _, life in lives([first, *told[index + 1 :]], view)]
    return found


def _is_before(told: Told, view: View) -> bool:
    """Whether what moved it is not in the capture; of a caller, its bare SYN."""
    packet = told.packets[view.name]
    return packet is None or (told.new == "SYN_SENT" and bool(view.frames[packet].flags & ACK))


@dataclass(slots=True)
class Alignment:
    """Which of our steps is which of the kernel's; `left` are ours beyond the kernel's last."""

    pairs: list[tuple[Told, Step]]
    skipped: list[str]
    doubted: int  # our steps that the kernel did not take and that our record does not swear to
    state: str  # our last state


def align(told: Sequence[Told], ours: Sequence[Step], capture: str, state: str = "") -> Alignment | None:
    """Walk both paths; None if they part.

    The kernel's silent transitions may be passed over, and so may those of ours that are only tentative. Where
    nothing but tentative ones is left of ours, the kernel may have gone elsewhere: the record says so.
    """
    if not told and not ours:
        return Alignment([], [], 0, state)
    found: Alignment | None = None
    if told and ours and _same_state(told[0], ours[0]):
        found = align(told[1:], ours[1:], capture, ours[0]["to"])
        if found is not None:
            return Alignment([(told[0], ours[0]), *found.pairs], found.skipped, found.doubted, found.state)
    convention = silent(told[0], capture) if told else ""
    if convention:
        found = align(told[1:], ours, capture, state)
        if found is not None:
            return Alignment(found.pairs, [convention, *found.skipped], found.doubted, found.state)
    if ours and all(map(_tentative, ours)):
        return Alignment([], [], len(ours), ours[-1]["to"])
    if ours and _tentative(ours[0]):
        found = align(told, ours[1:], capture, ours[0]["to"])
        if found is not None:
            return Alignment(found.pairs, found.skipped, found.doubted + 1, found.state)
    return None


def _tentative(step: Step) -> bool:
    return step["confirmed_by"] is None and step["basis"] in {"received", "implied"}


def _same_state(told: Told, step: Step) -> bool:
    if told.new == step["to"]:
        return True
    return told.new == "CLOSED" and (step["from"], step["to"]) == ("SYN_RECEIVED", "LISTEN")


def _judge_tail(result: Compared, alignment: Alignment) -> None:
    result.used.update(alignment.skipped)
    listens_again = (alignment.state, result.final) == ("LISTEN", "CLOSED") and result.kernel[-1].new == "CLOSED"
    if listens_again or result.final == (alignment.state or "CLOSED"):
        result.verdict = "tentative" if alignment.doubted else "exact"
    else:
        result.verdict = "unknown" if result.final == "UNKNOWN" else "wrong"


def _judge_triggers(result: Compared, alignment: Alignment, view: View) -> None:
    for told, step in alignment.pairs:
        if step["to"] == "LISTEN":
            result.used["request_back_to_listen"] += 1
        if told.packets[view.name] is None:
            continue
        result.triggers += 1
        convention = same_moment(told, step["packet"], view)
        if convention is None:
            result.wrong_triggers.append((told, step))
        else:
            result.triggers_equal += 1
            result.used[convention] += bool(convention)


def _only_unknown(told: list[Told], ours: list[Step], final: str) -> bool:
    """Whether we claimed no state beyond some beginning of the kernel's path, and said UNKNOWN then."""
    claimed = [step["to"] for step in ours if step["to"] != "UNKNOWN"]
    states = iter([t.new for t in told])
    return (final == "UNKNOWN" or "UNKNOWN" in [step["to"] for step in ours]) and all(
        state in states for state in claimed
    )


def show(result: Compared) -> str:
    """Both paths with packet numbers, and tcpdump's lines, to debug from."""
    capture = result.capture.name.split(".")[-2]
    kernel = [f"    {t.packets[capture] or '-':>4} {t.old:>13} -> {t.new:<13} {t.cause}" for t in result.kernel]
    ours = [
        f"    {s['packet'] or '-':>4} {s['from']:>13} -> {s['to']:<13} {s['event']} {s['basis']}"
        f" confirmed by {s['confirmed_by']}"
        for s in result.ours
    ]
    bad = [f"    {t.new}: kernel {t.packets[capture]}, ours {s['packet']}" for t, s in result.wrong_triggers]
    lines = _packets(result)
    head = f"{result.verdict}: {result.capture.name} {result.local[0]}:{result.local[1]}"
    parts = [head, "  kernel", *kernel, f"  ours (final {result.final or 'none'})", *ours]
    return "\n".join([*parts, *(["  triggers", *bad] if bad else []), "  capture", lines])


def _packets(result: Compared) -> str:
    """Tcpdump's lines of this connection, numbered as in the capture."""
    command = ["tcpdump", "-#nnr", str(result.capture)]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    frames = [parse(raw) for _, raw in read_records(result.capture)]
    ends = {result.local, result.remote}
    return "\n".join(line for line, frame in zip(lines, frames, strict=False) if {frame.src, frame.dst} == ends)


def table(results: Sequence[Compared]) -> str:
    """Count classes, triggers and conventions; near: captured at the endpoint's own host, far: at its peer's.

    What is lost or overtaken behind the capture point can make a far life differ from what anybody can see.
    """
    places = {"near": [r for r in results if r.near], "far": [r for r in results if not r.near], "all": list(results)}
    lines = ["           " + "".join(f"{place:>9}" for place in places)]
    lines += [f"{'endpoints':11}" + "".join(f"{len(some):9}" for some in places.values())]
    for name in CLASSES:
        lines += [f"  {name:9}" + "".join(f"{sum(r.verdict == name for r in some):9}" for some in places.values())]
    counts = [(sum(r.triggers for r in some), sum(r.triggers_equal for r in some)) for some in places.values()]
    lines += ["triggers   " + "".join(f"{all_:9}" for all_, _ in counts)]
    lines += ["  equal %  " + "".join(f"{100 * equal / max(1, all_):9.2f}" for all_, equal in counts)]
    used = sum((result.used for result in results), Counter[str]())
    return "\n".join(lines + [f"  {name:32} {count:6}" for name, count in sorted(used.items()) if count])
