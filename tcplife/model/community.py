# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Community ID version 1: one name for a flow, the same in Zeek, Suricata, Arkime and Wireshark.

In: the two ends of a connection. Out: "1:" and a base64 SHA-1. Source: github.com/corelight/community-id-spec.
"""

from __future__ import annotations

from . import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connection import Connection

_LENGTH = 30


def choose(*, native: bool) -> bool:
    """Let digests be made by the processor's own instructions for them, or not; returns whether they are.

    Without a word of it they are where there are any, and only compiled. Of `community_id` alone, for who compares the two.
    """
    return digest.choose(native)


def community_id(c: Connection) -> bytes:
    """The ID of a connection, ASCII: b"1:wCb3OG7yAFWelaUydu0D+125CLM="; either direction gives the same."""
    text = bytearray(_LENGTH)
    digest.put_id(
        text, 0, c.ip_version, c.client_hi, c.client_lo, c.client_port, c.server_hi, c.server_lo, c.server_port
    )
    return bytes(text)
