"""`python -m tests.samples.make NAME...`: make the named captures again (root, for those with real sockets)."""

from __future__ import annotations

import argparse
import os
import sys

from tests.samples.make import catalogue, manifest


def main() -> int:
    """Make what the command line names; return 2 for an unknown name, 1 where root is missing."""
    recipes = catalogue.every()
    parser = argparse.ArgumentParser(prog="python -m tests.samples.make", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="capture to make, without .pcap")
    parser.add_argument("--list", action="store_true", help="print every name with what it shows")
    parser.add_argument("--all", action="store_true", help="make every capture")
    chosen = parser.parse_args()
    if chosen.list:
        print("\n".join(f"{name:32} {entry.shows}" for name, entry in recipes.items()))
        return 0
    names = list(recipes) if chosen.all else chosen.names
    unknown = [name for name in names if name not in recipes]
    if unknown or not names:
        parser.error("no such capture: " + ", ".join(unknown) if unknown else "no NAME given")
    for name in names:
        if recipes[name].root and os.geteuid() != 0:
            print(f"{name}: needs root, for network namespaces", file=sys.stderr)
            return 1
        recipes[name].make(manifest.SAMPLES / recipes[name].files[0])
        for entry in manifest.enter(recipes[name]):
            print(f"{entry['file']}: {entry['packets']} packets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
