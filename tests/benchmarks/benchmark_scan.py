"""How fast a tree is scanned, as a whole process: cold, warm, and after one file was edited, added or removed.

Run by hand, with a checkout of about a million lines to see where the design ends::

    python tests/benchmarks/benchmark_scan.py FOLDER [--rounds 3] [--bandit PATH] [--profile]

Every figure is a process of its own, ``python -m ptmdeps scan --format json`` in a copy of FOLDER with a cache of its
own, so that starting Python, reading the cache and writing the result count. In the same run, and in turn, the floor
is measured: a process that parses the files that can hold a load and does nothing else; and as the peer, where
``--bandit`` names one, bandit with its two rules about models. Ratios are medians of rounds.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ptmdeps.scan import parallel, scan
from ptmdeps.scan.files import project_files, scope_of
from ptmdeps.scan.loaders import LOADERS, Catalogue
from ptmdeps.scan.words import words_in

SCAN = (sys.executable, "-m", "ptmdeps", "scan", "--format", "json")
_MANIFEST = '[project]\nname = "measured"\nversion = "0"\n'
_SAMPLE = 0.02
_FLOOR = """
import ast, gc, pathlib, sys, warnings
gc.disable()
warnings.simplefilter("ignore")
for file in pathlib.Path(sys.argv[1]).read_text().splitlines():
    try:
        ast.parse(pathlib.Path(file).read_bytes())
    except (SyntaxError, ValueError):
        pass
