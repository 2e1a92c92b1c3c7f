"""Connections built by hand: the checks room sees finished records only, so that is all its tests need."""

from __future__ import annotations

import ipaddress
from array import array
from typing import Any

import tcplife.pipeline  # noqa: F401 - publishes the transition table and the kinds of anomalies
from tcplife.model import catalogue, names
from tcplife.model.connection import NO_VALUE, Connection, SideStats
from tcplife.model.judgement import Judgement


def connection(
    client: str = "192.0.2.1",
    server: str = "198.51.100.7",
    *,
    ports: tuple[int, int] = (40000, 443),
    final: tuple[int, int] = (names.TIME_WAIT, names.CLOSED),
    close: tuple[str | None, int, int] = ("three_segment", 0, 8),
    anomalies: tuple[tuple[str, int], ...] = (),
    judged: dict[str, int] | None = None,
    index: int = 1,
    **attributes: Any,
) -> Connection:
    """A finished connection: a clean three-segment close unless told otherwise."""
    made = Connection()
    made.index = index
    made.first_packet, made.last_packet = index * 10, index * 10 + 9
    made.start_ns, made.end_ns = 1_000_000_000, 1_500_000_000
    _address(made, client, server)
    made.client_port, made.server_port = ports
    made.final_client, made.final_server = final
    made.close_kind, made.close_initiator, made.close_packet = close
    made.handshake_ns = 20_000_000
    made.client_stats, made.server_stats = SideStats(), SideStats()
    made.judgement = Judgement()
    made.judgement.acked_client = made.judgement.acked_server = 1
    for name, figure in (judged or {}).items():
        setattr(made.judgement, name, figure)
    _anomalies(made, anomalies)
    for name, value in attributes.items():
        _set(made, name, value)
    return made


def _address(made: Connection, client: str, server: str) -> None:
    first, second = ipaddress.ip_address(client), ipaddress.ip_address(server)
    made.ip_version = first.version
    made.client_hi, made.client_lo = int(first) >> 64, int(first) & names.M64
    made.server_hi, made.server_lo = int(second) >> 64, int(second) & names.M64


def _anomalies(made: Connection, anomalies: tuple[tuple[str, int], ...]) -> None:
    rows = array("q")
    for kind, packet in anomalies:
        number = catalogue.kind_id(kind)
        rows.extend((packet, number << 1, NO_VALUE, 0))
        made.kinds_seen |= 1 << number
        made.worst = max(made.worst, catalogue.KINDS[number].severity)
    made.anomaly_rows = rows


def _set(made: Connection, name: str, value: object) -> None:
    side, _, rest = name.partition("_")
    stats = {"client": made.client_stats, "server": made.server_stats}.get(side)
    if stats is not None and hasattr(stats, rest):
        setattr(stats, rest, value)
    else:
        setattr(made, name, value)
