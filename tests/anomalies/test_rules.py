"""Our own kinds, packet by packet: each scene gets exactly the kinds it lists, with their values and packets."""

from __future__ import annotations

import pytest

from tests.anomalies import scene
from tests.anomalies.scenes import SCENES


@pytest.mark.parametrize("name", SCENES)
def test_scene_gets_exactly_its_kinds(name: str) -> None:
    wrong = scene.differences(SCENES[name])
    assert not wrong, f"{name}:\n" + "\n".join(wrong)
