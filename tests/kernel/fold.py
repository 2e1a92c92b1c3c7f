"""Events of full, request and time-wait sockets -> the transitions of each endpoint, in RFC 9293's states.

In: one namespace's events by time. Out: `Transition` values that chain, and a list of complaints:
a run with any complaint does not count. Knows sockets only; packets are `truth.py`'s matter.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.kernel.frames import SYNS, Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.kernel.link import Passage
    from tests.kernel.tracer import Event

# include/net/tcp_states.h; TCP_NEW_SYN_RECV (12) is a request socket.
STATES: Final = {
    1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECEIVED", 4: "FIN_WAIT_1", 5: "FIN_WAIT_2", 6: "TIME_WAIT", 7: "CLOSED",
    8: "CLOSE_WAIT", 9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING", 12: "SYN_RECEIVED",
}  # fmt: skip
CLOSED, LISTEN, SYN_RECV, NEW_SYN_RECV, SYN_SENT = 7, 10, 3, 12, 2
REARM_NS: Final = 5_000_000  # a request's timer handler arms the timer again within this
TIMER_DELETIONS: Final = frozenset({"timer_delete_sync", "timer_shutdown_sync", "timer_delete", "__timer_delete_sync"})

# Who brought it about, by the innermost of these functions in the kernel's stack.
CAUSES: Final = {
    "received": (
        "tcp_v4_rcv", "tcp_v6_rcv", "tcp_v4_do_rcv", "tcp_v6_do_rcv", "tcp_rcv_state_process", "tcp_rcv_established",
        "tcp_check_req", "tcp_conn_request", "tcp_timewait_state_process",
    ),
    "timer": (
        "tcp_write_timer", "tcp_write_timer_handler", "tcp_keepalive_timer", "tcp_retransmit_timer",
        "tcp_write_timeout", "reqsk_timer_handler", "tw_timer_handler", "inet_twsk_purge",
    ),
    "icmp": ("tcp_v4_err", "tcp_v6_err"),
    "application": (
        "__tcp_close", "tcp_close", "tcp_shutdown", "tcp_disconnect", "tcp_v4_connect", "tcp_v6_connect", "tcp_abort",
        "inet_release", "inet_shutdown", "__inet_stream_connect", "inet_stream_connect", "inet_csk_listen_stop",
    ),
}  # fmt: skip
CAUSE_OF: Final = {function: cause for cause, functions in CAUSES.items() for function in functions}

Pair = tuple[Address, Address]


@dataclass(slots=True, eq=False)
class Transition:
    """One endpoint's change of state; `backlog`: the segment had waited while the application held the socket."""

    time_ns: int
    host: str
    local: Address
    remote: Address
    old: str
    new: str
    cause: str
    backlog: bool


def cause_of(stack: Iterable[str]) -> str:
    """Tell who brought it about: received, timer, icmp, application or unknown."""
    return next((CAUSE_OF[function] for function in stack if function in CAUSE_OF), "unknown")


def name_ports(events: list[Event], sent: list[Passage]) -> None:
    """Give connecting sockets their local port: they enter SYN_SENT before they have one.

    Unbound ones tell port 0, or the port of the connection before if they connect again. It shows in the same
    socket's next event, and failing that in a SYN to that place: their own port's, else the first not yet spoken for.
    """
    taken: set[Address] = set()
    for index, event in enumerate(events):
        if event.kind != "SET" or event.extra[1] != SYN_SENT:
            continue
        later = next((e for e in events[index + 1 :] if e.socket == event.socket and e.kind == "SET"), None)
        if later is not None and later.local[1] and later.remote == event.remote and later.extra[0] != CLOSED:
            event.local = (event.local[0], later.local[1])
        else:
            since = bisect_left(sent, event.time_ns, key=lambda passage: passage.before_ns)
            syns = [p.frame.src for p in sent[since:] if SYNS(p.frame) and p.frame.dst == event.remote]
            if event.local not in syns:
                event.local = (event.local[0], next((src for src in syns if src not in taken), event.local)[1])
        taken.add(event.local)
    for index, event in enumerate(events):  # a socket that was closed before it had a port
        if event.kind == "SET" and not event.local[1]:
            before = (e for e in reversed(events[:index]) if e.socket == event.socket and e.remote == event.remote)
            event.local = next((e.local for e in before), event.local)


