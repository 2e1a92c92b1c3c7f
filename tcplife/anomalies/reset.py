# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Rules about resets: who accepts them, whom they come from, what they lose."""

from __future__ import annotations

from ..model.connection import NO_VALUE
from ..model.names import ACK, CLOSE_WAIT, CLOSED, ESTABLISHED, Severity
from ..tracker.facts import (
    AFTER_PAUSE,
    LOST_RST,
    RST_FOREIGN,
    RST_IGNORED,
    RST_IN_TIME_WAIT,
    RST_TAKEN,
    UNDID_RST,
)
from . import ending as at
from .rule import LOST, NO, PAUSE, YES, at_end, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from ..tracker.account import Account
    from ..tracker.observation import Observation
    from .ending import Ending

_I, _W, _E = Severity.INFO, Severity.WARNING, Severity.ERROR
SECOND_NS: Final = 1_000_000_000
FLAGS_AT: Final = 7
"""Where the row of evidence about a reset (`tracker.account`) has its TCP flags."""


def reset_ignored(seen: Observation) -> int:
    """A reset whose number is not exactly the one its receiver expects: it is not accepted.

    Inside the window it draws a challenge ACK, outside it is dropped. Often forged, or overtaken by octets.
    """
    p = seen.receiver
    if seen.life.view(p) == CLOSED:
        return NO
    return seen.seq - p.ack if p.ack >= 0 else YES


rule(reset_ignored, _W, source="RFC 5961 3.2", when=RST_IGNORED, value_name="octets from the expected number")


def reset_after_close(seen: Observation) -> int:
    """A reset for an endpoint that is closed already: it changes nothing (several segments in flight draw several)."""
    return YES if seen.life.view(seen.receiver) == CLOSED else NO


rule(reset_after_close, _I, source="RFC 9293 3.10.7.1", when=RST_IGNORED)


def foreign_reset(seen: Observation) -> int:
    """A reset with a number that its supposed sender would not use: somebody else sent it."""
    return YES


rule(foreign_reset, _W, source="RFC 9293 3.10.7.1; RFC 5961 3.2", when=RST_FOREIGN, guess=True)


def reset_disproved(seen: Observation) -> int:
    """The endpoint goes on after a reset in its name: that reset was not its own."""
    return YES


rule(reset_disproved, _W, source="RFC 9293 3.10.5", when=UNDID_RST, related=LOST)


def reset_lost(seen: Observation) -> int:
    """The endpoint goes on after a reset had passed towards it: lost behind the capture point, or not accepted."""
    return YES


rule(reset_lost, _W, source="RFC 9293 3.10.7.4 second", when=LOST_RST, guess=True, related=LOST)


def time_wait_assassinated(seen: Observation) -> int:
    """A reset ends TIME_WAIT before its time: old duplicates may reach the next connection on these ports."""
    return YES


rule(time_wait_assassinated, _W, source="RFC 1337", when=RST_IN_TIME_WAIT)


def idle_then_reset(seen: Observation) -> int:
    """After four minutes or more of silence the first answer is a reset.

    A translator, firewall or load balancer had forgotten the connection. Keep-alives more often than its timeout help.
    """
    return seen.life.incidents.pause_ns // SECOND_NS if seen.facts & RST_TAKEN else NO


rule(
    idle_then_reset,
    _W,
    source="RFC 5382 5 (translators shall wait for 2 h 4 min)",
    when=AFTER_PAUSE,
    value_name="seconds idle",
    guess=True,
    related=PAUSE,
)


def reset_lost_data(end: Ending) -> None:
    """A reset ended the connection while octets of this side were not acknowledged: they may never have arrived."""
    c = end.connection
    if c.close_kind == "reset":
        if c.client_stats.unacked_bytes:
            end.tell(c.close_packet, 0, c.client_stats.unacked_bytes, 0)
        if c.server_stats.unacked_bytes:
            end.tell(c.close_packet, 1, c.server_stats.unacked_bytes, 0)


at_end(reset_lost_data, _E, source="RFC 9293 3.10.5", when=at.RESET_LOSES, value_name="octets never acknowledged")


def half_open_discovered(end: Ending) -> None:
    """A host answers a segment of an open connection as one that knows nothing of it: its reset carries no ACK.

    It has crashed and come up again, or it gave the connection up, and its word was lost or is still to come. The
    related packet is the one that it answers.
    """
    reset = end.connection.judgement.reset
    account: Account | None = end.life.spent
    evidence = None if account is None else account.reset
    if (
        reset is not None
        and evidence is not None
        and reset.accepted
        and reset.provoked_sure
        and not reset.signs
        and not evidence[FLAGS_AT] & ACK
        and reset.from_state in (ESTABLISHED, CLOSE_WAIT)
    ):
        end.tell(reset.packet, reset.by, NO_VALUE, reset.provoked_by)


at_end(half_open_discovered, _W, source="RFC 9293 3.5.1 figures 9 and 10", when=at.PROVOKED, guess=True)


def reset_forged(end: Ending) -> None:
    """Suspected: the reset's TTL, IP id, window or time do not fit its supposed sender; a middlebox sent it.

    The record's judged.reset.signs say what does not fit.
    """
    reset = end.connection.judgement.reset
    if reset is not None and reset.signs:
        end.tell(reset.packet, reset.by, NO_VALUE, 0)


at_end(
    reset_forged,
    _W,
    source="RFC 5961 3; Weaver et al., Detecting forged TCP reset packets (NDSS 2009)",
    when=at.FORGED,
    guess=True,
)
