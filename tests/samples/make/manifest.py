"""Recipes and finished captures in, sample_pcaps/MANIFEST.toml out and in again. Refuses to know: TCP."""

from __future__ import annotations

import gzip
import json
import platform
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from tests.samples.make.catalogue import Recipe

SAMPLES = Path(__file__).parents[3] / "sample_pcaps"
MANIFEST = SAMPLES / "MANIFEST.toml"
LICENCE = "MIT"
HEADING = "# Every capture of this folder. Written by `python -m tests.samples.make`, which makes them again.\n"


class Entry(TypedDict):
    """One `[[capture]]` table: its origin and what it teaches; lessons by number, packets counted by tcpdump."""

    file: str
    lessons: list[int]
    shows: str
    origin: str
    made_with: str
    date: str
    script: str
    licence: str
    packets: int


def tool(name: str) -> str:
    """Return the path of a program. Raises: FileNotFoundError when it is not installed."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise FileNotFoundError(name)
    return found


def uncompressed(path: Path) -> bytes:
    """Return the octets of a capture, unpacked when its name says gzip."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def count_packets(path: Path) -> int:
    """Return how many packets the real tcpdump finds. Raises: CalledProcessError when it cannot read to the end."""
    command = [tool("tcpdump"), "--count", "-r", "-"]
    done = subprocess.run(command, input=uncompressed(path), capture_output=True, check=True)
    return int(done.stdout.split()[0])


def read() -> dict[str, Entry]:
    """Return the manifest's entries by file name; none when there is no manifest yet."""
    if not MANIFEST.exists():
        return {}
    table = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return {entry["file"]: entry for entry in table["capture"]}


def made_with(recipe: Recipe) -> str:
    """Return the versions that matter: the kernel and tcpdump for captured traffic, Python for a script's."""
    if not recipe.root:
        return f"Python {platform.python_version()}"
    said = subprocess.run([tool("tcpdump"), "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"tcpdump version (\S+)", said)
    # the release's first two numbers: what follows names one machine's build, not the stack
    kernel = ".".join(platform.release().split(".")[:2])
    return f"Linux {kernel}, tcpdump {version[1] if version else 'unknown'}, Python {platform.python_version()}"


def enter(recipe: Recipe) -> list[Entry]:
    """Write the captures just made into the manifest and return their entries."""
    made = [
        Entry(
            file=file,
            lessons=list(recipe.lessons),
            shows=recipe.shows,
            origin=recipe.origin,
            made_with=made_with(recipe),
            date=datetime.now(tz=UTC).date().isoformat(),
            script=recipe.script,
            licence=LICENCE,
            packets=count_packets(SAMPLES / file),
        )
        for file in recipe.files
    ]
    still_there = {file: entry for file, entry in read().items() if (SAMPLES / file).exists()}
    entries = still_there | {entry["file"]: entry for entry in made}
    tables = [table(entries[file]) for file in sorted(entries)]
    MANIFEST.write_text("\n".join([HEADING, *tables]), encoding="utf-8")
    return made


def table(entry: Entry) -> str:
    """Return one entry as TOML; JSON's strings, numbers and lists are TOML's too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    return "\n".join(["[[capture]]", *lines, ""])