class Fold:
    """Goes through one host's events once; `transitions` and `complaints` are its result."""

    def __init__(self, host: str, events: list[Event]) -> None:
        self.host, self.events = host, events
        self.transitions: list[Transition] = []
        self.complaints: list[str] = []
        self.doubtful: set[Pair] = set()  # whom the complaints are about
        self.state: dict[Pair, str] = {}
        self._requests: dict[str, Pair] = {}
        self._waiting: dict[str, Pair] = {}  # time-wait sockets
        handlers = {
            "SET": self._set, "REQUEST": self._request, "TIMEWAIT": self._time_wait, "SENDS": self._substate,
            "EXPIRE": self._expire, "CANCEL": self._cancel,
        }  # fmt: skip
        for index, event in enumerate(events):
            if event.remote[1]:
                handlers[event.kind](index, event)

    def _complain(self, pair: Pair, what: str) -> None:
        self.complaints.append(f"{self.host} {pair}: {what}")
        self.doubtful.add(pair)

    def _record(self, event: Event, old: str, new: str, cause: str = "") -> None:
        pair = (event.local, event.remote)
        if self.state.get(pair, old) != old:
            self._complain(pair, f"{old} -> {new}, but it was in {self.state[pair]}")
        self.state[pair] = new
        self.transitions.append(
            Transition(event.time_ns, self.host, *pair, old, new, cause or cause_of(event.stack),
                       "__release_sock" in event.stack)
        )  # fmt: skip

    def _begins(self, event: Event, start: str) -> None:
        """A new life of this pair starts; the one before must be over."""
        pair = (event.local, event.remote)
        if self.state.get(pair, "CLOSED") not in {"CLOSED", "LISTEN"}:
            self._complain(pair, f"a new life while in {self.state[pair]}")
        self.state[pair] = start

    def _time_wait_socket(self, pair: Pair) -> str | None:
        return next((socket for socket, its in self._waiting.items() if its == pair), None)

    def _set(self, _: int, event: Event) -> None:
        old, new = event.extra[:2]
        pair = (event.local, event.remote)
        if old == new:
            return
        if (old, new) == (LISTEN, SYN_RECV):  # the child; its request has been told already, unless cookie or Fast Open
            if self.state.get(pair) != "SYN_RECEIVED":
                self._begins(event, "LISTEN")
                self._record(event, "LISTEN", "SYN_RECEIVED")
            return
        waiting = self._time_wait_socket(pair)
        if new == CLOSED and waiting:
            return  # the full socket goes, its time-wait socket stays
        if old == CLOSED:
            if waiting:  # tcp_tw_reuse: the timer goes a moment later
                del self._waiting[waiting]
                self._record(event, self.state[pair], "CLOSED", "application")
            self._begins(event, "CLOSED")
        self._record(event, STATES[old], STATES[new])

    def _request(self, _: int, event: Event) -> None:
        if "inet_csk_reqsk_queue_hash_add" in event.stack or event.socket not in self._requests:
            self._begins(event, "LISTEN")
            self._requests[event.socket] = (event.local, event.remote)
            self._record(event, "LISTEN", "SYN_RECEIVED")

    def _time_wait(self, index: int, event: Event) -> None:
        if "inet_twsk_hashdance_schedule" in event.stack:
            self._waiting[event.socket] = (event.local, event.remote)
        self._substate(index, event)

    def _substate(self, _: int, event: Event) -> None:
        """A time-wait socket's inner state: an orphan's FIN_WAIT_2, or TIME_WAIT."""
        pair, substate = (event.local, event.remote), STATES[event.extra[0]]
        if self._waiting.get(event.socket) == pair and self.state.get(pair) != substate:
            self._record(event, self.state.get(pair, "FIN_WAIT_2"), substate, "received")

    def _expire(self, index: int, event: Event) -> None:
        pair = (event.local, event.remote)
        if event.state != NEW_SYN_RECV:
            if self._waiting.pop(event.socket, None):
                self._record(event, self.state.get(pair, "TIME_WAIT"), "CLOSED", "timer")
            return
        rearmed = any(
            later.kind == "REQUEST" and later.socket == event.socket and later.time_ns - event.time_ns < REARM_NS
            for later in self.events[index + 1 : index + 400]
        )
        if (
            not rearmed
            and self._requests.pop(event.socket, None) is not None
            and self.state.get(pair) == "SYN_RECEIVED"
        ):
            self._record(event, "SYN_RECEIVED", "CLOSED", "timer")

    def _cancel(self, _: int, event: Event) -> None:
        if not TIMER_DELETIONS & set(event.stack):
            return  # about to expire or to be armed again
        pair = (event.local, event.remote)
        if self._requests.pop(event.socket, None):
            if "inet_csk_complete_hashdance" not in event.stack and self.state.get(pair) == "SYN_RECEIVED":
                self._record(event, "SYN_RECEIVED", "CLOSED")
        elif self._waiting.pop(event.socket, None):
            self._record(event, self.state.get(pair, "TIME_WAIT"), "CLOSED")

    def check(self, table: dict[Pair, str]) -> None:
        """Hold the last states against the socket table taken when the trace ended."""
        for pair, state in self.state.items():
            if state != table.get(pair, "CLOSED" if state != "LISTEN" else "LISTEN"):
                self._complain(pair, f"ends in {state}, ss says {table.get(pair, 'nothing')}")
        for pair in table.keys() - self.state.keys():
            self._complain(pair, f"never traced, ss says {table[pair]}")
