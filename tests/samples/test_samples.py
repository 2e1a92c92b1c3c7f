"""Every capture of sample_pcaps/ is listed, readable by the real tcpdump, and has a recipe that makes it again."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.samples.make import catalogue, manifest

TRACE = Path(__file__).with_name("wget-trace.txt")
ENTRIES = manifest.read()
NO_CAPTURES = {"MANIFEST.toml", "README.md"}
LESSONS = range(1, 15)
FIRST_CLIENT_PORT = 32768  # Linux's first ephemeral port
NEEDS_ROOT = "making captures needs root, for network namespaces"
ENOUGH_FOR_ONE, ENOUGH_FOR_ALL = 200_000, 3_000_000  # octets: a clone stays quick


def tcpdump() -> str:
    """Return the real tcpdump; without one, skip on a desk and fail in CI."""
    found = shutil.which("tcpdump") or shutil.which("tcpdump", path="/usr/sbin:/sbin")
    if found is None:
        reason = "needs the real tcpdump (Debian package tcpdump)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_wget_is_the_trace_line_by_line() -> None:
    done = subprocess.run(
        [tcpdump(), "-nr", str(manifest.SAMPLES / "wget.pcap")],
        env={"TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == TRACE.read_text(encoding="ascii").splitlines()


def test_wget_is_made_again_octet_by_octet(tmp_path: Path) -> None:
    catalogue.every()["wget"].make(tmp_path / "wget.pcap")
    assert (tmp_path / "wget.pcap").read_bytes() == (manifest.SAMPLES / "wget.pcap").read_bytes()


def test_every_file_is_listed_and_every_entry_has_its_file() -> None:
    there = {path.name for path in manifest.SAMPLES.iterdir()} - NO_CAPTURES
    assert there == set(ENTRIES)


def test_every_recipe_is_made_and_the_manifest_says_what_the_recipe_says() -> None:
    recipes = {file: made for made in catalogue.every().values() for file in made.files}
    assert set(recipes) == set(ENTRIES)
    for file, made in recipes.items():
        said = ENTRIES[file]
        assert (said["shows"], said["origin"], said["script"]) == (made.shows, made.origin, made.script), file
        assert tuple(said["lessons"]) == made.lessons, file


def test_every_lesson_has_a_capture() -> None:
    taught = {lesson for entry in ENTRIES.values() for lesson in entry["lessons"]}
    assert taught == set(LESSONS)


@pytest.mark.parametrize("file", sorted(ENTRIES))
def test_entry_is_complete(file: str) -> None:
    entry = ENTRIES[file]
    assert set(entry) == manifest.Entry.__required_keys__
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"])
    assert entry["shows"].endswith(".")
    assert (manifest.SAMPLES.parent / entry["script"]).is_file()
    assert all((entry["origin"], entry["made_with"], entry["licence"]))


@pytest.mark.parametrize("file", sorted(ENTRIES))
def test_tcpdump_reads_every_packet(file: str) -> None:
    path = manifest.SAMPLES / file
    octets = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    done = subprocess.run([tcpdump(), "--count", "-r", "-"], input=octets, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == ENTRIES[file]["packets"] > 0


# what the lesson looks like: who sends which flags, > the client, < the server, as a regular expression
LESSON_SHAPES = {
    "close_three": r">S <S\. >\. .* >F\. <F\. >\.$",
    "close_four_by_client": r">S <S\. >\. .* >F\. <\. <F\. >\.$",
    "close_four_by_server": r">S <S\. >\. .* <F\. >\. >F\. <\.$",
    "half_close": r">F\. <\. <\. (<P\. >\. ){5}<F\. >\.$",
    "simultaneous_open": r"^>S <S >S\. <S\. >\. <\. ",
    "simultaneous_close": r">F\. <F\. >\. <\.$",
    "stale_syn": r"^>S <S\. >R >S <S\. >\. ",
    "stale_syn_alone": r"^>S <S\. >R$",
    "half_open_syn": r" >S <\. >R >S <S\. >\. ",
    "half_open_data": r" <P\. >R$",
    "syn_repeated": r"^>S >S >S <S\. >\. ",
    "syn_ack_repeated": r"^>S <S\. <S\. >\. ",
    "handshake_ack_lost": r"^>S <S\. >\. <S\. >\. ",
    "fin_repeated": r" >F\. >F\. <F\. >\.$",
    "last_ack_lost": r" >F\. <\. <F\. >\. <F\. >\.$",
    "fin_before_data": r" >F\. <\. >P\. ",
    "refused": r"^>S <R\.$",
    "unanswered": r"^>S >S >S$",
    "reset_in_syn_received": r"^>S <S\. >\. >R\.$",
    "reset_in_fin_wait_1": r" >F\. >R\.",
    "reset_in_fin_wait_2": r" >F\. <\. >R\.$",
    "reset_in_close_wait": r" >F\. <\. <R\.$",
    "reset_unread_data": r" >P\. <\. <R\.$",
    "reset_by_client": r" >\. >R\.$",
    "reset_fin_wait_2_timeout": r" >F\. <\. <F\. >R$",
    "reset_time_wait": r" <F\. >\. <R <F\. >R$",
    "reset_never_accepted": r" <R\.?$",
    "reset_challenged": r" <R >\. <R >P\. ",
    "keep_alive_answered": r" (<\. >\. ){3}>P\. ",
    "keep_alive_dead_peer": r" (<\. ){4}<R\.$",
    "keep_alive_classic": r" (<\. ){10}<R\.$",
    "options_ecn": r"^>SEW <S\.E .*<\.E .*>P?\.W ",
}


def shape(path: Path) -> str:
    """Return the flags of every segment in tcpdump's letters, the well-known port taken for the server."""
    done = subprocess.run([tcpdump(), "-nr", str(path)], capture_output=True, text=True, check=True)
    seen = re.findall(r"IP6? \S+\.(\d+) > .*?Flags \[(.*?)\]", done.stdout)
    return " ".join(("<" if int(port) < FIRST_CLIENT_PORT else ">") + letters for port, letters in seen)


@pytest.mark.parametrize("name", LESSON_SHAPES)
def test_capture_shows_its_lesson(name: str) -> None:
    assert re.search(LESSON_SHAPES[name], shape(manifest.SAMPLES / f"{name}.pcap"))


@pytest.mark.parametrize("name", ["close_three", "stale_syn", "handshake_ack_lost", "simultaneous_close"])
def test_capture_made_again_shows_the_same(name: str, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        if os.environ.get("CI") == "true":
            pytest.fail(NEEDS_ROOT)
        pytest.skip(NEEDS_ROOT)
    catalogue.every()[name].make(tmp_path / "again.pcap")
    assert re.search(LESSON_SHAPES[name], shape(tmp_path / "again.pcap"))


def test_the_folder_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in manifest.SAMPLES.iterdir()}
    assert {name: size for name, size in sizes.items() if size > ENOUGH_FOR_ONE} == {}
    assert sum(sizes.values()) < ENOUGH_FOR_ALL
