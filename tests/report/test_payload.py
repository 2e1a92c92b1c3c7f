"""What the first octets say, and that no octets can do harm."""

from __future__ import annotations

import random
import ssl

import pytest

from tcplife.report.payload import PayloadWords, accept_of, headers, tls

REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 1.3


def response(accept: bytes) -> bytes:
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n\r\n"
    )


def client_hello(name: str | None = "lessons.example", alpn: list[str] | None = None) -> bytes:
    """The first flight of a real TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    if alpn:
        context.set_alpn_protocols(alpn)
    context.check_hostname = name is not None
    if name is None:
        context.verify_mode = ssl.CERT_NONE
    connection = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP: GET /file HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "HTTP: HTTP/1.1 200 OK"),
        (b"POST /a HTTP/1.0\nx", "HTTP: POST /a HTTP/1.0"),
        (b"GET /cut", ""),
        (b"HTTP/1.1 200 O", "HTTP: HTTP/1.1 200 O…"),
        (b"SSH-2.0-OpenSSH_9.2 Debian\r\n", "SSH: SSH-2.0-OpenSSH_9.2 Debian"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2 begins"),
        (b"random text", ""),
        (b"", ""),
        (b"G", ""),
        (b"\x17\x03\x03\x00\x10" + bytes(16), "TLS: application data"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "TLS: alert, fatal, handshake_failure"),
        (b"\x15\x03\x03\x00\x1a" + bytes(26), "TLS: alert, encrypted"),
        (b"\x14\x03\x03\x00\x01\x01", "TLS: change cipher spec"),
    ],
)
def test_first_octets(octets: bytes, said: str) -> None:
    assert PayloadWords().say(octets) == said


def test_terminal_codes_of_a_request_are_escaped() -> None:
    said = PayloadWords().say(b"GET /\x1b[2J\x1b]0;owned\x07\xe2\x80\xae HTTP/1.1\r\n")
    assert said == "HTTP: GET /\\x1b[2J\\x1b]0;owned\\x07\\xe2\\x80\\xae HTTP/1.1"


def test_a_long_line_is_cut() -> None:
    said = PayloadWords().say(b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n")
    assert said.endswith("…")
    assert len(said) < 220


def test_the_accept_value_of_the_rfc() -> None:
    assert accept_of(b"dGhlIHNhbXBsZSBub25jZQ==") == ACCEPT


def test_websocket_upgrade_is_checked_against_its_key() -> None:
    words = PayloadWords()
    assert words.say(REQUEST) == "HTTP: GET /chat HTTP/1.1 (asks for WebSocket)"
    assert words.say(response(ACCEPT)).endswith("(WebSocket; Accept fits the key)")
    assert "does NOT fit the key: \\x1bAAAA" in words.say(response(b"\x1bAAAA"))


def test_websocket_answers_without_their_question() -> None:
    assert "the request with its key is not in the capture" in PayloadWords().say(response(ACCEPT))
    words = PayloadWords()
    words.say(REQUEST)
    missing = response(ACCEPT).replace(b"Sec-WebSocket-Accept", b"X-Other")
    assert "without an Accept value" in words.say(missing)


def test_websocket_keys_that_are_none() -> None:
    assert "a key that is no 16 octets" in PayloadWords().say(REQUEST.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"x"))
    assert "without a key" in PayloadWords().say(REQUEST.replace(b"Sec-WebSocket-Key", b"X-Key"))


def test_a_real_client_hello_tells_name_version_and_protocols() -> None:
    said = tls(client_hello(alpn=["h2", "http/1.1"]))
    assert said == "TLS: ClientHello, lessons.example, TLS 1.3, offers h2/http/1.1"
    assert tls(client_hello(None)) == "TLS: ClientHello, no server name, TLS 1.3"


def test_a_client_hello_cut_anywhere_or_with_any_octet_changed_says_something_harmless() -> None:
    hello = client_hello(alpn=["h2"])
    rng = random.Random(3)
    for cut in range(3, len(hello)):
        assert PayloadWords().say(hello[:cut]).startswith("TLS: ")
    for _ in range(2000):
        spoilt = bytearray(hello)
        for _ in range(rng.randrange(1, 4)):
            spoilt[rng.randrange(3, len(spoilt))] = rng.randrange(256)
        assert PayloadWords().say(bytes(spoilt)).isprintable()


def test_random_octets_never_fail_and_are_always_printable() -> None:
    rng = random.Random(4)
    heads = [
        b"",
        b"\x16\x03\x01",
        b"\x16\x03\x03\x00\x40\x02\x00\x00\x3c",
        b"SSH-",
        b"HTTP/1.",
        REQUEST,
        response(ACCEPT),
    ]
    words = PayloadWords()
    for _ in range(3000):
        assert words.say(rng.choice(heads) + rng.randbytes(rng.randrange(80))).isprintable()


def test_headers_of_a_message_that_is_not_whole() -> None:
    assert headers(b"GET / HTTP/1.1\r\nA: 1\r\na: 2\r\nbad line\r\nB:") == {b"a": b"1", b"b": b""}
