"""What runs on top: HTTP, TLS, WebSocket, SSH, and text meant to hurt whoever prints it. Lesson 13."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import http.server
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

from tests.samples.make.catalogue import SOCKETS, recipe
from tests.samples.make.manifest import tool
from tests.samples.make.stage import close_after_end, connected, dial, pause, receive, staged

HTTP_PORT, TLS_PORT, SSH_PORT, HIGH_PORT = 80, 443, 22, 8080
EMPTY_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TLS_NAME = "lessons.tcplife.example"
WEBSOCKET_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
WEBSOCKET_KEY = b"dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 1.3's own sample


class Page(http.server.BaseHTTPRequestHandler):
    """Answers every request with one line, and keeps the connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer 200, or 404 for what has 'missing' in its name."""
        body = f"you asked for {self.path}\n".encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Read the body, answer 201."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@recipe(
    "http_keep_alive",
    lessons=(13,),
    shows="Four HTTP requests on one connection: two pages, one that is missing, one upload.",
    origin=SOCKETS + "Python's http.server and http.client",
)
def http_keep_alive(path: Path) -> None:
    """Ask four times."""
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT)
        answering = threading.Thread(target=Page, args=(server, client.getsockname(), None))
        answering.start()
        asking = http.client.HTTPConnection("lessons.tcplife.example")
        asking.sock = client
        for method, target, body in (
            ("GET", "/", None),
            ("GET", "/lesson?number=13", None),
            ("GET", "/missing", None),
            ("POST", "/answers", b"states=11&segments=3"),
        ):
            asking.request(method, target, body)
            asking.getresponse().read()
            pause(0.05)
        asking.close()
        answering.join()
        server.close()


@recipe(
    "http_server_closes",
    lessons=(9, 13),
    shows="HTTP/1.0: the server closes after its answer, the end of the connection is the end of the page.",
    origin=SOCKETS + "plain sockets",
)
def http_server_closes(path: Path) -> None:
    """Ask once, without keep-alive."""
    request = b"GET /old HTTP/1.0\r\nHost: lessons.tcplife.example\r\n\r\n"
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT)
        client.sendall(request)
        receive(server, len(request))
        server.sendall(
            b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"an old page, closed by its end\n" * 100
        )
        server.close()
        close_after_end(client)


@recipe(
    "http_half_closed_by_client",
    lessons=(5, 13),
    shows="The client sends its request and closes its half at once; the whole answer comes after the FIN.",
    origin=SOCKETS + "shutdown(SHUT_WR) after the request",
)
def http_half_closed_by_client(path: Path) -> None:
    """Ask, half-close, read."""
    request = b"GET /report HTTP/1.1\r\nHost: lessons.tcplife.example\r\nConnection: close\r\n\r\n"
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT)
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        receive(server, len(request) + 1)
        pause(0.2)
        server.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6000\r\n\r\n" + b"report\n" * 857 + b"\n"
        )
        server.close()
        close_after_end(client)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a self-signed certificate for TLS_NAME; return its file and its key's."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={TLS_NAME}", "-addext", f"subjectAltName=DNS:{TLS_NAME}", "-days", "30"]
    subprocess.run([*command, "-out", str(cert), "-keyout", str(key)], check=True, capture_output=True)
    return cert, key


def serve_tls(raw: socket.socket, context: ssl.SSLContext) -> None:
    """Take one request over TLS, answer it, close after the client."""
    with context.wrap_socket(raw, server_side=True) as secure:
        secure.recv(1000)
        secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        secure.recv(1000)
        with contextlib.suppress(OSError):
            secure.unwrap()


def tls(path: Path, version: ssl.TLSVersion, *, tidy: bool) -> None:
    """Open one TLS connection of this version, ask, close; tidy: wait for the peer's last alert before."""
    with tempfile.TemporaryDirectory() as folder, staged(path) as link:
        cert, key = certificate(Path(folder))
        server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_side.load_cert_chain(cert, key)
        client_side = ssl.create_default_context(cafile=str(cert))
        client_side.maximum_version = version
        client_side.set_alpn_protocols(["http/1.1"])
        client, server = connected(link, TLS_PORT)
        answering = threading.Thread(target=serve_tls, args=(server, server_side))
        answering.start()
        with client_side.wrap_socket(client, server_hostname=TLS_NAME) as secure:
            secure.sendall(f"GET / HTTP/1.1\r\nHost: {TLS_NAME}\r\n\r\n".encode())
            secure.recv(1000)
            pause()
            if tidy:
                secure.unwrap()
        answering.join()


@recipe(
    "tls13",
    lessons=(13,),
    shows="TLS 1.3: the server's name stands in the ClientHello, everything after the ServerHello is encrypted.",
    origin=SOCKETS + "Python's ssl with OpenSSL, a self-signed certificate made for the occasion",
)
def tls13(path: Path) -> None:
    """Speak TLS 1.3."""
    tls(path, ssl.TLSVersion.TLSv1_3, tidy=True)


@recipe(
    "tls12",
    lessons=(13,),
    shows=(
        "TLS 1.2: server name in the ClientHello, the certificate in the clear; the client is gone when "
        "the last alert comes, and resets."
    ),
    origin=SOCKETS + "Python's ssl with OpenSSL, a self-signed certificate made for the occasion",
)
def tls12(path: Path) -> None:
    """Speak TLS 1.2."""
    tls(path, ssl.TLSVersion.TLSv1_2, tidy=False)


