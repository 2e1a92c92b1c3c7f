"""One bpftrace for the whole machine that tells every state change of every TCP socket.

Out: `Event` values per network namespace, in order of time. Three kinds of sockets are followed:
full ones by the tracepoint `sock:inet_sock_set_state`, request sockets (SYN_RECEIVED) and time-wait
sockets (TIME_WAIT, an orphan's FIN_WAIT_2) by their timers, since no tracepoint names them: the
socket lies around its timer, at an offset that the kernel's own type information gives.

Needs root, bpftrace, pahole and /sys/kernel/btf. tracefs is mounted in a private mount namespace if
it is not mounted already, so that nothing is left behind.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.kernel.frames import Address

# What every line tells of a socket at $p (struct sock_common): namespace, family, state, local port
# (host order), remote port (network order), local and remote IPv4 address, the same of IPv6.
COMMON: Final = (
    "*(uint32 *)(*(uint64 *)($p+NET)+INUM), *(uint16 *)($p+16), *(uint8 *)($p+18), *(uint16 *)($p+14), "
    "*(uint16 *)($p+12), *(uint32 *)($p+4), *(uint32 *)$p, *(uint64 *)($p+72), *(uint64 *)($p+80), "
    "*(uint64 *)($p+56), *(uint64 *)($p+64)"
)
FIELDS: Final = "%llu %llx %u %u %u %u %u %x %x %llx %llx %llx %llx"
SUBSTATE: Final = "*(uint8 *)($p+TW_SUBSTATE)"
# Each event ends with a line of one full stop, so that half an event is never read.
PROGRAM: Final = f"""
tracepoint:sock:inet_sock_set_state /args->protocol == 6/ {{
  $p = (uint64)args->skaddr;
  printf("SET {FIELDS} %d %d %d %d\\n%s.\\n", nsecs, $p, {COMMON},
    args->oldstate, args->newstate, args->sport, args->dport, kstack(24));
}}
tracepoint:timer:timer_start /args->function == kaddr("tw_timer_handler")/ {{
  $p = (uint64)args->timer - TW_TIMER; @offset[(uint64)args->timer] = (uint64)TW_TIMER;
  printf("TIMEWAIT {FIELDS} %d\\n%s.\\n", nsecs, $p, {COMMON}, {SUBSTATE}, kstack(16));
}}
tracepoint:timer:timer_start /args->function == kaddr("reqsk_timer_handler")/ {{
  $p = (uint64)args->timer - RSK_TIMER; @offset[(uint64)args->timer] = (uint64)RSK_TIMER;
  printf("REQUEST {FIELDS} 0\\n%s.\\n", nsecs, $p, {COMMON}, kstack(16));
}}
tracepoint:timer:timer_cancel /@offset[(uint64)args->timer]/ {{
  $p = (uint64)args->timer - @offset[(uint64)args->timer];
  printf("CANCEL {FIELDS} %d\\n%s.\\n", nsecs, $p, {COMMON}, {SUBSTATE}, kstack(16));
}}
tracepoint:timer:timer_expire_entry /args->function == kaddr("tw_timer_handler")/ {{
  $p = (uint64)args->timer - TW_TIMER;
  printf("EXPIRE {FIELDS} %d\\n.\\n", nsecs, $p, {COMMON}, {SUBSTATE});
}}
tracepoint:timer:timer_expire_entry /args->function == kaddr("reqsk_timer_handler")/ {{
  $p = (uint64)args->timer - RSK_TIMER;
  printf("EXPIRE {FIELDS} 0\\n.\\n", nsecs, $p, {COMMON});
}}
tracepoint:net:net_dev_queue {{
  $p = *(uint64 *)((uint64)args->skbaddr + SKB_SK);
  if ($p != 0) {{ if (*(uint8 *)($p+18) == 6) {{
    printf("SENDS {FIELDS} %d\\n.\\n", nsecs, $p, {COMMON}, {SUBSTATE});
  }} }}
}}
"""
KINDS: Final = frozenset({"SET", "TIMEWAIT", "REQUEST", "CANCEL", "EXPIRE", "SENDS"})
HEADER_WORDS: Final = 14  # the kind and FIELDS
START_TIMEOUT: Final = 40.0
FLUSH_TIMEOUT: Final = 30.0


@dataclass(slots=True, eq=False)
class Event:
    """One line of the trace; `time_ns` on CLOCK_MONOTONIC, `extra` differs by kind."""

    kind: str
    time_ns: int
    socket: str
    namespace: int
    state: int
    local: Address
    remote: Address
    extra: list[int]
    stack: list[str] = field(default_factory=list)


def member_offset(structure: str, member: str) -> int:
    """Return where a member lies in a kernel structure, in octets, as BTF says."""
    command = ["pahole", "-F", "btf", "-C", structure, "/sys/kernel/btf/vmlinux"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(rf"[ *]{member}(?:\[\d+\])?;\s+/\*\s+(\d+)", told)
    if found is None:
        raise RuntimeError(f"pahole knows no {structure}.{member}")
    return int(found.group(1))


def program() -> str:
    """Return the bpftrace program with this kernel's offsets in it."""
    offsets = {
        "TW_TIMER": member_offset("inet_timewait_sock", "tw_timer"),
        "TW_SUBSTATE": member_offset("inet_timewait_sock", "tw_substate"),
        "RSK_TIMER": member_offset("request_sock", "rsk_timer"),
        "SKB_SK": member_offset("sk_buff", "sk"),
        "NET": member_offset("sock_common", "skc_net"),
        "INUM": member_offset("net", "ns") + member_offset("ns_common", "inum"),
    }
    return re.sub(r"\b(?:{})\b".format("|".join(offsets)), lambda word: str(offsets[word.group()]), PROGRAM)


