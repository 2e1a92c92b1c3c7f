"""The closed vocabularies of text fields, so that a misspelt word is an error and not a rule that never holds."""

from __future__ import annotations

from ..model.close_kinds import CLOSE_KINDS
from ..model.names import ROLES, STATES, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

STATE_WORDS: Final = tuple(str(state) for state in STATES)
ROLE_WORDS: Final = tuple(str(role) for role in ROLES)
SEVERITY_WORDS: Final = tuple(severity.word for severity in Severity)
ZEEK_STATES: Final = (
    "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH",
)  # fmt: skip
"""Zeek's conn_state letters (base/protocols/conn/main.zeek)."""
CLOSE_WORDS: Final = ("open", *CLOSE_KINDS)
"""How a connection ends; "open" while it has not."""
