"""What the first octets of a payload say, whatever the port: HTTP, TLS, SSH, WebSocket.

In: payloads of one connection in order, each with its sender. Out: a few words, printable whatever the octets are; ""
where they say nothing. Hostile input: every length is checked, nothing is searched beyond what was kept, all text is
escaped. Source: RFC 9112 (HTTP/1.1), RFC 8446 4.1.2 and RFC 6066 3 (TLS), RFC 4253 4.2 (SSH), RFC 6455 4 (WebSocket).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha1

from .paint import octets_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

LINE: Final = 200
"""Characters of a line that are shown."""
WEBSOCKET_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
KEY_OCTETS: Final = 16  # RFC 6455 4.1: what the key decodes to
METHODS: Final = frozenset(
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND REPORT MKCOL COPY MOVE LOCK UNLOCK".split()
)
HTTP2_PREFACE: Final = b"PRI * HTTP/2.0\r\n"  # RFC 9113 3.4

HANDSHAKE, ALERT, CHANGE_CIPHER, APPLICATION = 22, 21, 20, 23
CLIENT_HELLO, SERVER_HELLO = 1, 2
EXT_SERVER_NAME, EXT_ALPN, EXT_VERSIONS = 0, 16, 43
VERSIONS: Final = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
ALERTS: Final = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    40: "handshake_failure",
    42: "bad_certificate",
    48: "unknown_ca",
    70: "protocol_version",
    112: "unrecognized_name",
    116: "certificate_required",
    120: "no_application_protocol",
}


class PayloadWords:
    """Reads the payloads of one connection; remembers the WebSocket key that was asked for."""

    __slots__ = ("_websocket_key",)

    def __init__(self) -> None:
        self._websocket_key: bytes | None = None

    def say(self, octets: bytes) -> str:
        """What these first octets of a segment's payload say."""
        if len(octets) < 3:
            return ""
        if octets[:4] == b"SSH-":
            return f"SSH: {_line(octets)}"
        if octets.startswith(HTTP2_PREFACE):
            return "HTTP/2 begins"
        if octets[0] in (HANDSHAKE, ALERT, CHANGE_CIPHER, APPLICATION) and octets[1] == 3 and octets[2] <= 4:
            return tls(octets)
        if octets.startswith(b"HTTP/1."):
            return f"HTTP: {_line(octets)}{self._switched(octets)}"
        if octets.split(b" ", 1)[0] in METHODS and b" HTTP/1." in octets.split(b"\n", 1)[0]:
            return f"HTTP: {_line(octets)}{self._asked(octets)}"
        return ""

    def _asked(self, octets: bytes) -> str:
        """A request that asks for WebSocket: its key is kept to judge the answer."""
        fields = headers(octets)
        if b"websocket" not in fields.get(b"upgrade", b"").lower():
            return ""
        self._websocket_key = fields.get(b"sec-websocket-key")
        if self._websocket_key is None:
            return " (asks for WebSocket without a key)"
        return (
            " (asks for WebSocket)"
            if _is_key(self._websocket_key)
            else " (asks for WebSocket with a key that is no 16 octets)"
        )

    def _switched(self, octets: bytes) -> str:
        """A response 101: whether its Accept value fits the key. Source: RFC 6455 4.2.2."""
        if octets.split(b" ", 2)[1:2] != [b"101"]:
            return ""
        fields = headers(octets)
        if b"websocket" not in fields.get(b"upgrade", b"").lower():
            return ""
        accept = fields.get(b"sec-websocket-accept")
        if accept is None:
            return " (WebSocket without an Accept value)"
        if self._websocket_key is None:
            return " (WebSocket; the request with its key is not in the capture)"
        if accept == accept_of(self._websocket_key):
            return " (WebSocket; Accept fits the key)"
        return f" (WebSocket; Accept does NOT fit the key: {octets_text(accept[:LINE])})"


def accept_of(key: bytes) -> bytes:
    """The Sec-WebSocket-Accept that answers this key. Source: RFC 6455 4.2.2, step 5.4."""
    return b64encode(sha1(key + WEBSOCKET_GUID, usedforsecurity=False).digest())


def _is_key(key: bytes) -> bool:
    try:
        return len(b64decode(key, validate=True)) == KEY_OCTETS
    except (Base64Error, ValueError):
        return False


def headers(octets: bytes) -> dict[bytes, bytes]:
    """Header fields of a message head, as far as it was kept; names in lower case, the first of each name."""
    fields: dict[bytes, bytes] = {}
    for line in octets.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _line(octets: bytes) -> str:
    """The first line, escaped; an ellipsis where it is long or goes on beyond what was kept."""
    line, end, _ = octets.partition(b"\n")
    text = octets_text(line.rstrip(b"\r")[:LINE])
    return text if end and len(line) <= LINE else text + "…"


