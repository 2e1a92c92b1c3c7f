"""Zeek's names for what it sees of one connection, and its default time limits.

In: nothing. Out: endpoint states as small integers, reasons for which Zeek would end a row of its conn.log, the ports
it takes for servers. Zeek's words (originator, responder) stay in the modules whose name begins with zeek.
"""

from __future__ import annotations

# States of an endpoint: nothing seen; SYN; SYN+ACK without a SYN before it; mid-stream; FIN; RST.
INACTIVE, SYN_SENT, SYN_ACK_SENT, PARTIAL, ESTABLISHED, CLOSED, RESET = range(7)

# How an endpoint's numbers move along the fast path: not at all; nothing new is acknowledged; everything sent was
# captured; payloads were cut off; what was sent last was captured, and octets before it are missing; all was captured,
# and more of it than Zeek keeps while nothing at all is acknowledged; the stream is no longer followed.
ASLEEP, HELD, WHOLE, CUT_OFF, HOLED, UNACKED, SKIPPED = range(7)

# Why a row ends although the connection goes on. 0: it does not end.
GOES_ON, UNANSWERED, FINISHED, EXPIRED, SILENT, NEW_NUMBERS, SYN_AFTER_CLOSE, BOTH_OPENED = range(8)

# What was said once by a role: SYN or SYN+ACK, FIN, RST, FIN with RST, payload, ACK, other flags together.
SAID_SYN, SAID_FIN, SAID_RST, SAID_BOTH, SAID_DATA, SAID_ACK, SAID_MIX = 1, 2, 4, 8, 16, 32, 64
RESPONDER = 8

NEVER = 0x7FFF_FFFF_FFFF_FFFF
"""A time that never comes."""
SECOND_NS = 1_000_000_000
CLOSE_DELAY_NS = 5 * SECOND_NS
"""tcp_close_delay: a completely closed connection is kept for so long."""
ATTEMPT_NS = 5 * SECOND_NS
"""tcp_attempt_delay: how long a SYN may wait for the other side."""
LINGER_NS = 5 * SECOND_NS
"""tcp_connection_linger: idle time after which a half-dead connection is dropped."""
FIRST_LOOK_NS = 5 * SECOND_NS
"""tcp_SYN_timeout: the first look for half-dead connections, after the first packet."""
LOOK_AGAIN_NS = 6 * SECOND_NS
"""tcp_session_timer: every further look."""
SILENT_OPENING_NS = 60 * SECOND_NS
"""The inactivity limit before either side has left the handshake (the one for UDP, by Zeek's own code)."""
SILENT_NS = 300 * SECOND_NS
"""tcp_inactivity_timeout."""
SILENT_LOGIN_NS = 3600 * SECOND_NS
"""The inactivity limit of services where people type (base/protocols/conn/inactivity.zeek)."""

SERVER_PORTS = frozenset((
    21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 389, 443, 445, 465, 502, 514, 563, 585, 587, 614, 631, 636, 989, 990,
    992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669,
    8000, 8080, 8888, 20000,
))  # fmt: skip
"""Ports at which Zeek's default analyzers expect a server: a partial connection from one of them is turned round."""

FAR = 1_048_576
"""A SYN, RST or zero acknowledgement further away than this moves no number."""
UNACKED_LIMIT = 16_384
"""Octets kept of a side of which nothing was ever acknowledged."""
STORED_LIMIT = 10 * 1024 * 1024
"""Octets kept of a side before Zeek gives up following its stream."""
RANGES_LIMIT = 4096
"""Our own bound: separate ranges kept above a hole; beyond it the stream is no longer followed."""
HISTORY_LIMIT = 4096
"""Our own bound: letters kept of one history; only floods of FIN or RST with ever new numbers reach it."""
ROWS_LIMIT = 1000
"""Our own bound: further rows kept of one connection; the count goes on."""
