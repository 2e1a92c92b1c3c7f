"""TIME_WAIT: cut short, defended, repeated."""

from __future__ import annotations

from tests.kernel.frames import BARE_ACKS, DATA, FINS, Segment, sent_by
from tests.kernel.stage import PORT, Stage, ends, scenario


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


@scenario(both=True, slow=True)
def time_wait_runs_out(stage: Stage) -> None:
    """Linux ends TIME_WAIT after 60 seconds."""
    _into_time_wait(stage)
    stage.let(62)
    client, _ = stage.connect(port=PORT + 1)
    client.sendall(b"a minute later")
