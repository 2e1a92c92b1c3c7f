"""Transitions of the kernel's sockets + what passed on the wire -> the truth about two captures.

In: a finished run (the link's log, a capture at each end, the trace, the socket tables). Out: a
`Truth`: every transition with the packet that triggered it, numbered as in the client's and in the
server's capture. What makes a run worthless is a complaint; it is then repeated.

The trigger of something received is exact: the frame whose write to the TAP device was under way when
the state changed. The trigger of what the application or a timer did is the first segment sent that
shows it (SYN, FIN, RST), and none where nothing was sent.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.kernel.fold import Fold, Pair, Transition, name_ports
from tests.kernel.frames import ACK, FIN, RST, SYN, Address, Frame
from tests.kernel.link import Link, Passage, is_counted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernel.netns import Capture, Host
    from tests.kernel.tracer import Tracer

PCAP_HEADER: Final = 24
SS_STATES: Final = {
    "ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECEIVED", "FIN-WAIT-1": "FIN_WAIT_1",
    "FIN-WAIT-2": "FIN_WAIT_2", "TIME-WAIT": "TIME_WAIT", "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK",
    "CLOSING": "CLOSING",
}  # fmt: skip
# A socket reset on purpose says so within microseconds; a busy machine may need longer to read the frame.
RESET_BEFORE_NS: Final = 2_000_000
RESET_AFTER_NS: Final = 200_000_000
# States that tcp_need_reset() names: aborting any other one is silent (net/ipv4/tcp.c).
RESETTING: Final = frozenset({"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "FIN_WAIT_2", "SYN_RECEIVED"})
SHOWS: Final = {"SYN_SENT": SYN, "FIN_WAIT_1": FIN, "LAST_ACK": FIN}


@dataclass(slots=True)
class Told:
    """One transition of one endpoint as the kernel tells it; `packets` by capture ("client", "server")."""

    host: str
    local: Address
    remote: Address
    old: str
    new: str
    cause: str
    time_ns: int  # epoch
    packets: dict[str, int | None]

    def as_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "time_ns": self.time_ns, "host": self.host, "local": list(self.local), "remote": list(self.remote),
            "from": self.old, "to": self.new, "cause": self.cause, "packets": self.packets,
        }  # fmt: skip


@dataclass(slots=True)
class Truth:
    """What the kernel did during one run."""

    name: str
    transitions: list[Told] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    broken: bool = False  # the captures themselves do not count
    doubtful: set[Pair] = field(default_factory=set)  # the sockets the other complaints are about
    forged: dict[str, list[int]] = field(default_factory=dict)  # by capture: packets no kernel sent

    def write(self, path: Path) -> None:
        """Store it as JSON, one transition a line."""
        lines = ",\n  ".join(json.dumps(told.as_json()) for told in self.transitions)
        head = f'"name": {json.dumps(self.name)},\n "forged": {json.dumps(self.forged)},'
        path.write_text(f'{{{head}\n "transitions": [\n  {lines}\n]}}\n')


def read_truth(path: Path) -> Truth:
    """Read a stored truth."""
    document = json.loads(path.read_text())
    transitions = [
        Told(
            t["host"], tuple(t["local"]), tuple(t["remote"]), t["from"], t["to"], t["cause"], t["time_ns"], t["packets"]
        )
        for t in document["transitions"]
    ]
    return Truth(document["name"], transitions, forged=document["forged"])


def socket_table(host: Host) -> dict[Pair, str]:
    """Return the state of each connected TCP socket of a host, as `ss` tells it."""
    table: dict[Pair, str] = {}
    for line in host.run(["ss", "-tanH"]).splitlines():
        state, _, _, local, remote = line.split()[:5]
        if state in SS_STATES:
            table[_ss_address(local), _ss_address(remote)] = SS_STATES[state]
    return table


def _ss_address(text: str) -> Address:
    ip, port = text.rsplit(":", 1)
    return (ip.strip("[]").removeprefix("::ffff:").split("%")[0], int(port))


def read_records(path: Path) -> list[tuple[int, bytes]]:
    """Return (epoch nanoseconds, octets) of each record of a pcap file that tcpdump wrote here."""
    data, position, records = path.read_bytes(), PCAP_HEADER, []
    while position + 16 <= len(data):
        seconds, nanoseconds, captured = (
            int.from_bytes(data[position + at : position + at + 4], "little") for at in (0, 4, 8)
        )
        position += 16
        records.append((seconds * 10**9 + nanoseconds, data[position : position + captured]))
        position += captured
    return records


class Numbers:
    """Which record of one host's capture is which passage on the wire."""

    def __init__(self, link: Link, host: Host, capture: Capture) -> None:
        self.complaints: list[str] = []
        self.forged: list[int] = []
        self.of_passage: dict[int, int] = {}  # id(Passage) -> record number
        self.of_frame: dict[int, int] = {}  # id(Frame) as this host sent it -> record number
        own = bytes.fromhex(host.mac.replace(":", ""))
        records = list(enumerate((raw for _, raw in read_records(capture.path)), 1))
        if capture.dropped or len(records) < capture.expected:
            self.complaints.append(
                f"{host.name}: {len(records)} of {capture.expected} packets, {capture.dropped} dropped"
            )
        for sent in (True, False):
            mine = [(number, raw) for number, raw in records if (raw[6:12] == own) == sent]
            passed = [p for p in link.log if p.host == host.name and p.sent == sent and is_counted(p.frame.raw)]
            passed = _aligned(passed, [raw for _, raw in mine], capture.before[sent])
            if not passed and mine:
                self.complaints.append(f"{host.name}: the capture is not what passed")
            for passage, (number, _) in zip(passed, mine, strict=False):
                if passage.frame.tcp and passage.frame.sender is None:
                    self.forged.append(number)
                self.of_passage[id(passage)] = number
                if sent:
                    self.of_frame[id(passage.frame)] = number