class _Cursor:
    """Reads vectors of a TLS message; asks for more than there is: IndexError, which ends the reading quietly."""

    __slots__ = ("_at", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        if self._at + size > len(self._octets):
            raise IndexError
        self._at += size
        return self._octets[self._at - size : self._at]

    def vector(self, length_size: int) -> _Cursor:
        """The vector here; cut short where the capture is."""
        size = self.number(length_size)
        found = _Cursor(self._octets[self._at : self._at + size])
        self._at += size
        return found

    @property
    def done(self) -> bool:
        return self._at >= len(self._octets)


def tls(octets: bytes) -> str:
    """What a TLS record says: the server name and version of a ClientHello, the choice of a ServerHello, an alert."""
    kind = octets[0]
    if kind == APPLICATION:
        return "TLS: application data"
    if kind == CHANGE_CIPHER:
        return "TLS: change cipher spec"
    if kind == ALERT:
        return _alert(octets)
    if len(octets) < 6:
        return "TLS: handshake"
    if octets[5] == CLIENT_HELLO:
        return _client_hello(octets[9:])
    if octets[5] == SERVER_HELLO:
        return _server_hello(octets[9:])
    return "TLS: handshake"


def _alert(octets: bytes) -> str:
    if len(octets) < 7 or octets[3:5] != b"\0\2":
        return "TLS: alert, encrypted"
    level = {1: "warning", 2: "fatal"}.get(octets[5], "?")
    return f"TLS: alert, {level}, {ALERTS.get(octets[6], octets[6])}"


def _client_hello(body: bytes) -> str:
    parts = ["TLS: ClientHello"]
    cursor = _Cursor(body)
    try:
        version = cursor.number(2)
        cursor.take(32)
        cursor.vector(1)
        cursor.vector(2)
        cursor.vector(1)
        found = _extensions(cursor.vector(2))
    except IndexError:
        return f"{parts[0]} (cut)"
    offered = [number for number in _versions(found.get(EXT_VERSIONS, b"")) if number in VERSIONS]
    name = _server_name(found.get(EXT_SERVER_NAME, b""))
    parts.append(name or "no server name")
    parts.append(VERSIONS.get(max(offered, default=version), f"version {version:#06x}"))
    alpn = _protocols(found.get(EXT_ALPN, b""))
    if alpn:
        parts.append(f"offers {alpn}")
    return ", ".join(parts)


def _server_hello(body: bytes) -> str:
    cursor = _Cursor(body)
    try:
        version = cursor.number(2)
        cursor.take(32)
        cursor.vector(1)
        cipher = cursor.number(2)
        cursor.take(1)
        found = {} if cursor.done else _extensions(cursor.vector(2))
    except IndexError:
        return "TLS: ServerHello (cut)"
    chosen = found.get(EXT_VERSIONS, b"")
    if len(chosen) == 2:
        version = int.from_bytes(chosen, "big")
    alpn = _protocols(found.get(EXT_ALPN, b""))
    chose = f", {alpn}" if alpn else ""
    return f"TLS: ServerHello, {VERSIONS.get(version, f'version {version:#06x}')}, cipher {cipher:#06x}{chose}"


def _extensions(cursor: _Cursor) -> dict[int, bytes]:
    """Extensions as far as they were kept."""
    found: dict[int, bytes] = {}
    try:
        while not cursor.done:
            kind = cursor.number(2)
            found.setdefault(kind, cursor.take(cursor.number(2)))
    except IndexError:
        pass
    return found


def _versions(octets: bytes) -> list[int]:
    return [int.from_bytes(octets[at : at + 2], "big") for at in range(1, len(octets) - 1, 2)]


def _server_name(octets: bytes) -> str:
    """The host name of the server_name extension. Source: RFC 6066 3."""
    cursor = _Cursor(octets)
    try:
        names = cursor.vector(2)
        if names.number(1) != 0:
            return ""
        return octets_text(names.take(names.number(2))[:LINE])
    except IndexError:
        return ""


def _protocols(octets: bytes) -> str:
    """The names of the ALPN extension. Source: RFC 7301 3.1."""
    names: list[str] = []
    try:
        cursor = _Cursor(octets).vector(2)
        while not cursor.done and len(names) < 5:
            names.append(octets_text(cursor.take(cursor.number(1))[:40]))
    except IndexError:
        pass
    return "/".join(names)
