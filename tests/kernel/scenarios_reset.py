"""How connections end when all does not go well: aborts, failures, forged resets and SYNs, TIME_WAIT cut short."""

from __future__ import annotations

import contextlib
import socket

from tests.kernel.frames import ACK, BARE_ACKS, DATA, FINS, RSTS, SYN_ACKS, SYNS, Segment, sent_by
from tests.kernel.stage import (
    CLIENT_PORT,
    PORT,
    Stage,
    abort,
    ends,
    forget,
    meanwhile,
    read,
    read_all,
    scenario,
    set_tcp,
)

RTO = 0.35


@scenario(both=True)
def abort_established(stage: Stage) -> None:
    """Linger 0 in ESTABLISHED: RST."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    abort(actor)


@scenario(both=True)
def abort_close_wait(stage: Stage) -> None:
    """Linger 0 in CLOSE_WAIT: RST."""
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_fin_wait_1(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_1 (the FIN is lost): RST."""
    actor, _ = stage.pair()
    stage.link.drop(when=FINS)
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_fin_wait_1_fin_held(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_1; the RST overtakes the FIN."""
    actor, _ = stage.pair()
    held = stage.link.hold(when=FINS)
    actor.shutdown(socket.SHUT_WR)
    held.wait()
    abort(actor)
    stage.quiet()
    held.open()


@scenario(both=True)
def abort_fin_wait_2(stage: Stage) -> None:
    """Linger 0 in FIN_WAIT_2: RST."""
    actor, _ = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_last_ack(stage: Stage) -> None:
    """Linger 0 in LAST_ACK: silent."""
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_closing(stage: Stage) -> None:
    """Linger 0 in CLOSING: silent."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=FINS)
    actor.shutdown(socket.SHUT_WR)
    other.shutdown(socket.SHUT_WR)
    held.wait(2)
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    held.open()
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_rst_lost(stage: Stage) -> None:
    """The RST is lost; what the other side sends later is answered by another."""
    actor, other = stage.pair()
    stage.link.drop(1, when=RSTS)
    abort(actor)
    stage.quiet()
    other.sendall(b"are you there?")


@scenario(both=True)
def abort_rst_lost_for_good(stage: Stage) -> None:
    """The RST is lost, and nothing comes after it: one side thinks it is connected."""
    actor, _ = stage.pair()
    stage.link.drop(when=RSTS)
    abort(actor)


@scenario(both=True)
def abort_with_unsent_data(stage: Stage) -> None:
    """Linger 0 with data under way, which is lost: the RST's number is beyond what arrived."""
    actor, _ = stage.pair()
    stage.link.drop(when=DATA)
    actor.sendall(bytes(3000))
    stage.quiet()
    abort(actor)


@scenario(both=True)
def abort_crosses_data(stage: Stage) -> None:
    """The RST and the other side's data pass each other."""
    actor, other = stage.pair()
    held = stage.link.hold(when=DATA | RSTS)
    other.sendall(b"crossing")
    held.wait()
    abort(actor)
    held.wait(2)
    held.open()


@scenario(both=True)
def aborts_cross(stage: Stage) -> None:
    """Both sides abort at once."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=RSTS)
    abort(actor)
    abort(other)
    held.wait(2)
    held.open()


@scenario(both=True)
def abort_crosses_fin(stage: Stage) -> None:
    """A RST and a FIN pass each other."""
    actor, other = stage.pair()
    held = stage.link.hold(2, when=RSTS | FINS)
    abort(actor)
    other.close()
    held.wait(2)
    held.open()


@scenario(both=True)
def close_with_unread_data(stage: Stage) -> None:
    """close() with data in the receive queue: RST at once."""
    actor, other = stage.pair()
    other.sendall(b"never read")
    stage.quiet()
    actor.close()


@scenario(both=True)
def close_with_unread_data_in_close_wait(stage: Stage) -> None:
    """The same after the other side's FIN."""
    actor, other = stage.pair()
    other.sendall(b"never read")
    other.close()
    stage.quiet()
    actor.close()


@scenario(both=True)
def data_after_close(stage: Stage) -> None:
    """The first answer to an orphan draws a RST, the second meets a closed endpoint."""
    actor, other = stage.pair()
    actor.close()
    stage.quiet()
    held = stage.link.hold(when=RSTS)
    other.sendall(b"one")
    other.sendall(b"two")
    stage.quiet()
    held.open()


@scenario(both=True)
def killed(stage: Stage) -> None:
    """The administrator kills the socket (`ss -K`): RST."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    local, remote = ends(actor)
    stage.actor.run(["ss", "-K", "src", f"{local[0]}:{local[1]}", "dst", f"{remote[0]}:{remote[1]}"])


@scenario(both=True)
def keep_alive_answered(stage: Stage) -> None:
    """Probes and answers move no state."""
    actor, _ = stage.pair()
    _probe(actor)
    stage.let(2.3)


@scenario(both=True)
def keep_alive_failure(stage: Stage) -> None:
    """No answer to the probes: RST."""
    actor, _ = stage.pair()
    _probe(actor)
    stage.link.drop(when=sent_by(stage.other))
    stage.let(3.5)


@scenario(both=True)
def keep_alive_finds_a_stranger(stage: Stage) -> None:
    """The other side forgot: its RST answers the probe."""
    actor, other = stage.pair()
    _probe(actor)
    forget(other)
    stage.let(1.5)


def _probe(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
        set_tcp(sock, option, value)


@scenario(both=True)
def user_timeout(stage: Stage) -> None:
    """TCP_USER_TIMEOUT: unacknowledged data, then silence."""
    actor, _ = stage.pair()
    set_tcp(actor, socket.TCP_USER_TIMEOUT, 500)
    stage.link.drop(when=sent_by(stage.actor))
    actor.sendall(b"into the void")
    stage.let(1.4)


@scenario(both=True)
def retransmissions_exhausted(stage: Stage) -> None:
    """tcp_retries2 reached: silent."""
    stage.actor.sysctl("net.ipv4.tcp_retries2", 2)
    actor, _ = stage.pair()
    stage.link.drop(when=sent_by(stage.actor))
    actor.sendall(b"into the void")
    stage.let(2.2)


@scenario(both=True)
def orphan_fin_exhausted(stage: Stage) -> None:
    """The FIN of an orphan is never acknowledged: silent CLOSED from FIN_WAIT_1."""
    stage.actor.sysctl("net.ipv4.tcp_orphan_retries", 1)
    actor, _ = stage.pair()
    stage.link.drop(when=sent_by(stage.actor))
    actor.close()
    stage.let(1.5)


@scenario(both=True)
def orphan_last_ack_exhausted(stage: Stage) -> None:
    """The second FIN is never acknowledged: silent CLOSED from LAST_ACK."""
    stage.actor.sysctl("net.ipv4.tcp_orphan_retries", 1)
    actor, other = stage.pair()
    other.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.drop(when=BARE_ACKS & sent_by(stage.other))
    actor.close()
    stage.let(1.5)


def _fill(stage: Stage, octets: int = 400_000) -> tuple[socket.socket, socket.socket]:
    """The actor's data closes the other's window; more waits in the actor's queue."""
    actor, other = stage.pair()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    actor.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while octets > 0:
            octets -= actor.send(bytes(min(octets, 65536)))
    actor.settimeout(5)
    stage.quiet()
    return actor, other


@scenario(both=True)
def zero_window_then_read(stage: Stage) -> None:
    """The window closes and opens again."""
    actor, other = _fill(stage, 100_000)
    stage.quiet(0.3)
    with meanwhile(lambda: read_all(other)):
        actor.shutdown(socket.SHUT_WR)
    other.close()


@scenario(both=True)
def close_against_a_zero_window(stage: Stage) -> None:
    """close() while the window is closed: the kernel is in FIN_WAIT_1, its FIN is nowhere to be seen."""
    actor, _ = _fill(stage)
    actor.close()
    stage.quiet(0.4)


@scenario(both=True)
def close_against_a_zero_window_that_opens(stage: Stage) -> None:
    """The same, and the FIN comes when the window opens."""
    actor, other = _fill(stage)
    actor.close()
    stage.quiet(0.3)
    read_all(other)
    other.close()


@scenario(both=True)
def zero_window_reader_aborts(stage: Stage) -> None:
    """The side that does not read closes: RST."""
    _, other = _fill(stage)
    other.close()


# ------------------------------------------------------------------ forged segments


@scenario(both=True)
def forged_rst_exact(stage: Stage) -> None:
    """RFC 5961: the exact number resets; the one in whose name it was sent learns of it later."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R"))
    stage.quiet()
    with contextlib.suppress(OSError):
        actor.sendall(b"what happened?")


@scenario(both=True)
def forged_rst_in_window(stage: Stage) -> None:
    """RFC 5961: inside the window but not exact: challenge ACK."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=5))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_old(stage: Stage) -> None:
    """A RST from before: ignored."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=-50))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_beyond_the_window(stage: Stage) -> None:
    """A RST from far ahead: ignored."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R", seq=50_000_000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_with_ack_in_window(stage: Stage) -> None:
    """RST+ACK inside the window, not exact."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "R.", seq=5))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_behind_a_sack_hole(stage: Stage) -> None:
    """A RST at the right edge of SACKed data is taken, as Linux does."""
    actor, _ = stage.pair()
    stage.link.drop(1, when=DATA & sent_by(stage.actor))
    stage.link.drop(2, when=DATA & sent_by(stage.actor), skip=1)
    actor.sendall(b"lost")
    actor.sendall(b"arrives")
    stage.quiet(0.02)
    stage.link.inject(stage.forge(actor, "R"))
    stage.quiet()


@scenario(both=True)
def forged_syn_in_established(stage: Stage) -> None:
    """A SYN in a synchronized state: challenge ACK, no more."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "S", seq=1000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_syn_ack_in_established(stage: Stage) -> None:
    """A SYN+ACK in a synchronized state: challenge ACK."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "S.", seq=0))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_syn_in_close_wait(stage: Stage) -> None:
    """The same in CLOSE_WAIT and FIN_WAIT_2."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.inject(stage.forge(actor, "S", seq=9))
    stage.link.inject(stage.forge(other, "S", seq=9))
    stage.quiet()
    other.close()


@scenario(both=True)
def forged_fin_exact(stage: Stage) -> None:
    """A FIN forged at the right number is a FIN; the victim's peer answers the ACK with bewilderment."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F."))
    stage.quiet()


@scenario(both=True)
def forged_fin_beyond_the_window(stage: Stage) -> None:
    """A FIN out of the window changes nothing."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F.", seq=50_000_000))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_fin_old(stage: Stage) -> None:
    """A FIN before the window changes nothing."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    stage.link.inject(stage.forge(actor, "F.", seq=-60))
    stage.quiet()
    stage.talk(actor, other)


@scenario(both=True)
def forged_rst_in_fin_wait_2(stage: Stage) -> None:
    """An exact RST for FIN_WAIT_2 and one for CLOSE_WAIT."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    for segment in (stage.forge(other, "R"), stage.forge(actor, "R")):
        stage.link.inject(segment)
        stage.quiet()


