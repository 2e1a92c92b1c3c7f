"""How connections close in good order: three and four segments, half, at once, with losses. Lessons 1, 4 to 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kernel.frames import BARE_ACKS, FINS, sent_by
from tests.samples.make.catalogue import BRIDGED, SCRIPTED, SOCKETS, recipe
from tests.samples.make.container import write_pcap
from tests.samples.make.dialogue import Dialogue
from tests.samples.make.stage import DELAYED_ACK, close_after_end, connected, dial, pause, receive, staged, talk

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_PORT = 40404
SLOW_APPLICATION = 0.4  # seconds until the passive side closes too
LATE_LINES = 5


@recipe(
    "close_four_by_client",
    lessons=(1, 4),
    shows=(
        "Handshake, a request and its answer, then the client closes first and the server 0.4 s later: four segments."
    ),
    origin=SOCKETS + "nothing changed on the way",
)
def close_four_by_client(path: Path) -> None:
    """Close, wait, close."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        client.close()
        pause(SLOW_APPLICATION)
        close_after_end(server)


@recipe(
    "close_four_by_server",
    lessons=(1, 4),
    shows="The server closes first, the client 0.4 s later; the server is the one left in TIME_WAIT.",
    origin=SOCKETS + "nothing changed on the way, captured at the server",
)
def close_four_by_server(path: Path) -> None:
    """Close the other way round."""
    with staged(path, at="server") as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        server.close()
        pause(SLOW_APPLICATION)
        close_after_end(client)


@recipe(
    "close_three",
    lessons=(6,),
    shows="The server closes the moment it reads the end of the stream: its FIN carries the ACK of the client's.",
    origin=SOCKETS + "nothing changed on the way",
)
def close_three(path: Path) -> None:
    """Close at once on both sides."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        client.close()
        close_after_end(server)


@recipe(
    "half_close",
    lessons=(5,),
    shows="The client says it is done; the server goes on sending for a second before it closes too.",
    origin=SOCKETS + "shutdown(SHUT_WR) at the client",
)
def half_close(path: Path) -> None:
    """Close one direction, use the other."""
    with staged(path) as link:
        client, server = connected(link)
        client.sendall(b"sort these lines\n")
        client.shutdown(1)
        receive(server, 100)
        for number in range(LATE_LINES):
            pause(0.2)
            server.sendall(b"line %d, after your FIN\n" % number)
        server.close()
        close_after_end(client)


@recipe(
    "simultaneous_close",
    lessons=(7, 8),
    shows="Both ends send FIN before they see the other's: FIN_WAIT_1, CLOSING, TIME_WAIT on both sides.",
    origin=BRIDGED + "both FINs held back until both were sent",
)
def simultaneous_close(path: Path) -> None:
    """Let two FINs cross."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        crossing = link.hold(2, when=FINS)
        client.close()
        server.close()
        crossing.wait(2)
        crossing.release()


@recipe(
    "fin_repeated",
    lessons=(4,),
    shows="The client's FIN is lost after the capture point and repeated.",
    origin=BRIDGED + "the first FIN dropped, captured at the client",
)
def fin_repeated(path: Path) -> None:
    """Drop the first FIN."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        link.drop(1, when=FINS)
        client.close()
        close_after_end(server)
        pause(0.3)


@recipe(
    "last_ack_lost",
    lessons=(8,),
    shows="The last ACK is lost after the capture point; the FIN repeated into TIME_WAIT is acknowledged again.",
    origin=BRIDGED + "the client's last bare ACK dropped, captured at the client",
)
def last_ack_lost(path: Path) -> None:
    """Drop the answer to the server's FIN."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.close()
        pause()
        link.drop(1, when=BARE_ACKS & sent_by("client"))
        server.close()
        pause(0.6)


@recipe(
    "fin_with_data",
    lessons=(1, 4),
    shows="The last data and the FIN travel in one segment; the FIN takes the number after the last octet.",
    origin=SOCKETS + "MSG_MORE before close()",
)
def fin_with_data(path: Path) -> None:
    """Keep the last octets back until close() sends them."""
    msg_more = 0x8000
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.send(b"goodbye\n", msg_more)
        client.close()
        pause()
        close_after_end(server)


@recipe(
    "fin_before_data",
    lessons=(4, 5),
    shows="The FIN overtakes the last data; it counts only when the hole before it is filled.",
    origin=BRIDGED + "the last data segment held back until the FIN has passed, captured at the server",
)
def fin_before_data(path: Path) -> None:
    """Deliver FIN first, data later."""
    with staged(path, at="server") as link:
        client, server = connected(link)
        talk(client, server)
        pause()
        late = link.hold(1)
        client.sendall(b"the last words\n")
        late.wait()
        client.close()
        pause(0.02)
        late.release()
        close_after_end(server)


@recipe(
    "time_wait_reuse",
    lessons=(8,),
    shows="A new connection on the same four-tuple while the server is still in TIME_WAIT of the first.",
    origin=SOCKETS + "the server closes first; the client dials again from the same port",
)
def time_wait_reuse(path: Path) -> None:
    """Open the same four-tuple twice."""
    with staged(path) as link:
        for _ in range(2):
            client, server = connected(link, source_port=CLIENT_PORT)
            talk(client, server)
            server.close()
            pause(DELAYED_ACK)
            close_after_end(client)
            pause(SLOW_APPLICATION)


@recipe(
    "time_wait_refreshed",
    lessons=(8,),
    shows="The last ACK is lost three times: each repeated FIN restarts the 2MSL wait.",
    origin=BRIDGED + "the client's last three bare ACKs dropped, captured at the client",
)
def time_wait_refreshed(path: Path) -> None:
    """Drop every answer to the server's FIN but the fourth."""
    with staged(path) as link:
        client, server = connected(link)
        talk(client, server)
        client.close()
        pause()
        link.drop(3, when=BARE_ACKS & sent_by("client"))
        server.close()
        pause(3)


@recipe(
    "close_without_data",
    lessons=(1, 4),
    shows="Opened and closed without one octet: only SYN and FIN use up sequence numbers.",
    origin=SOCKETS + "nothing changed on the way",
)
def close_without_data(path: Path) -> None:
    """Connect and close."""
    with staged(path) as link, link.server.listen() as listener:
        client = dial(link.client, link.server.address(80))
        server, _ = listener.accept()
        pause()
        client.close()
        pause()
        server.close()


@recipe(
    "time_wait_expires",
    lessons=(8,),
    shows="Five minutes after a close, 2MSL being over, the same ports are used again: a new life, nothing remarkable.",
    origin=SCRIPTED + "a real one takes five minutes",
    root=False,
)
def time_wait_expires(path: Path) -> None:
    """Write two lives of one four-tuple with more than 2MSL between them. Source: RFC 9293 3.4.2, MSL 2 minutes."""
    dialogue = Dialogue()
    for isn in (0, 300_000_000):
        dialogue.snd_nxt = {">": 1_000_000 + isn, "<": 2_000_000 + isn}
        for way, letters, later_ms, payload in (
            (">", "S", 0, b""),
            ("<", "S.", 1, b""),
            (">", ".", 0, b""),
            (">", "P.", 1, b"ping\n"),
            ("<", "P.", 1, b"pong\n"),
            (">", "F.", 1, b""),
            ("<", ".", 1, b""),
            ("<", "F.", 50, b""),
            (">", ".", 0, b""),
        ):
            dialogue.say(way, letters, later_ms, payload)
        dialogue.wait(300)
    write_pcap(path, dialogue.frames)
