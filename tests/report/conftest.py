"""Three kinds of anomaly that exist while a test of this room runs, and not for any other test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import tcplife.pipeline  # noqa: F401 - the real kinds come first
from tcplife.model import catalogue
from tests.report.build import MADE_UP_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def made_up_kinds() -> Iterator[None]:
    """Publish them, and take them back."""
    real = len(catalogue.KINDS)
    for made_up in MADE_UP_KINDS:
        catalogue.publish_kind(made_up)
    yield
    for made_up in catalogue.KINDS[real:]:
        del catalogue._KIND_IDS[made_up.name]
    del catalogue.KINDS[real:]
