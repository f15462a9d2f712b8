"""How much of what real PyTorch Hub repositories download is found without running them.

``python tests/benchmarks/measure_hubconf.py GITDIR…`` reads the commit ``HEAD`` of each bare repository or ``.git``
folder, calls every entry point so that it loads weights (with its defaults, or with ``pretrained=True`` or
``weights='DEFAULT'`` where the defaults leave the weights out), and prints a table as Markdown: entry points, how many
load weights, of how many of them everything is known, and what is missed and why. With ``--list`` also each URL, to be
compared with the source by hand; with ``--most=N`` at most N entry points of a repository, evenly spread over their
sorted names, are called. The process ends with 1 if less than nine in ten are resolved.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.hubconf import EntryPoint, Weights, read_hubconf, weights_of_each

BAR = 0.9


class GitSource:
    """The files of one commit of a git repository."""

    def __init__(self, folder: str, commit: str = "HEAD") -> None:
        self._git = ("git", "--git-dir", folder)
        self.commit = self._run("rev-parse", commit).decode().strip()
        listing = self._run("ls-tree", "-r", "-z", commit).decode(errors="surrogateescape")
        entries = (line.split("\t", 1) for line in listing.split("\0") if line)
        self._objects = {path: kind.split()[2] for kind, path in entries if kind.split()[1] == "blob"}

    @property
    def paths(self) -> Collection[str]:
        """Paths of all files."""
        return self._objects

    def read(self, path: str) -> bytes:
        """Bytes of one file; :class:`FileNotFoundError` if the repository does not have them."""
        try:
            return self._run("cat-file", "blob", self._objects[path])
        except subprocess.CalledProcessError:
            raise FileNotFoundError(path) from None

    def _run(self, *arguments: str) -> bytes:
        return subprocess.run((*self._git, *arguments), capture_output=True, check=True).stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was found in one repository; of each entry point that loads weights: the call, and what it loads."""

    name: str
    commit: str
    entrypoints: int
    loading: tuple[tuple[str, Weights], ...]
    by_argument: int
    seconds: float

    @property
    def resolved(self) -> int:
        """Calls of which everything is known."""
        return sum(not weights.unknown for _, weights in self.loading)


def loading_calls(entry: EntryPoint) -> tuple[str, ...]:
    """Calls of an entry point, the one that should load weights first."""
    pretrained, weights = f"{entry.name}(pretrained=True)", f"{entry.name}(weights='DEFAULT')"
    if "pretrained=False" in entry.signature:
        return pretrained, entry.name
    if "weights=None" in entry.signature:
        return weights, pretrained, entry.name
    return (entry.name, pretrained) if "**" in entry.signature else (entry.name,)


def measure(folder: str, most: int) -> Measured:
    """Follow the entry points of a repository."""
    begin = time.perf_counter()
    source = GitSource(folder)
    entries = read_hubconf(source).entrypoints
    chosen = entries[:: max(1, -(-len(entries) // most))]
    calls = [call for entry in chosen for call in loading_calls(entry)]
    answers = dict(zip(calls, weights_of_each(source, calls), strict=True))
    loading: list[tuple[str, Weights]] = []
    by_argument = 0
    for entry in chosen:
        call, found = first_loading(entry, answers)
        if found.unknown and all("is not given where" in one.reason for one in found.unknown):
            by_argument += 1
        elif found.files or found.models or found.unknown:
            loading.append((call, found))
    path = Path(folder)
    named = path if path.suffix == ".git" and path.stem else next(one for one in path.parents if one.name != "repo")
    return Measured(
        name=named.name.removesuffix(".git").replace("+", "/"),
        commit=source.commit[:12],
        entrypoints=len(chosen),
        loading=tuple(loading),
        by_argument=by_argument,
        seconds=time.perf_counter() - begin,
    )


def first_loading(entry: EntryPoint, answers: dict[str, Weights]) -> tuple[str, Weights]:
    """The first call that loads files, or else a model, or else something that is not known."""
    tried = [(call, answers[call]) for call in loading_calls(entry)]
    for kind in ("files", "models", "unknown"):
        found = next((one for one in tried if getattr(one[1], kind)), None)
        if found is not None:
            return found
    return tried[0]


def lines(results: Sequence[Measured], *, listed: bool) -> Iterator[str]:
    """The table, and below it what is missed."""
    yield "| repository | commit | entry points | load weights | resolved | missed | by argument | seconds |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in results:
        missed = len(one.loading) - one.resolved
        numbers = (one.entrypoints, len(one.loading), one.resolved, missed, one.by_argument, f"{one.seconds:.1f}")
        yield f"| {one.name} | `{one.commit}` | {' | '.join(map(str, numbers))} |"
    loading, resolved = sum(len(one.loading) for one in results), sum(one.resolved for one in results)
    yield f"\n{resolved} of {loading} entry points that load weights are resolved: {resolved / max(1, loading):.1%}\n"
    for one in results:
        for call, weights in one.loading:
            if listed:
                yield f"{one.name} {call}"
                yield from (f"    {file.url} -> {file.folder or '(torch)'}/{file.file_name}" for file in weights.files)
                yield from (f"    {model.key} {model.ref} {model.entrypoint}" for model in weights.models)
            for miss in weights.unknown:
                yield f"missed: {one.name} {call}: {miss.expression}: {miss.reason} ({miss.evidence})"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say whether the bar is met."""
    folders = [one for one in arguments if not one.startswith("-")]
    most = next((int(one.partition("=")[2]) for one in arguments if one.startswith("--most=")), 10_000)
    results: list[Measured] = []
    for folder in folders:
        print(f"reading {folder}", file=sys.stderr)
        results.append(measure(folder, most))
    for line in lines(sorted(results, key=lambda one: one.name.lower()), listed="--list" in arguments):
        print(line)
    loading = sum(len(one.loading) for one in results)
    return int(sum(one.resolved for one in results) < BAR * loading)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
