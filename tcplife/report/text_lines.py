"""The first line of text protocols, printed when and as tcpdump prints it.

In: the captured octets of a payload, both ports. Out: what follows tcpdump's "length N", "" for
nothing. Covered: HTTP, RTSP, SMTP, FTP, SSH. Not covered: protocols tcpdump decodes from binary
(DNS, BGP, SMB, RESP...).
Source: tcpdump 4.99's output, which the tests hold this to.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


HTTP: Final = frozenset({80, 8080})
RTSP: Final = frozenset({554, 8554})
METHODS: Final = frozenset(
    b"GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE "
    b"NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH "
    b"UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL".split()
)  # fmt: skip
"""HTTP's and WebDAV's methods."""
RTSP_METHODS: Final = frozenset(
    b"OPTIONS DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER SET_PARAMETER REDIRECT RECORD".split()
)
FTP_PORT, SSH_PORT, SMTP_PORT, TELNET_PORT = 21, 22, 25, 23
TOKEN: Final = 128
STATUS_DIGITS: Final = 3


def payload_text(payload: bytes, sport: int, dport: int, *, cut: bool = False) -> str:
    """What tcpdump prints of a payload behind its length; payload: what was captured of it; cut: there was more."""
    ports = {sport, dport}
    if TELNET_PORT in ports or not (payload or cut):
        return ""
    if SMTP_PORT in ports:
        return ": SMTP" + _first_line(payload, "smtp", cut=cut)
    if SSH_PORT in ports:
        return _ssh(payload)
    if FTP_PORT in ports:
        return ": FTP" + _first_line(payload, "ftp", cut=cut)
    if ports & HTTP:
        return ": HTTP" + _if_speaks(payload, METHODS, "http", cut=cut)
    if ports & RTSP:
        return ": RTSP" + _if_speaks(payload, RTSP_METHODS, "rtsp", cut=cut)
    return ""


def _if_speaks(payload: bytes, methods: frozenset[bytes], protocol: str, *, cut: bool) -> str:
    """The first line if it begins with a method or has a status code as its second word."""
    first, rest = _token(payload)
    second, _ = _token(rest)
    if first and (first.upper() in methods or (len(second) == STATUS_DIGITS and second.isdigit())):
        return _first_line(payload, protocol, cut=cut)
    return ""


def _token(payload: bytes) -> tuple[bytes, bytes]:
    """The first word and what follows it and its blanks; no word where other than printable ASCII begins."""
    end = 0
    while end < len(payload) and 33 <= payload[end] < 127:
        end += 1
    blank = end < len(payload) and payload[end] in b" \t\r\n\v\f"
    if end == 0 or end > TOKEN or (end < len(payload) and not blank):
        return b"", b""
    return payload[:end], payload[end:].lstrip(b" ")


def _first_line(payload: bytes, protocol: str, *, cut: bool) -> str:
    """The first line if it is printable ASCII; marked where payload or capture end inside it."""
    for at, octet in enumerate(payload):
        if octet == 10:
            return f": {payload[:at].decode('ascii')}"
        if octet == 13:
            if payload[at + 1 : at + 2] == b"\n":
                return f": {payload[:at].decode('ascii')}"
            return f" [|{protocol}]" if cut and at + 1 == len(payload) else ""
        if octet != 9 and not 32 <= octet < 127:
            return ""
    return f" [|{protocol}]" if cut else f": {payload.decode('ascii')} [|{protocol}]"


def _ssh(payload: bytes) -> str:
    """Only the version line is text. Source: RFC 4253 4.2."""
    if not payload.startswith(b"SSH-") or b"\n" not in payload:
        return ""
    line = _first_line(payload, "ssh", cut=False)
    return f": SSH{line}" if line else ""
