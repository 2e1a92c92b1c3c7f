"""Addresses as people read them: two 64-bit halves -> text, as inet_ntop writes it (RFC 5952)."""

from __future__ import annotations


def ip_text(hi: int, lo: int, version: int) -> str:
    """The address in text; IPv4 lies in `lo` alone. ip_text(0, 0xC0000201, 4) == "192.0.2.1"."""
    if version == 4:
        return f"{lo >> 24}.{lo >> 16 & 255}.{lo >> 8 & 255}.{lo & 255}"
    from socket import AF_INET6, inet_ntop  # a start without IPv6 need not pay for it

    return inet_ntop(AF_INET6, (hi << 64 | lo).to_bytes(16, "big"))
