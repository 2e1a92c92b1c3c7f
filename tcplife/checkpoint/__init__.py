"""A run that stops and goes on: everything it knows, in a file that is whole or not there.

In: an Analysis. Out: a file, and an Analysis that goes on from it as if never stopped.
"""

from __future__ import annotations

from .saver import Saver, resume
from .store import load, save

__all__ = ["Saver", "load", "resume", "save"]
