"""Everything that can end a run, and the exit code each way of ending owns.

    TcplifeError                  2
    +-- UsageError                2   what was asked makes no sense (an expression, an option, a policy)
    +-- CheckpointError           3   a saved run is damaged or another version's
    +-- CaptureError              3   the input cannot be read, or is no capture
        +-- MissingExtraError     3   it could, with an optional library installed
Damaged input is no error but a value (`Damage`): what came before it was analysed; the cli then exits with 4.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command; the docstring table of the README is made from these."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    DAMAGED = 4
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One line for help and `explain`."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "done; nothing at or above --fail-on was found",
    Exit.FINDINGS: "findings at or above --fail-on, or a failed check",
    Exit.USAGE: "the command line, an expression or a policy makes no sense",
    Exit.UNREADABLE: "the input cannot be read or is no capture",
    Exit.DAMAGED: "the input is damaged or cut; the results are valid up to there",
    Exit.INTERRUPTED: "interrupted; what was found so far has been printed",
}


class TcplifeError(Exception):
    """Ends the run with one clear line."""

    exit_code = Exit.USAGE


class UsageError(TcplifeError):
    """What was asked makes no sense."""

    exit_code = Exit.USAGE


class CaptureError(TcplifeError):
    """The input cannot be read, or is no capture."""

    exit_code = Exit.UNREADABLE


class CheckpointError(TcplifeError):
    """What a run saved is damaged, another version's, or no checkpoint at all; nothing of it was used."""

    exit_code = Exit.UNREADABLE


class MissingExtraError(CaptureError):
    """An optional library is missing; the message names the extra to install."""