@recipe(
    "ssh_banner",
    lessons=(13,),
    shows="Both sides of SSH introduce themselves in one line of plain text, the server first.",
    origin=SOCKETS + "a small server that speaks only the identification of RFC 4253 4.2",
)
def ssh_banner(path: Path) -> None:
    """Exchange identification lines, then give up."""
    with staged(path) as link:
        client, server = connected(link, SSH_PORT)
        server.sendall(b"SSH-2.0-tcplife_sample_1.0 lesson 13\r\n")
        receive(client, 38)
        client.sendall(b"SSH-2.0-tcplife_probe_1.0\r\n")
        receive(server, 27)
        pause()
        client.close()
        close_after_end(server)


def websocket(path: Path, accept: bytes) -> None:
    """Upgrade with this Accept value, send one message each way and a close frame each."""
    request = (
        b"GET /chat HTTP/1.1\r\nHost: lessons.tcplife.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: " + WEBSOCKET_KEY + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    with staged(path) as link:
        client, server = connected(link, HIGH_PORT)
        for sender, taker, octets in (
            (client, server, request),
            (server, client, answer),
            (client, server, bytes.fromhex("818537fa213d7f9f4d5158")),  # RFC 6455 5.7: a masked "Hello"
            (server, client, bytes.fromhex("810548656c6c6f")),  # and the unmasked one
            (client, server, bytes.fromhex("888200000000") + b"\x03\xe8"),  # close, 1000, masked by zeros
            (server, client, bytes.fromhex("8802") + b"\x03\xe8"),
        ):
            sender.sendall(octets)
            receive(taker, len(octets))
            pause(0.05)
        server.close()
        close_after_end(client)


@recipe(
    "websocket",
    lessons=(13,),
    shows="HTTP is upgraded to WebSocket (101); the Accept value is the right answer to the key.",
    origin=SOCKETS + "plain sockets; key, Accept value and frames from RFC 6455",
)
def websocket_right(path: Path) -> None:
    """Answer the key rightly."""
    websocket(path, base64.b64encode(hashlib.sha1(WEBSOCKET_KEY + WEBSOCKET_MAGIC).digest()))  # noqa: S324 - RFC 6455


@recipe(
    "websocket_wrong_accept",
    lessons=(13,),
    shows="The same upgrade with an Accept value that does not belong to the key.",
    origin=SOCKETS + "plain sockets, a server that errs",
)
def websocket_wrong_accept(path: Path) -> None:
    """Answer the key wrongly."""
    websocket(path, base64.b64encode(hashlib.sha1(WEBSOCKET_KEY).digest()))  # noqa: S324 - the value is what is wrong


@recipe(
    "hostile_text",
    lessons=(13,),
    shows=(
        "An HTTP request line, headers and an SSH banner full of terminal controls, markup and broken "
        "UTF-8: nothing of it may reach a screen raw."
    ),
    origin=SOCKETS + "plain sockets, hostile octets",
)
def hostile_text(path: Path) -> None:
    """Send what must be escaped."""
    request = (
        b"GET /\x1b[2J\x1b]0;owned\x07\x1b[31mred<script>alert(1)</script>\xc3\x28\xe2\x80\xae HTTP/1.1\r\n"
        b'Host: "><img src=x onerror=alert(1)>\r\nUser-Agent: \x9b5n${jndi:ldap://a}\x00%s%n\r\n\r\n'
    )
    banner = b"SSH-2.0-\x1b[8mhidden\x1b]8;;http://evil.example\x07<b>bold</b>\x7f\x08\x08\r\n"
    answer = b"HTTP/1.1 200 \x1b[5mOK<script>alert(2)</script>\r\nContent-Length: 0\r\n\r\n"
    printable = b"GET /<script>alert('%s%n')</script> HTTP/1.1\r\nHost: a.example\r\n\r\n"
    with staged(path) as link:
        client, server = connected(link, HTTP_PORT)
        for sender, taker, octets in (
            (client, server, request),
            (server, client, answer),
            (client, server, printable),
            (server, client, EMPTY_ANSWER),
        ):
            sender.sendall(octets)
            receive(taker, len(octets))
        client.close()
        close_after_end(server)
        client, server = connected(link, SSH_PORT)
        server.sendall(banner)
        receive(client, len(banner))
        client.close()
        close_after_end(server)


@recipe(
    "http_in_pieces",
    lessons=(13,),
    shows="The request line arrives in three segments: only the stream, not a segment, says what it is.",
    origin=SOCKETS + "TCP_NODELAY and three small writes",
)
def http_in_pieces(path: Path) -> None:
    """Write a request slowly."""
    pieces = (b"GE", b"T /slow HT", b"TP/1.1\r\nHost: a.example\r\n\r\n")
    with staged(path) as link, link.server.listen(HTTP_PORT) as listener:
        client = dial(link.client, link.server.address(HTTP_PORT))
        server, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
            receive(server, len(piece))
            pause(0.05)
        server.sendall(EMPTY_ANSWER)
        receive(client, len(EMPTY_ANSWER))
        client.close()
        close_after_end(server)