class Tracer:
    """A running bpftrace; `events(namespace, since, until)` after `flush()`."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "trace.log"
        script = directory / "trace.bt"
        script.write_text(program())
        # A mount namespace of its own; the mount in it fails harmlessly where tracefs is there already.
        shell = 'mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null; exec bpftrace -B line -o "$0" "$1"'
        self._errors = (directory / "trace.err").open("w")
        self._process = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", shell, str(self.log), str(script)],
            env={**os.environ, "BPFTRACE_PERF_RB_PAGES": "2048", "BPFTRACE_MAP_KEYS_MAX": "65536"},
            stderr=self._errors, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._events: dict[int, list[Event]] = defaultdict(list)
        self._position = 0
        self._own = Path("/proc/thread-self/ns/net").stat().st_ino
        self._wait_ready(directory)

    def _wait_ready(self, directory: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError("bpftrace ended: " + (directory / "trace.err").read_text())
            _leave_mark()
            time.sleep(0.2)
            if self.log.exists() and "\nSET " in self.log.read_text():
                return
        raise RuntimeError("bpftrace did not begin to trace")

    def close(self) -> None:
        """End bpftrace."""
        self._process.terminate()
        self._process.wait()
        self._errors.close()

    def flush(self) -> None:
        """Read all that happened before now, on every CPU.

        A listening socket made and closed on each CPU is a mark in that CPU's buffer. Raises: TimeoutError.
        """
        cpus = os.sched_getaffinity(0)
        missing, marks = set(cpus), {}
        start = time.monotonic_ns()
        deadline = time.monotonic() + FLUSH_TIMEOUT
        while missing and time.monotonic() < deadline:
            for cpu in missing:  # again and again: a program that nests on a CPU is skipped
                os.sched_setaffinity(0, {cpu})
                marks.update(dict.fromkeys((_leave_mark() for _ in range(3)), cpu))
            os.sched_setaffinity(0, cpus)
            time.sleep(0.15)
            self._read()
            seen = {event.local[1] for event in self._events[self._own] if event.time_ns > start}
            missing -= {cpu for mark, cpu in marks.items() if mark in seen}
        if missing:
            raise TimeoutError(f"no trace from CPU {missing}")
        self._events.pop(self._own)

    def _read(self) -> None:
        with self.log.open() as log:
            log.seek(self._position)
            text = log.read()
        end = text.rfind("\n.\n") + 3
        if end < 3:
            return
        self._position += len(text[:end].encode())
        for block in text[:end].split("\n.\n"):
            event = parse_event(block)
            if event is not None:
                self._events[event.namespace].append(event)

    def events(self, namespace: int, since_ns: int, until_ns: int) -> list[Event]:
        """Return and forget one namespace's events, by time. Inode numbers are used again, hence the times."""
        told = self._events.get(namespace, [])
        self._events[namespace] = [event for event in told if not since_ns <= event.time_ns <= until_ns]
        return sorted((e for e in told if since_ns <= e.time_ns <= until_ns), key=lambda event: event.time_ns)


def _leave_mark() -> int:
    with socket.socket() as mark:
        mark.bind(("127.0.0.1", 0))
        mark.listen()
        return int(mark.getsockname()[1])


def parse_event(block: str) -> Event | None:
    """Read one event (its line and its stack); None for anything else bpftrace prints."""
    first, *rest = block.strip().splitlines() or [""]
    words = first.split()
    if len(words) < HEADER_WORDS or words[0] not in KINDS:
        return None
    extra = [int(word) for word in words[HEADER_WORDS:]]
    family = int(words[4])
    local6, remote6 = (struct.pack("<QQ", int(words[at], 16), int(words[at + 1], 16)) for at in (10, 12))
    ports = (extra[2], extra[3]) if words[0] == "SET" else (int(words[6]), socket.ntohs(int(words[7])))
    mapped = remote6[:12] in {bytes(10) + b"\xff\xff", bytes(12)}
    if family == socket.AF_INET6 and not mapped:
        addresses = [socket.inet_ntop(socket.AF_INET6, octets) for octets in (local6, remote6)]
    else:
        addresses = [socket.inet_ntoa(struct.pack("<I", int(words[at], 16))) for at in (8, 9)]
    stack = [line.split("+")[0].strip() for line in rest if line.strip()]
    return Event(words[0], int(words[1]), words[2], int(words[3]), int(words[5]), (addresses[0], ports[0]),
                 (addresses[1], ports[1]), extra, stack)  # fmt: skip