@scenario(both=True)
def forged_rst_in_window_everywhere(stage: Stage) -> None:
    """RSTs not exact in FIN_WAIT_2 and CLOSE_WAIT, then the close goes on."""
    actor, other = stage.pair()
    actor.shutdown(socket.SHUT_WR)
    stage.quiet()
    stage.link.inject(stage.forge(other, "R", seq=7))
    stage.link.inject(stage.forge(actor, "R", seq=7))
    stage.quiet()
    other.close()


@scenario()
def forged_rst_in_syn_sent(stage: Stage) -> None:
    """In SYN_SENT a RST counts if it acknowledges the SYN: one that does not, then one that does."""
    stage.link.drop(when=SYNS)
    stage.start_connect(dialler := stage.dial(port=CLIENT_PORT))
    (syn,) = stage.link.wait(SYNS)
    stage.keep(dialler)
    for ack in (syn.seq + 5, syn.seq + 1):
        stage.link.inject(Segment(syn.dst, syn.src, "R.", 0, ack))
        stage.quiet(0.1)


@scenario()
def forged_bare_rst_in_syn_sent(stage: Stage) -> None:
    """A RST without ACK in SYN_SENT is ignored."""
    held = stage.link.hold(1, when=SYNS)
    stage.listen()
    stage.start_connect(stage.dial())
    (syn,) = held.wait()
    stage.link.inject(Segment(syn.dst, syn.src, "R", syn.seq + 1))
    stage.quiet()
    held.open()


