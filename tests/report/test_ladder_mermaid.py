"""The diagrams of every sample go through the real mermaid, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.report.ladder import ladder
from tcplife.report.ladder_mermaid import BOUND, mermaid, quoted
from tests.report.browser import chromium, missing
from tests.report.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.report.browser import Browser

PACKAGE = "mermaid@11.4.1"
NAMES = sorted(path.name for path in SAMPLES.glob("*.pcap*"))
PARSE = """
const [text, done] = arguments;
mermaid.parse(text).then(found => done(found.diagramType), problem => done('no: ' + problem.message));
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page with mermaid's own bundle, as npm has it."""
    folder = tmp_path_factory.mktemp("mermaid")
    if shutil.which("npm") is None:
        missing("npm")
    packed = subprocess.run(
        ["npm", "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, check=False, timeout=120
    )
    archives = list(folder.glob("*.tgz"))
    if packed.returncode or not archives:
        missing(f"{PACKAGE} (npm pack)")
    with tarfile.open(archives[0]) as archive:
        bundle = archive.extractfile("package/dist/mermaid.min.js")
        assert bundle is not None
        (folder / "mermaid.js").write_bytes(bundle.read())
    (folder / "page.html").write_text('<!doctype html><meta charset="utf-8"><script src="mermaid.js"></script>')
    with chromium(folder / "profile") as browser:
        browser.open(folder / "page.html")
        yield browser


def parsed(page: Browser, lines: list[str]) -> str:
    return str(page.driver.execute_async_script(PARSE, "\n".join(lines)))


def test_mermaid_takes_every_sample(page: Browser) -> None:
    for name in NAMES:
        c = min(tcplife.analyze(SAMPLES / name, segments=True, details=True), key=lambda c: c.index, default=None)
        if c is not None:
            lines = mermaid(ladder(c, bound=BOUND))
            assert parsed(page, lines) == "sequence", name
            assert len("\n".join(lines)) < 50_000


def test_mermaid_refuses_what_is_none(page: Browser) -> None:
    assert parsed(page, ["sequenceDiagram", "    C->>"]).startswith("no:")


def test_any_text_is_a_message(page: Browser) -> None:
    text = "a;b #quot; <script>alert(1)</script> -->> %% : \"'`{}[]\\ \u202e\x1b end"
    assert (
        parsed(page, ["sequenceDiagram", "    participant C", "    participant S", f"    C->>S: {quoted(text)}"])
        == "sequence"
    )


def test_quoting_leaves_nothing_that_acts() -> None:
    assert not set("<>\"'`;{}[]\\&%") & set(quoted("<>\"'`{}[]\\&%").replace(";", ""))
