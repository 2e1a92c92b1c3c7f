"""Whether the hot rooms run as compiled code or as plain Python (`tcplife --version` says it)."""

from __future__ import annotations

from . import segment as _segment

COMPILED = not _segment.__file__.endswith(".py")
"""True when the hot rooms were compiled by Cython; results are the same either way."""