def _aligned(passed: list[Passage], records: list[bytes], guess: int) -> list[Passage]:
    """The passages from the first record on; a capture that began in traffic may be a few off the guess."""
    for start in sorted(range(max(0, guess - 20), guess + 21), key=lambda at: abs(at - guess)):
        rest = passed[start:]
        pairs = zip(rest, records, strict=False)
        if len(rest) >= len(records) - 2 and all(p.frame.raw[: len(raw)] == raw for p, raw in pairs):
            return rest
    return []


class Witness:
    """Finds the packets behind the transitions of one run."""

    def __init__(self, link: Link, captures: dict[str, Capture]) -> None:
        self.link = link
        self.numbers = {name: Numbers(link, link.hosts[name], capture) for name, capture in captures.items()}
        self.delivered: dict[Pair, list[Passage]] = {}
        self.sent: dict[Pair, list[Passage]] = {}
        for passage in link.log:
            frame = passage.frame
            if passage.sent:
                self.sent.setdefault((frame.src, frame.dst), []).append(passage)
            else:
                self.delivered.setdefault((frame.dst, frame.src), []).append(passage)

    def packets(self, transition: Transition, until_ns: int) -> dict[str, int | None]:
        """Return the number of the triggering packet in each capture, None where it is not in it."""
        if transition.cause == "received":
            passage = self._received(transition)
            return {name: self._number_received(name, transition.host, passage) for name in self.numbers}
        wanted = RST if transition.new == "CLOSED" else SHOWS.get(transition.new, 0)
        if not wanted or transition.cause == "icmp":
            return dict.fromkeys(self.numbers)
        return {name: self._number_shown(name, transition, wanted, until_ns) for name in self.numbers}

    def _received(self, transition: Transition) -> Passage | None:
        arrived = self.delivered.get((transition.local, transition.remote), [])
        at = bisect_right(arrived, transition.time_ns, key=lambda passage: passage.before_ns)
        if not at:
            return None
        last = arrived[at - 1]
        if not transition.backlog and transition.time_ns <= last.after_ns:
            return last
        for passage in reversed(arrived[max(0, at - 40) : at]):
            if _explains(transition, passage.frame):
                return passage
        return None

    def _number_received(self, name: str, host: str, passage: Passage | None) -> int | None:
        if passage is None:
            return None
        if name == host:
            return self.numbers[name].of_passage.get(id(passage))
        frame = passage.frame.original or passage.frame
        return self.numbers[name].of_frame.get(id(frame))

    def _number_shown(self, name: str, transition: Transition, wanted: int, until_ns: int) -> int | None:
        """The first segment with the wanted flag that this capture has of it."""
        pair = (transition.local, transition.remote)
        since = transition.time_ns - (RESET_BEFORE_NS if wanted == RST else 1000)
        if wanted == RST:
            if transition.cause == "application" and transition.old not in RESETTING | {"LAST_ACK", "CLOSING"}:
                return None
            until_ns = min(until_ns, transition.time_ns + RESET_AFTER_NS)
        shown = (p for p in self.sent.get(pair, []) if since <= p.before_ns < until_ns and p.frame.flags & wanted)
        if wanted == RST:
            reset = next(shown, None)
            return None if reset is None else self._number_sent(name, transition.host, reset.frame)
        numbers = (self._number_sent(name, transition.host, passage.frame) for passage in shown)
        return next((number for number in numbers if number is not None), None)

    def _number_sent(self, name: str, host: str, frame: Frame) -> int | None:
        if name == host:
            return self.numbers[name].of_frame.get(id(frame))
        for passage in self.delivered.get((frame.dst, frame.src), []):
            if passage.frame is frame or passage.frame.original is frame:
                return self.numbers[name].of_passage.get(id(passage))
        return None


