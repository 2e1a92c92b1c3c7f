"""What is judged, written fast: the same octets as the slow way, for any numbers."""

from __future__ import annotations

from random import Random

from tcplife.model.connection import Connection, SideStats
from tcplife.model.judgement import Judgement, ResetFacts
from tcplife.report.buffer import Buffer
from tcplife.report.judged_writer import JudgedWriter

TIMES = (0, 1, 99, 100, 1_500, 2_500, 99_999, 100_000, 1_234_567, 10**9, 7 * 10**12 + 1, 10**15, 10**18 + 500)


def reset(rng: Random) -> ResetFacts:
    """A reset with any circumstances."""
    r = ResetFacts()
    r.packet, r.by, r.from_state, r.to_state = rng.randrange(1, 2**40), rng.randrange(2), *rng.choices(range(12), k=2)
    r.accepted, r.provoked_sure = rng.random() < 0.5, rng.random() < 0.5
    r.provoked_by, r.provoked_ns = rng.randrange(3), rng.choice((-1, *TIMES))
    r.number, r.expected = rng.randrange(2**33), rng.choice((-1, 0, 2**32))
    r.ttl, r.ttl_min, r.ttl_max = rng.randrange(256), rng.randrange(256), rng.choice((0, 64))
    r.ip_id, r.ip_id_before, r.window = rng.randrange(-1, 2), rng.randrange(-1, 65536), rng.randrange(65536)
    r.lost_client, r.lost_server, r.probes, r.count = rng.randrange(2**40), 0, rng.randrange(99), rng.randrange(99)
    r.signs = rng.choice(((), ("its TTL of 9 is 40 less",), ("one", "two")))
    return r


def judged(rng: Random) -> Connection:
    """A connection with any numbers in what was judged."""
    c = Connection()
    c.server_port = rng.randrange(65536)
    c.close_kind = rng.choice((None, "reset", "four_segment"))
    c.close_initiator = rng.randrange(-1, 2)
    c.handshake_ns = rng.choice((-1, *TIMES))
    c.judgement = j = Judgement()
    j.opened_by, j.turn, j.half_by = (rng.randrange(-1, 2) for _ in range(3))
    j.acked_client, j.acked_server = rng.randrange(-1, 2), rng.randrange(-1, 2)
    j.opened_how, j.place, j.turn_why = rng.randrange(9), rng.randrange(5), rng.randrange(6)
    for name in ("handshake", "client", "server", "network", "window", "recovery", "idle", "closing"):
        setattr(j, f"{name}_ns", rng.choice(TIMES))
    j.half_from, j.half_to, j.half_bytes, j.half_ns = rng.randrange(99), rng.randrange(2), 7, rng.choice(TIMES)
    j.handshake_server_ns, j.handshake_client_ns = rng.choice((-1, *TIMES)), rng.choice((-1, *TIMES))
    j.way_client_ns, j.way_server_ns = rng.choice((-1, *TIMES)), rng.choice((-1, *TIMES))
    j.reset = reset(rng) if rng.random() < 0.5 else None
    c.client_stats, c.server_stats = SideStats(), SideStats()
    for s in (c.client_stats, c.server_stats):
        s.ttl_max = rng.choice((-1, 57, 64, 128, 255))
        s.fin_packet = rng.choice((0, rng.randrange(1, 99)))
        s.fin_number, s.fins, s.fin_last_packet = rng.randrange(2**33), 2, 100
        s.fin_acked_packet, s.fin_acked_after_ns = rng.randrange(3), rng.choice((-1, *TIMES))
    return c


def test_the_fast_way_writes_what_the_slow_way_does() -> None:
    rng = Random(20261121)
    buffer = Buffer()
    writer = JudgedWriter(buffer)
    for number in range(600):
        c = judged(rng)
        writer.write(c)
        assert buffer.take().decode() == c.judgement.json(c), number
