"""The compiled form, if this is one, and plain Python say the same of the same octets."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import tcplife
from tcplife.decode.decoder import Decoder
from tcplife.model.compiled import COMPILED  # noqa: F401 - the other process asks
from tcplife.model.names import Skip
from tcplife.model.segment import Segment

from . import catalogue

ROOT = Path(__file__).parents[2]
SEED, HOW_MANY = 11, 6000


def lines() -> list[str]:
    """Decode many changed frames with one decoder; a line of everything that came out of each."""
    rng = random.Random(SEED)
    frames = [frame for frame in catalogue.every().values() if frame.octets]
    decoder = Decoder(checksums=True)
    s = Segment()
    out = []
    for n in range(HOW_MANY):
        frame = rng.choice(frames)
        octets = bytearray(frame.octets)
        for _ in range(rng.randint(0, 4)):
            octets[rng.randrange(min(len(octets), 130))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        whole = bytes(octets[: rng.randint(1, len(octets))] if rng.random() < 0.3 else octets)
        s.packet, s.ts_ns, s.wire_len = n, frame.ts_ns + n * 10**8, frame.length
        code = decoder.decode(whole, 0, len(whole), frame.length, frame.link, s)
        fields = [getattr(s, name) for name in sorted(Segment.__slots__)]
        copied = decoder.octets(s.opt_at, s.payload_end).hex() if code == Skip.TCP.code else ""
        out.append(f"{code} {fields} {decoder.tunnels[s.tunnel]} {copied}")
    return [*out, str(decoder.fragments_held()), str(decoder.fragments_lost)]


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    ours = lines()
    leave = shutil.ignore_patterns("*.so", "*.pyd", "*.c", "__pycache__")
    shutil.copytree(Path(tcplife.__file__).parent, tmp_path / "tcplife", ignore=leave)
    shutil.copytree(ROOT / "tests" / "decode", tmp_path / "tests" / "decode", ignore=leave)
    code = "import tests.decode.test_forms as t; assert not t.COMPILED; print(*t.lines(), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    theirs = done.stdout.splitlines()
    assert len(ours) == len(theirs)
    different = [(n, a, b) for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    assert different[:3] == []
