"""Who is the client when no SYN was captured: a guess, and always told as one."""

from __future__ import annotations

FIRST_DYNAMIC = 32768
"""First port of Linux's ephemeral range; IANA's dynamic range begins at 49152 (RFC 6335 6)."""
WELL_KNOWN = 1024


def guess_client(a_port: int, b_port: int) -> tuple[int, str]:
    """(side of the likely client, why): 0 is the sender of the first packet seen.

    Source: RFC 6335 6 (port ranges); the lower port is the service's in practice.
    """
    if a_port != b_port:
        side = 0 if a_port > b_port else 1
        low, high = min(a_port, b_port), max(a_port, b_port)
        if low < WELL_KNOWN <= high:
            return side, f"the other port, {low}, is a well-known one"
        if low < FIRST_DYNAMIC <= high:
            return side, f"its port, {high}, is a dynamic one"
        return side, "it has the higher port"
    return 0, "it sent the first packet seen"