@scenario()
def forged_rst_in_syn_received(stage: Stage) -> None:
    """A RST that fits ends SYN_RECEIVED."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    held.wait()
    (syn,) = stage.link.sent(SYNS)
    stage.link.inject(Segment(syn.src, syn.dst, "R", syn.seq + 1))
    stage.quiet()


@scenario()
def forged_rst_in_syn_received_not_exact(stage: Stage) -> None:
    """A RST in the window but not exact for SYN_RECEIVED."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial(port=CLIENT_PORT))
    held.wait()
    (syn,) = stage.link.sent(SYNS)
    stage.link.inject(Segment(syn.src, syn.dst, "R", syn.seq + 100))
    stage.quiet()
    held.open()


@scenario()
def forged_syn_ack_bad_in_syn_sent(stage: Stage) -> None:
    """A SYN+ACK for a SYN never sent is reset and changes nothing."""
    held = stage.link.hold(1, when=SYNS)
    stage.listen()
    stage.start_connect(stage.dial())
    (syn,) = held.wait()
    stage.link.inject(Segment(syn.dst, syn.src, "S.", 777, syn.seq + 77))
    stage.quiet()
    held.open()


@scenario()
def forged_ack_bad_in_syn_received(stage: Stage) -> None:
    """An ACK of something never sent in SYN_RECEIVED: RST back, no change."""
    held = stage.link.hold(when=SYN_ACKS)
    stage.listen()
    stage.start_connect(stage.dial())
    held.wait()
    (syn,), (answer,) = stage.link.sent(SYNS), stage.link.sent(SYN_ACKS)
    stage.link.inject(Segment(syn.src, syn.dst, ".", syn.seq + 1, answer.seq + 1000))
    stage.quiet()
    held.open()


