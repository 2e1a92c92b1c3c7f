"""The file: a line that says what it is, what a run remembers line by line, a checksum over all of it.

In: lines. Out: the same lines, or a CheckpointError and none of them. Written beside its place, flushed to the disk and
moved there, so that at any moment the old file or the new one is there, whole.
"""

from __future__ import annotations

import os
from hashlib import sha256

from ..errors import CheckpointError
from .classes import FINGERPRINT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, Final

MAGIC: Final = b"tcplife checkpoint"
FORMAT: Final = 1
HEAD: Final = b"%s %d %s\n" % (MAGIC, FORMAT, FINGERPRINT.encode())
SUM: Final = b"sha256 "
SUM_OCTETS: Final = len(SUM) + 64 + 1
BLOCK: Final = 1 << 20


def save(path: str, lines: Iterable[str]) -> None:
    """Write the lines; the file appears whole or stays what it was. Raises: OSError."""
    beside = f"{path}.{os.getpid()}.part"
    try:
        with open(beside, "wb") as file:  # noqa: PTH123 - plain paths throughout
            total = sha256(HEAD)
            file.write(HEAD)
            for line in lines:
                octets = line.encode() + b"\n"
                total.update(octets)
                file.write(octets)
            file.write(SUM + total.hexdigest().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)  # noqa: PTH105 - likewise
    except BaseException:
        if os.path.exists(beside):  # noqa: PTH110 - likewise
            os.unlink(beside)  # noqa: PTH108 - likewise
        raise
    _settle(os.path.dirname(path) or ".")  # noqa: PTH120 - likewise


def _settle(directory: str) -> None:
    """Let the directory's entry reach the disk, too, where the system can do that."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def load(path: str) -> Iterator[str]:
    """Return the lines, once all of the file has been found sound.

    Raises: CheckpointError when it is none, another version's, cut or changed; OSError when it cannot be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - plain paths throughout
        _verify(path, file)
        file.seek(len(HEAD))
        left = os.fstat(file.fileno()).st_size - len(HEAD) - SUM_OCTETS
        while left > 0:
            line = file.readline()
            left -= len(line)
            yield line[:-1].decode()


def _verify(path: str, file: BinaryIO) -> None:
    head = file.readline(len(HEAD) + BLOCK)
    if not head.startswith(MAGIC + b" "):
        raise CheckpointError(f"{path}: is no checkpoint of tcplife")
    if head != HEAD:
        raise CheckpointError(
            f"{path}: was saved by another version of tcplife (or is damaged); finish it with that one, or remove it"
        )
    total = sha256(head)
    left = os.fstat(file.fileno()).st_size - len(head) - SUM_OCTETS
    while left > 0:
        octets = file.read(min(left, BLOCK))
        if not octets:
            break
        total.update(octets)
        left -= len(octets)
    if file.read() != SUM + total.hexdigest().encode() + b"\n":
        raise CheckpointError(f"{path}: is damaged or cut (its checksum is wrong); nothing of it was used")
