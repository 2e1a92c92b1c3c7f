"""The pytest plugin, in pytest runs of its own (pytester) and with a real server and client on loopback."""

from __future__ import annotations

import socket
import threading
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tcplife.pytest_plugin import Capture, _Tcpdump, assert_lifecycle, assert_policy
from tests.checks.tools import need_capture

pytest_plugins = ["pytester"]
SAMPLES = Path(__file__).parent.parent / "sample_pcaps"
CLIENT = "CLOSED SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"
SERVER = "LISTEN SYN_RECEIVED ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"
TALK = """
import socket, threading

def talk(port_ready):
    server = socket.create_server(("127.0.0.1", 0))
    def serve():
        peer, _ = server.accept()
        while octets := peer.recv(100):
            peer.sendall(octets)
        peer.close()
    thread = threading.Thread(target=serve)
    thread.start()
    with port_ready(server.getsockname()[1]) as traffic:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"hello")
            client.recv(100)
        thread.join()
    server.close()
    return traffic
"""


@pytest.fixture(name="inner")
def _inner(pytester: pytest.Pytester) -> pytest.Pytester:
    """A pytest run with nothing but this plugin."""
    pytester.makeconftest("" if _installed() else 'pytest_plugins = ["tcplife.pytest_plugin"]')
    return pytester


def _installed() -> bool:
    return any(entry.value == "tcplife.pytest_plugin" for entry in entry_points(group="pytest11"))


def test_reading_a_capture_and_asserting_on_it(inner: pytest.Pytester) -> None:
    inner.makepyfile(f"""
        from tcplife.pytest_plugin import assert_lifecycle

        def test_wget(tcplife_read):
            capture = tcplife_read({str(SAMPLES / "wget.pcap")!r})
            first, second = capture.connections
            assert first.final["server"] == "CLOSED"
            assert_lifecycle(capture, client={CLIENT!r}, server={SERVER.split()!r}, expect="client.packets > 5")
            assert capture.one("client.port == 37584") is first
    """)
    inner.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_failing_assertion_shows_the_timeline(inner: pytest.Pytester) -> None:
    inner.makepyfile(f"""
        def test_wget(tcplife_read):
            conn = tcplife_read({str(SAMPLES / "wget.pcap")!r}).connections[0]
            assert conn.final["server"] == "ESTABLISHED"
    """)
    result = inner.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*tcplife: *wget.pcap*",
            "*connection 1, 192.168.131.132.37584 > 192.168.131.138.80, packets 1-26*",
            "*client > server  [[]S[]] seq 0 *",
            "*24 *client > server  [[]F.[]] seq 152 ack 65801*",
            "*wireshark: ip.addr == 192.168.131.132 *",
        ],
    )


@pytest.mark.parametrize(
    ("expected", "part"),
    [
        ({"client": "CLOSED SYN_SENT"}, "client: actual   CLOSED SYN_SENT ESTABLISHED FIN_WAIT_1"),
        ({"close": "reset"}, "close: expected reset"),
        ({"initiator": "server"}, "initiator: expected server"),
        ({"expect": "client.packets < 3 and not reset"}, "actual   client.packets is"),
        ({"where": 'service == "81"'}, 'no connection where service == "81"'),
    ],
)
def test_assert_lifecycle_says_what_is_different(expected: dict[str, str], part: str) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_lifecycle(SAMPLES / "wget.pcap", **expected)
    assert part in str(caught.value)


def test_assert_policy_reports_as_check_does(tmp_path: Path) -> None:
    policy = tmp_path / "tcplife.toml"
    policy.write_text('[rules.small]\nexpect = "client.packets < 3"\n')
    with pytest.raises(AssertionError, match=r"rule small[\s\S]*client.packets is"):
        assert_policy(SAMPLES / "wget.pcap", policy)
    policy.write_text('[rules.small]\nexpect = "client.packets < 300"\n')
    assert_policy(Capture(SAMPLES / "wget.pcap"), policy)


def test_a_real_client_and_server_on_loopback(inner: pytest.Pytester) -> None:
    need_capture()
    inner.makepyfile(
        TALK
        + f"""
from tcplife.pytest_plugin import assert_lifecycle

def test_own_traffic(tcplife_traffic):
    traffic = talk(tcplife_traffic)
    conn = traffic.one()
    assert conn.client_stats.bytes == 5
    assert_lifecycle(traffic, client={CLIENT!r}, server={SERVER!r})
""",
    )
    inner.runpytest("-p", "no:cacheprovider", "--tcplife-require").assert_outcomes(passed=1)
    assert not (inner.path / "tcplife-captures").exists()


def test_the_capture_of_a_failed_test_is_kept_and_named(inner: pytest.Pytester) -> None:
    need_capture()
    inner.makepyfile(TALK + "\ndef test_own(tcplife_traffic):\n    assert talk(tcplife_traffic).one().final == {}\n")
    result = inner.runpytest("-p", "no:cacheprovider", "--tcplife-keep=kept", "--tcplife-require")
    result.assert_outcomes(failed=1)
    (kept,) = (inner.path / "kept").iterdir()
    result.stdout.fnmatch_lines([f"*tcplife: {kept}*", "*server > client*"])
    assert_lifecycle(kept, client=CLIENT, server=SERVER)


def test_nothing_is_lost_of_a_long_transfer(tcplife_traffic_of_many_octets: Capture) -> None:
    connection = tcplife_traffic_of_many_octets.one()
    assert connection.server_stats is not None
    assert connection.server_stats.unique_bytes == 3_000_000


@pytest.fixture
def tcplife_traffic_of_many_octets(tmp_path: Path) -> Capture:
    """Three megabytes over loopback, captured by the plugin's own tcpdump."""
    need_capture()
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    tcpdump = _Tcpdump(tmp_path / "long.pcap", "lo", f"tcp and port {port}")

    def serve() -> None:
        peer, _ = server.accept()
        with peer:
            peer.sendall(bytes(3_000_000))

    thread = threading.Thread(target=serve)
    thread.start()
    with socket.create_connection(("127.0.0.1", port)) as client:
        while client.recv(65_536):
            pass
    thread.join()
    server.close()
    assert tcpdump.stop(0.1) == 0
    return Capture(tmp_path / "long.pcap", ours=True)


def test_skips_with_a_reason_where_capturing_is_not_possible(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = inner.path / "tools"
    tools.mkdir()
    refusing = tools / "tcpdump"
    refusing.write_text(
        "#!/bin/sh\necho 'tcpdump: lo: You do not have permission to capture on that device' >&2\nexit 1\n"
    )
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    inner.makepyfile("def test_it(tcplife_traffic):\n    with tcplife_traffic(port=1):\n        pass\n")
    result = inner.runpytest("-p", "no:cacheprovider", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*SKIP*tcpdump on lo: *You do not have permission*"])
    result = inner.runpytest("-p", "no:cacheprovider", "--tcplife-require")
    result.assert_outcomes(failed=1)
    monkeypatch.setenv("PATH", str(inner.path))
    result = inner.runpytest("-p", "no:cacheprovider", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*SKIP*tcpdump cannot be run: *"])
