"""Imports every module of rules, in the order in which their kinds are numbered."""

from __future__ import annotations

from . import lifecycle as _lifecycle  # noqa: F401
