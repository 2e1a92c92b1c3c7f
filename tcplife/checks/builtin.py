"""The built-in policies: TOML as a user would write it, read by the same reader, printed by `--show-profile`."""

from __future__ import annotations

from functools import cache

from ..errors import UsageError
from . import policy as files
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .rules import Policy

DEFAULT: Final = "graceful"
"""The profile of a run that names no policy."""

GRACEFUL: Final = """\
# Every connection begins, ends, and loses nothing.

[rules.established]
why = "a connection that never came about served nobody"
expect = 'close.kind not in ["refused", "unanswered", "unreachable"]'

[rules.no-reset]
why = "a reset throws away what is still on its way"
expect = 'not reset or close.kind == "refused"'

[rules.every-octet-acknowledged]
why = "what was not acknowledged may never have arrived"
expect = "open or not established or every octet acknowledged"

[rules.closed]
why = "it was still open when the capture ended: it leaked, or the capture is too short"
level = "warning"
expect = "not open"

[rules.no-long-half-close]
why = "one side had closed and the other did not follow"
level = "warning"
expect = "half_closed_s < 5"
"""

STRICT: Final = """\
# Nothing but clean lives: for a loopback or laboratory network, where every flaw is the software's.
extends = "graceful"
strict = true

[rules.handshake-seen]
why = "what began before the capture cannot be judged"
expect = "handshake_ms is known"

[rules.closed]
level = "error"

[rules.closed-by-fin]
why = "both sides close with a FIN of their own"
expect = 'close.kind in ["three_segment", "four_segment", "simultaneous", "half_close"]'

[rules.no-long-half-close]
level = "error"
expect = "half_closed_s < 1"

[rules.no-retransmission]
why = "on a clean network a repeat means a full queue or a stalled reader"
expect = "retransmission_rate == 0"

[rules.no-warning]
why = "no anomaly worth a warning"
expect = 'no anomaly at or above "warning"'
"""

LOAD_BALANCER: Final = """\
# Seen beside a load balancer or proxy: clients may vanish, but the service must answer, promptly and politely.

[rules.answered]
why = "a backend that does not answer should have been taken out"
expect = 'share(close.kind in ["refused", "unanswered", "unreachable"]) <= 0.1%'

[rules.server-never-resets]
why = "a reset by the server in mid-life: a dead backend, or an idle timeout shorter than the client's"
expect = 'not (reset and established) or close.initiator != "server"'

[rules.handshake-time]
why = "the time to connect, as most clients see it"
where = "handshake_ms is known"
expect = "p95(handshake_ms) < 250"

[rules.retransmissions]
why = "loss on the way to or behind the balancer"
where = "established"
expect = "p95(retransmission_rate) < 2%"

[rules.no-close-wait-pile]
why = "the client has closed and the server does not: its application leaks connections"
expect = 'share(final.server == "CLOSE_WAIT") < 1%'
"""

DATABASE: Final = """\
# Pooled, long-lived connections between an application and its database (here MySQL, PostgreSQL, Redis...).

[rules.no-reset]
why = "a reset loses a transaction's answer; look for idle timeouts of firewalls and NAT"
where = 'service in ["1433", "1521", "3306", "5432", "6379", "9042", "27017"]'
expect = "not reset"

[rules.closed-by-client]
why = "the pool decides when a connection ends, not the database"
where = 'service in ["1433", "1521", "3306", "5432", "6379", "9042", "27017"] and not open'
expect = 'close.initiator == "client"'

[rules.nothing-lost]
why = "every query and every answer arrived"
where = 'service in ["1433", "1521", "3306", "5432", "6379", "9042", "27017"] and not open'
expect = "every octet acknowledged"

[rules.quick-to-connect]
why = "a pool that connects slowly starves its application"
where = 'service in ["1433", "1521", "3306", "5432", "6379", "9042", "27017"] and handshake_ms is known'
expect = "handshake_ms <= 50"
"""

WEB: Final = """\
# A web service: answers, closes politely, and is quick for nearly everybody.

[rules.answered]
why = "every visitor gets a connection"
where = 'service in ["80", "443", "8080", "8443"]'
expect = 'close.kind not in ["refused", "unanswered", "unreachable"]'

[rules.no-server-reset]
why = "a server that resets cuts answers short"
where = 'service in ["80", "443", "8080", "8443"]'
expect = 'not (reset and established) or close.initiator == "client"'

[rules.answers-arrive]
why = "every octet of every answer was acknowledged"
where = 'service in ["80", "443", "8080", "8443"] and established and not open and not reset'
expect = "server.every_octet_acknowledged"

[rules.handshake-time]
why = "19 of 20 visitors are connected within 200 ms"
where = 'service in ["80", "443", "8080", "8443"] and handshake_ms is known'
expect = "p95(handshake_ms) <= 200"

[rules.retransmissions]
why = "loss that visitors feel"
level = "warning"
where = 'service in ["80", "443", "8080", "8443"]'
expect = "p95(retransmission_rate) < 2%"
"""

PROFILES: Final = {
    "graceful": GRACEFUL,
    "strict": STRICT,
    "load-balancer": LOAD_BALANCER,
    "database": DATABASE,
    "web": WEB,
}
"""The text of every profile."""


@cache
def profile(name: str) -> Policy:
    """The policy of a profile. Raises: UsageError when there is none of this name."""
    if name not in PROFILES:
        raise UsageError(f"unknown profile {printable(name[:40])}; expected one of {', '.join(PROFILES)}")
    return files.read(PROFILES[name], f"profile {name}", profile)