def _explains(transition: Transition, frame: Frame) -> bool:
    """Whether a frame that waited in the backlog can have brought this transition about."""
    new = transition.new
    if new in {"CLOSE_WAIT", "CLOSING"} or (new == "TIME_WAIT" and transition.old != "CLOSING"):
        return bool(frame.flags & FIN)
    if new == "ESTABLISHED" and transition.old == "SYN_SENT":
        return bool(frame.flags & SYN)
    if new == "CLOSED" and transition.old not in {"LAST_ACK", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"}:
        return bool(frame.flags & RST)
    return bool(frame.flags & ACK)


@dataclass(slots=True, eq=False)
class Finished:
    """A run that is over: all that is needed to tell its truth once the trace is flushed."""

    name: str
    link: Link
    captures: dict[str, Capture]
    tables: dict[str, dict[Pair, str]]
    until_ns: int
    epoch_ns: int  # CLOCK_REALTIME - CLOCK_MONOTONIC


def _next_life(later: list[Transition], of: Transition) -> int:
    """When the same two addresses begin anew (far in the future if they never do)."""
    again = (t for t in later if (t.host, t.local, t.remote) == (of.host, of.local, of.remote))
    return next((t.time_ns for t in again if t.old in {"CLOSED", "LISTEN"}), 1 << 63)


def tell(run: Finished, tracer: Tracer) -> Truth:
    """Make the truth of a run; the tracer must have been flushed since its end."""
    truth = Truth(run.name)
    witness = Witness(run.link, run.captures)
    for name, numbers in witness.numbers.items():
        truth.complaints += numbers.complaints
        truth.broken |= bool(numbers.complaints)
        truth.forged[name] = numbers.forged
    transitions: list[Transition] = []
    for host in run.link.hosts.values():
        events = tracer.events(host.inode, run.link.started_ns, run.until_ns)
        name_ports(events, [passage for passage in run.link.log if passage.sent and passage.host == host.name])
        fold = Fold(host.name, events)
        fold.check(run.tables[host.name])
        truth.complaints += fold.complaints
        truth.doubtful |= fold.doubtful
        transitions += fold.transitions
    for passage in run.link.log:
        if passage.before_ns >= run.until_ns:  # its socket went on after the tables were taken
            truth.doubtful |= {(passage.frame.src, passage.frame.dst), (passage.frame.dst, passage.frame.src)}
    transitions.sort(key=lambda transition: transition.time_ns)
    for index, t in enumerate(transitions):
        packets = witness.packets(t, _next_life(transitions[index + 1 :], t))
        truth.transitions.append(
            Told(t.host, t.local, t.remote, t.old, t.new, t.cause, t.time_ns + run.epoch_ns, packets)
        )
    return truth
