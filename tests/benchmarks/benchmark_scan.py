"""How fast a tree is scanned: cold, warm, and after one file was edited.

Run by hand, with a checkout of about a million lines to see where the design ends::

    python tests/benchmarks/benchmark_scan.py FOLDER [--profile] [--runs 3]

Prints seconds, lines a second and, as the floor of the same run, the time it takes to parse the files that can hold
a load with ``ast.parse`` and to do nothing else. The edited file is a copy: FOLDER is not changed.
"""

from __future__ import annotations

import argparse
import ast
import cProfile
import gc
import pstats
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from ptmdeps.scan import ScanCache, ScanResult, scan
from ptmdeps.scan.files import project_files
from ptmdeps.scan.loaders import LOADERS, Catalogue


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", action="store_true", help="print where the time of the cold scan goes")
    parser.add_argument("--runs", type=int, default=3, help="take the best of so many runs")
    arguments = parser.parse_args()
    if arguments.profile:
        profile(arguments.folder)
        return 0
    files = project_files(arguments.folder)
    contents = [(arguments.folder / file.path).read_bytes() for file in files]
    lines = sum(content.count(b"\n") for content in contents)
    candidates = [content for content in contents if Catalogue(LOADERS).is_candidate(content)]
    print(f"{len(files)} files, {lines:,} lines, {len(candidates)} files that can hold a load")
    del contents
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "project"
        shutil.copytree(arguments.folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        cache = ScanCache(Path(temporary) / "cache")
        floor = best(arguments.runs, lambda: parse_all(candidates))
        show("floor: parse candidates", floor, lines)
        show("cold", best(arguments.runs, lambda: scan(copy)), lines, floor)
        scan(copy, cache=cache)
        time.sleep(1.1)  # what changed just before the cache was written is read again
        result = scan(copy, cache=cache)
        show("warm", best(arguments.runs, lambda: scan(copy, cache=cache)), lines)
        show("one file edited", edited(copy, result, cache), lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(result.references)} references, {len(result.unresolved)} unresolved, {len(result.local)} local")
    print(f"peak memory {peak} MB; the cache is {cache.path.name}")
    return 0


def best(runs: int, run: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    found = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def parse_all(contents: list[bytes]) -> None:
    """Parse every file with the collector off, as the scan does."""
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in contents:
            try:
                ast.parse(content)
            except (SyntaxError, ValueError):
                continue
    gc.enable()


def edited(folder: Path, result: ScanResult, cache: ScanCache) -> float:
    """Seconds of a scan after a comment was added to the first file with a reference."""
    file = folder / (result.references[0].location.path if result.references else "app.py")
    with file.open("a") as stream:
        stream.write("# edited\n")
    start = time.perf_counter()
    scan(folder, cache=cache)
    return time.perf_counter() - start


def show(name: str, seconds: float, lines: int, floor: float | None = None) -> None:
    """Print one row."""
    ratio = f"  {seconds / floor:4.1f} x floor" if floor else ""
    print(f"{name:26} {seconds:8.3f} s  {lines / seconds:14,.0f} lines/s{ratio}")


def profile(folder: Path) -> None:
    """Print the functions that take most of a cold scan."""
    profiler = cProfile.Profile()
    profiler.runcall(scan, folder)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
