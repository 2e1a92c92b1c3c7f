"""Where the sample captures are, and an Output that keeps what is written."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"


class Kept:
    """An Output: octets in `written`, and how often it was flushed."""

    def __init__(self) -> None:
        self.written = b""
        self.flushes = 0

    def write(self, octets: bytes | memoryview) -> None:
        """Keep them."""
        self.written += octets

    def flush(self) -> None:
        """Count."""
        self.flushes += 1

    @property
    def text(self) -> str:
        """What was written, as text."""
        return self.written.decode()