"""


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3, help="how often each figure is measured")
    parser.add_argument("--bandit", type=Path, help="the program `bandit`, to compare with")
    parser.add_argument("--profile", action="store_true", help="print where the time of the cold scan goes")
    arguments = parser.parse_args()
    if arguments.profile:
        profile(arguments.folder)
    else:
        with TemporaryDirectory(prefix="ptmdeps-benchmark-") as temporary:
            measure(arguments.folder, Path(temporary), arguments.rounds, arguments.bandit)
    return 0


def measure(source: Path, temporary: Path, rounds: int, bandit: Path | None) -> None:
    """Measure everything on a copy of a folder."""
    folder = temporary / "project"
    shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    if not (folder / "pyproject.toml").exists():
        (folder / "pyproject.toml").write_text(_MANIFEST)
    candidates = temporary / "candidates"
    lines = lines_of(folder, candidates)
    environment = {**os.environ, "PTMDEPS_CACHE": str(temporary / "cache")}
    memory(folder, environment)  # first, while no other process has been waited for

    def scanned() -> float:
        return seconds(SCAN, folder, environment)

    def cold() -> float:
        shutil.rmtree(temporary / "cache", ignore_errors=True)
        return scanned()

    peers = {"floor": lambda: seconds((sys.executable, "-c", _FLOOR, str(candidates)), folder, environment)}
    if bandit is not None:
        command = (str(bandit), "-q", "-t", "B614,B615", "-f", "json", "-r", str(folder))
        peers["bandit"] = lambda: seconds(command, folder, environment, accepted=(0, 1))
    compare(cold, peers, rounds, lines)
    time.sleep(1.1)  # what changed just before the cache was written is read again
    scanned()
    show("warm", [scanned() for _ in range(rounds)], lines)
    changes(folder, scanned, rounds, lines)
    edits(folder, scanned, rounds, lines)


def compare(cold: Callable[[], float], peers: Mapping[str, Callable[[], float]], rounds: int, lines: int) -> None:
    """Measure a cold scan and its peers in turn, so that a machine that slows down slows all of them."""
    cold()
    own: list[float] = []
    others: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        own.append(cold())
        for name, run in peers.items():
            others[name].append(run())
    show("cold", own, lines)
    for name, found in others.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(own, found, strict=True))
        show(name, found, lines, f"  cold scan = {ratio:.3f} x {name}")


def changes(folder: Path, scanned: Callable[[], float], rounds: int, lines: int) -> None:
    """Measure scans after one file was edited, added and removed; the file is one that holds a load."""
    files = [folder / file.path for file in project_files(folder)]
    edited = next((file for file in files if is_candidate(file.read_bytes())), files[0])
    added = edited.with_name("added_by_the_benchmark.py")
    found: dict[str, list[float]] = {"one file edited": [], "one file added": [], "one file removed": []}
    for number in range(rounds):
        with edited.open("ab") as stream:
            stream.write(b"\n" if edited.suffix == ".ipynb" else b"# edited %d\n" % number)
        found["one file edited"].append(scanned())
        added.write_text("from transformers import AutoModel\nAutoModel.from_pretrained('acme/added')\n")
        found["one file added"].append(scanned())
        added.unlink()
        found["one file removed"].append(scanned())
    for name, figures in found.items():
        show(name, figures, lines)


EDITS: dict[str, tuple[str, str]] = {
    "comment": (r"\Z", r"# edited {n}\n"),
    "body": (r"(?m)^( +)return .*\n(?!.*^\1return )", r"\1edited = {n}\n\g<0>"),
    "constant": (r"(?m)^([A-Z_]+ = ).+\n", r"\g<1>{n}\n"),
    "import": (r"(?m)^(?=from (?!__future__)|import )", r"from edited_{n} import edited_{n}\n"),
}
"""Edits of a file of Python, as a pattern and what is put there; ``{n}`` is another number each time."""


def edits(folder: Path, scanned: Callable[[], float], rounds: int, lines: int) -> None:
    """Measure scans after an edit of a module that few and one that many files import, put back each time."""
    for kind, file in zip(("leaf", "widely imported"), ends(folder), strict=True):
        print(f"{kind}: {file.relative_to(folder)}")
        original = file.read_bytes()
        for name, (pattern, new) in EDITS.items():
            figures: list[float] = []
            for number in range(rounds):
                text = re.sub(pattern, new.format(n=number), original.decode(), count=1)
                if text.encode() == original:
                    break
                file.write_text(text)
                figures.append(scanned())
            if figures:
                show(f"{kind[:6]} {name}", figures, lines)
            file.write_bytes(original)
            scanned()


def ends(folder: Path) -> tuple[Path, Path]:
    """Return the largest module that one other file imports by its name, and the one that most do."""
    files = [folder / file.path for file in project_files(folder) if file.path.endswith(".py")]
    counts = Counter(word for file in files for word in words_in(file.read_bytes()).imports)
    modules = [file for file in files if is_candidate(file.read_bytes()) and scope_of(str(file)) == "main"]
    few = [file for file in modules if counts[file.stem] == 1]
    return max(few or modules, key=lambda file: file.stat().st_size), max(modules, key=lambda file: counts[file.stem])


def memory(folder: Path, environment: Mapping[str, str]) -> None:
    """Print the peak memory of a cold scan: of its largest process, and of all with shared pages counted once."""
    with subprocess.Popen(SCAN, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
        peaks: list[int] = [0]
        sampler = threading.Thread(target=sample, args=(process, peaks))
        sampler.start()
        failed = process.wait()
        sampler.join()
    if failed:
        raise RuntimeError(f"{' '.join(SCAN)} failed")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"peak memory {largest / 1024:.0f} MB in one process at most, {max(peaks) / 1024:.0f} MB in all (PSS)")


def sample(process: subprocess.Popen[bytes], peaks: list[int]) -> None:
    """Note the memory of a process and those that it started until it ends, in kibibytes."""
    while process.poll() is None:
        peaks.append(sum(map(proportional_size, family(process.pid))))
        time.sleep(_SAMPLE)


def family(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def proportional_size(pid: int) -> int:
    """Return the memory of a process where what it shares counts in part; nothing if it has gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def seconds(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], accepted: tuple[int, ...] = (0,)
) -> float:
    """Seconds that a whole process takes; raises if it fails."""
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    elapsed = time.perf_counter() - begin
    if done.returncode not in accepted:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return elapsed


def show(name: str, figures: Sequence[float], lines: int, more: str = "") -> None:
    """Print one row: the best and the median of some runs."""
    best, median = min(figures), statistics.median(figures)
    print(f"{name:18} best {best:7.3f} s  median {median:7.3f} s  {lines / best:12,.0f} lines/s{more}", flush=True)


def lines_of(folder: Path, candidates: Path) -> int:
    """Print how large a folder is and return its lines of code; the files that can hold a load are listed in one."""
    contents = {folder / file.path: (folder / file.path).read_bytes() for file in project_files(folder)}
    lines = sum(content.count(b"\n") for content in contents.values())
    found = [str(file) for file, content in contents.items() if file.suffix == ".py" and is_candidate(content)]
    candidates.write_text("\n".join(found))
    print(f"{len(contents)} files, {lines:,} lines, {len(found)} files of Python that can hold a load")
    return lines


_CATALOGUE = Catalogue(LOADERS)


def is_candidate(content: bytes) -> bool:
    """Whether a file of Python can hold a load at all."""
    return _CATALOGUE.is_candidate(content)


def profile(folder: Path) -> None:
    """Print the functions that take most of a cold scan, done by one process."""
    parallel._MOST = 1  # a profile sees its own process alone
    profiler = cProfile.Profile()
    profiler.runcall(scan, folder)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
