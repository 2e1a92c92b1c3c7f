"""`tcplife extract`: whole connections into a capture of their own, redacted if wanted."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from ..errors import Exit, UsageError
from ..model.totals import Options
from . import options as shared
from .output import OutputFile
from .run import is_live, open_input, options_of, tell
from .select import Selection, selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    from ..capture.reader import Reader
    from ..extract.cut import Cut, Wish
    from ..extract.mapping import Mapping

SECOND_NS: Final = 1_000_000_000
SUFFIXES: Final = {".pcap": False, ".cap": False, ".pcapng": True}
SELECTORS: Final = ("connection", "host", "port", "state", "anomaly", "severity", "filter_text")

_EPILOG = """Exit codes: 0 done, 1 no connection was chosen and nothing written, 2 usage, 3 input unreadable or no
capture, 4 input damaged or cut (what was there is written)."""


@click.command(epilog=_EPILOG, short_help="Whole connections into a capture of their own.")
@shared.captures_argument
@click.option("-w", "--write", "target", required=True, metavar="OUT.pcap[ng]", help="Where to write.")
@click.option("--redact", is_flag=True, help="Blank payload; map addresses and ports, the same way everywhere.")
@click.option("--keep-prefixes", is_flag=True, help="With --redact: addresses of one network stay together.")
@click.option(
    "--key", metavar="TEXT", help="With --keep-prefixes: the same key maps the same way in every run (default: random)."
)
@click.option(
    "--shift-time",
    metavar="SECONDS|DATE",
    help="Add so many seconds to every time (-3600), or let the first record be at this date (2000-01-01).",
)
@click.option(
    "--assert",
    "policy",
    metavar="POLICY.toml",
    help="Also write a policy for 'tcplife check' that holds on the result.",
)
@shared.bpf_option
@shared.selection_options
@shared.analysis_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
@click.option("-v", "--verbose", count=True, help="Tell what was odd about the input.")
def extract(captures: tuple[str, ...], **given: Any) -> int:
    """Write whole connections: their segments with tunnels, fragments and the ICMP errors about them.

    Choose them as in analyze: --connection N, --filter EXPR, --host... (nothing: all connections). The capture is read
    three times; what comes through a pipe is kept on disk meanwhile.
    """
    from .. import pipeline  # noqa: F401 - its rooms publish the kinds that --anomaly may name

    wish = _wish(given)
    chosen = selection(**{name: given[name] for name in SELECTORS})
    options = options_of(given, segments=True)
    with tempfile.TemporaryDirectory(prefix="tcplife-") as folder:
        names = _kept(captures, Path(folder))
        made = _write(lambda: open_input(names, live=False, bpf=given["bpf"]), options, chosen, wish, given)
    tell(made.totals, verbose=given["verbose"])
    if not made.connections:
        click.echo(f"tcplife: none of {made.totals.connections:,} connections was chosen; nothing written", err=True)
        return Exit.DAMAGED if made.totals.damages else Exit.FINDINGS
    if not given["quiet"]:
        blanks = f" ({made.blanks} of them blank, to keep the time)" if made.blanks else ""
        click.echo(
            f"{given['target']}: {made.connections:,} of {made.totals.connections:,} connections, "
            f"{made.records:,} of {made.totals.records:,} records{blanks}",
            err=True,
        )
    return Exit.DAMAGED if made.totals.damages else Exit.DONE


class _NothingChosenError(Exception):
    """Ends the writing so that no file appears."""


def _write(again: Callable[[], Reader], options: Options, chosen: Selection, wish: Wish, given: dict[str, Any]) -> Cut:
    """Write the capture, and the policy about it; either both appear or none."""
    from ..extract.cut import Cut, cut
    from ..model.totals import Totals

    made = Cut(Totals())
    try:
        with OutputFile(given["target"]) as output:
            policy = given["policy"]
            kept = tempfile.TemporaryFile() if policy else None  # noqa: SIM115 - closed below
            try:
                made = cut(again, options, chosen.matches, _into(output.write, kept), wish)
                if not made.connections:
                    raise _NothingChosenError
                if kept is not None:
                    _assert(kept, options, policy, given["target"])
            finally:
                if kept is not None:
                    kept.close()
    except _NothingChosenError:
        pass
    return made


def _into(write: Callable[[bytes], object], kept: Any) -> Callable[[bytes], object]:
    """Write to both: the policy is made from what was written."""
    if kept is None:
        return write

    def both(octets: bytes) -> None:
        write(octets)
        kept.write(octets)

    return both


def _assert(kept: Any, options: Options, policy: str, target: str) -> None:
    from ..extract.assertion import assertion

    kept.seek(0)
    text = assertion(kept, options, Path(target).name)
    with OutputFile(policy) as output:
        output.write(text.encode())


def _kept(captures: Sequence[str], folder: Path) -> list[str]:
    """The captures' names; a pipe is written down first, since it is read three times."""
    if not is_live(captures):
        return list(captures)
    from ..capture.source import opened

    place = folder / "standard input"
    with place.open("wb") as file, opened(0 if captures[0] == "-" else captures[0], captures[0]) as pipe:
        shutil.copyfileobj(pipe, file)
    return [str(place)]


def _wish(given: dict[str, Any]) -> Wish:
    """What the options ask for. Raises: UsageError when they make no sense together."""
    from ..extract.cut import Wish

    suffix = Path(given["target"]).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"-w {given['target']}: name it .pcap or .pcapng, so that its format is clear (not compressed)"
        )
    if given["keep_prefixes"] and not given["redact"]:
        raise UsageError("--keep-prefixes says how to --redact: give both")
    if given["key"] is not None and not given["keep_prefixes"]:
        raise UsageError("--key belongs to --keep-prefixes")
    shift_ns, start_ns = _times(given["shift_time"])
    return Wish(SUFFIXES[suffix], _mapping(given) if given["redact"] else None, shift_ns, start_ns)


def _mapping(given: dict[str, Any]) -> Callable[[set[int]], Mapping]:
    from hashlib import sha256

    from ..extract.mapping import Mapping, fresh_key

    key: bytes | None = None
    if given["keep_prefixes"]:
        key = fresh_key() if given["key"] is None else sha256(given["key"].encode("utf-8", "surrogateescape")).digest()
    return lambda ports: Mapping(ports, key=key)


def _times(text: str | None) -> tuple[int, int | None]:
    """Nanoseconds to add, or nanoseconds since the epoch of the first record. Raises: UsageError."""
    if text is None:
        return 0, None
    try:
        return round(float(text) * SECOND_NS), None
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--shift-time {text!r}: neither seconds nor a date like 2000-01-01") from None
    return 0, int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()) * SECOND_NS