@scenario()
def stray_segments_to_a_listener(stage: Stage) -> None:
    """ACK, FIN and data to a listener are reset."""
    stage.listen()
    client, server = stage.client.address(CLIENT_PORT), stage.server.address(PORT)
    for letters in (".", "F.", "P.", "R"):
        stage.link.inject(Segment(client, server, letters, 1000, 2000, payload=b"x" if "P" in letters else b""))
    stage.quiet()


# ------------------------------------------------------------------ TIME_WAIT


def _into_time_wait(stage: Stage) -> tuple[Segment, Segment]:
    """Close, the actor first; returns segments as the actor and as the other would send them next."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    local, remote = ends(actor)
    actor.close()
    stage.quiet()
    other.close()
    stage.quiet()
    numbers = stage.link.next_seq(local), stage.link.next_seq(remote)
    return Segment(local, remote, ".", *numbers), Segment(remote, local, ".", numbers[1], numbers[0])


@scenario(both=True)
def time_wait_assassinated(stage: Stage) -> None:
    """A RST with the exact number ends TIME_WAIT."""
    _, theirs = _into_time_wait(stage)
    theirs.flags = "R"
    stage.link.inject(theirs)


@scenario(both=True)
def time_wait_survives_a_wrong_rst(stage: Stage) -> None:
    """A RST that is not exact does not."""
    _, theirs = _into_time_wait(stage)
    theirs.flags, theirs.seq = "R", theirs.seq + 10
    stage.link.inject(theirs)
    stage.quiet()


@scenario(both=True)
def time_wait_protected_by_rfc1337(stage: Stage) -> None:
    """With tcp_rfc1337 no RST ends TIME_WAIT."""
    stage.actor.sysctl("net.ipv4.tcp_rfc1337", 1)
    _, theirs = _into_time_wait(stage)
    theirs.flags = "R"
    stage.link.inject(theirs)
    stage.quiet()


@scenario(both=True)
def time_wait_assassinated_by_an_old_segment(stage: Stage) -> None:
    """RFC 1337: an old duplicate draws an ACK, the closed peer answers with a RST, and TIME_WAIT is over."""
    _, theirs = _into_time_wait(stage)
    old = next(f for f in stage.link.sent(DATA) if f.src == theirs.src)
    stage.link.deliver(old)
    stage.quiet()


@scenario(both=True)
def time_wait_repeats_the_last_ack(stage: Stage) -> None:
    """The second FIN, delivered once more, is acknowledged once more; the closed peer answers with a RST."""
    _, theirs = _into_time_wait(stage)
    fin = next(f for f in stage.link.sent(FINS) if f.src == theirs.src)
    stage.link.drop(when=BARE_ACKS)
    stage.link.deliver(fin)
    stage.quiet()


@scenario(both=True)
def time_wait_old_syn(stage: Stage) -> None:
    """An old SYN in TIME_WAIT is answered by an ACK and opens nothing."""
    _, theirs = _into_time_wait(stage)
    theirs.flags, theirs.seq = "S", theirs.seq - 5000
    stage.link.drop(when=BARE_ACKS)
    stage.link.inject(theirs)
    stage.quiet()


@scenario()
def late_duplicate_of_everything(stage: Stage) -> None:
    """After the end every segment of the connection comes once more."""
    client, server = stage.connect()
    stage.talk(client, server)
    client.close()
    stage.quiet()
    server.close()
    stage.quiet()
    stage.link.drop(when=sent_by("client") | sent_by("server"))
    for frame in stage.link.sent():
        if frame.tcp and not frame.flags & 2:
            stage.link.deliver(frame)
            stage.quiet(0.01)


@scenario(both=True)
def middlebox_resets_both(stage: Stage) -> None:
    """Something between resets both ends with exact numbers."""
    actor, other = stage.pair()
    stage.talk(actor, other)
    for segment in (stage.forge(actor, "R"), stage.forge(other, "R")):
        stage.link.inject(segment)
    stage.quiet()


@scenario(both=True)
def reset_after_half_close(stage: Stage) -> None:
    """Data, half close, more data, then the reader aborts."""
    actor, other = stage.pair()
    actor.sendall(b"request")
    actor.shutdown(socket.SHUT_WR)
    read_all(other)
    other.sendall(bytes(5000))
    read(actor, 2000)
    abort(actor)
    stage.quiet()
    assert any(frame.flags & ACK for frame in stage.link.sent())


@scenario(both=True)
def fin_retransmitted_after_abort(stage: Stage) -> None:
    """The other side's FIN, lost and repeated, meets an endpoint that has aborted."""
    actor, other = stage.pair()
    stage.link.drop(1, when=FINS)
    stage.link.drop(1, when=RSTS)
    other.close()
    stage.quiet(0.02)
    abort(actor)
    stage.quiet(RTO)
