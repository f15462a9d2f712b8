"""``kill -9`` at chosen moments of a command, and what must hold afterwards."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from embedded_hub.faults import Then
from tests.faults.world import Listing, Outcome, Process, World, ended, listing, wrong_files

SWITCH = Path(__file__).with_name("kill_switch")
_CLIENTS_DUST = re.compile(
    r"^CACHEDIR\.TAG$|/(blobs/(tmp_[^/]*|[^/]*\.incomplete)|tmp[a-z0-9_]{8}(/dummy_file_(src|dst))?)$"
)
_LITTER = (".ptm-building-", ".ptm.lock.", ".ptm.toml.")
_TURNS = ("os.rename ", "ctypes.dlsym ")
"""Changes by which something new takes the place of something old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a command changes, as it is at one moment."""

    manifest: bytes | None
    lock: bytes | None
    environment: Listing
    project: Listing
    store: Listing
    out: Listing

    @classmethod
    def of(cls, world: World) -> State:
        return cls(
            manifest=world.manifest.read_bytes() if world.manifest.exists() else None,
            lock=world.lockfile.read_bytes() if world.lockfile.exists() else None,
            environment=listing(world.environment),
            project=listing(world.project),
            store=_contents(world.store),
            out=listing(world.out),
        )


def _contents(store: Path) -> Listing:
    """The store without the client's mutexes and what a killed client leaves: see the test of partial downloads."""
    found = listing(store).items()
    return {path: kind for path, kind in found if not path.startswith(".locks") and not _CLIENTS_DUST.search(path)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A command, where it begins, and where it ends when nothing disturbs it.

    Attributes:
        places: the folders whose changes are moments to kill at; the first is what the command is about.
        once: what was done cannot be done again: what is left lying about then goes with the next ``sync``.
    """

    world: World
    command: tuple[str, ...]
    saved: Path
    before: State
    after: State
    seconds: float
    requests: int
    places: tuple[Path, ...]
    once: bool = False

    @classmethod
    def undisturbed(cls, world: World, *command: str, places: Iterable[Path] = (), once: bool = False) -> Course:
        """Run the command once in peace, from the state in which the world is."""
        saved, before = world.save(), State.of(world)
        world.hub.log.clear()
        begin = time.perf_counter()
        world.run(*command)
        seconds = time.perf_counter() - begin
        after, requests = State.of(world), len(world.hub.log)
        assert after != before, "the command has nothing to do: killing it would prove nothing"
        world.restore(saved)
        return cls(
            world=world,
            command=command,
            saved=saved,
            before=before,
            after=after,
            seconds=seconds,
            requests=requests,
            places=tuple(places) or (world.project, world.store),
            once=once,
        )

    def survives(self, kill: Callable[[Course], Process]) -> bool:
        """Kill the command, look at what it left, and let it run again; whether it was killed before its end."""
        self.world.restore(self.saved)
        outcome = self._killed(kill)
        self._is_whole()
        self._goes_on()
        finished = State.of(self.world)
        assert (finished.manifest, finished.lock) == (self.after.manifest, self.after.lock)
        for found, expected in (
            (finished.project, self.after.project),
            (finished.store, self.after.store),
            (finished.out, self.after.out),
        ):
            differences = _differences(found, expected)
            assert differences == [], f"not what an undisturbed run leaves: {differences}"
        return outcome == -signal.SIGKILL

    def _goes_on(self) -> None:
        now = State.of(self.world)
        if self.once and (now.manifest, now.lock, now.environment) == (
            self.after.manifest,
            self.after.lock,
            self.after.environment,
        ):
            self.world.run(*self.command, code=2)
            self.world.run("sync")
        else:
            self.world.run(*self.command)

    def _killed(self, kill: Callable[[Course], Process]) -> int:
        process = kill(self)
        outcome: Outcome = ended(process, (*self.command, "(killed)"), code=None)
        self.world.hub.faults.clear()
        assert outcome.code in (0, -signal.SIGKILL), outcome.text
        return outcome.code

    def _is_whole(self) -> None:
        """Each thing is as before or as after, and nothing else is left but one unfinished copy of each."""
        now = State.of(self.world)
        assert now.manifest in (self.before.manifest, self.after.manifest)
        assert now.lock in (self.before.lock, self.after.lock)
        assert now.environment in (self.before.environment, self.after.environment), "half an environment"
        if now.environment == self.after.environment and now.lock == self.after.lock and now.environment:
            assert wrong_files(self.world.environment, self.world.locked()) == []
        names = {path.name for path in self.world.project.iterdir()}
        litter = sorted(names - {"app.py", "ptm.lock", "ptm.toml", ".ptm"})
        assert all(name.startswith(_LITTER) for name in litter), litter
        assert all(sum(name.startswith(kind) for name in litter) <= 1 for kind in _LITTER), litter
        assert _visible(now.out) in (self.before.out, self.after.out), "half a bundle"
        assert len({path.partition("/")[0] for path in now.out.keys() - _visible(now.out).keys()}) <= 1


def _visible(out: Listing) -> Listing:
    return {path: kind for path, kind in out.items() if not path.startswith(".")}


def _differences(found: Listing, expected: Listing) -> list[tuple[str, str | None, str | None]]:
    paths = sorted(found.keys() | expected.keys())
    return [(path, found.get(path), expected.get(path)) for path in paths if found.get(path) != expected.get(path)]


def at_file_change(number: int, below: Path) -> Callable[[Course], Process]:
    """Kill right before the n-th change to a file below a folder."""

    def kill(course: Course) -> Process:
        switch = {"PYTHONPATH": str(SWITCH), "KILL_BELOW": str(below), "KILL_AT": str(number)}
        return course.world.told(**switch).start(*course.command)

    return kill


def at_request(number: int) -> Callable[[Course], Process]:
    """Kill while the hub makes its n-th answer."""

    def kill(course: Course) -> Process:
        running: Queue[Process] = Queue(1)
        course.world.hub.faults.add(Then(lambda: running.get().kill()), after=number - 1, times=1)
        process = course.world.start(*course.command)
        running.put(process)
        return process

    return kill


def after_seconds(seconds: float) -> Callable[[Course], Process]:
    """Kill by the clock."""

    def kill(course: Course) -> Process:
        process = course.world.start(*course.command)
        time.sleep(seconds)
        process.kill()
        return process

    return kill


def file_changes(course: Course, below: Path) -> list[str]:
    """The changes to files below a folder that the undisturbed command makes."""
    report = course.world.root.with_name("changes")
    report.write_bytes(b"")
    switch = {"PYTHONPATH": str(SWITCH), "KILL_BELOW": str(below), "KILL_COUNT": str(report)}
    course.world.restore(course.saved)
    course.world.told(**switch).run(*course.command)
    return report.read_text(encoding="utf-8").splitlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """How many moments of each kind to try, besides those at which something new takes the place of something old."""

    in_first_place: int = 2
    in_others: int = 2
    at_requests: int = 2
    by_clock: int = 1


def moments(course: Course, seed: str, how_many: Moments) -> Iterator[Callable[[Course], Process]]:
    """Moments spread at random over the command, the same ones on every run but for those by the clock."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    for below in course.places:
        changes = file_changes(course, below)
        first = below == course.places[0]
        chosen = set(_turns(changes)) if first else set()
        others = [number for number in range(1, len(changes) + 1) if number not in chosen]
        count = how_many.in_first_place if first else how_many.in_others
        for number in sorted({*chosen, *chance.sample(others, min(count, len(others)))}):
            yield at_file_change(number, below)
    requests = range(1, course.requests + 1)
    for number in sorted(chance.sample(requests, min(how_many.at_requests, len(requests)))):
        yield at_request(number)
    for _ in range(how_many.by_clock):
        yield after_seconds(chance.uniform(0.05, 0.8) * course.seconds)


def _turns(changes: list[str]) -> Iterator[int]:
    """Right before the first of the changes that put something in place, and right after each of them."""
    turns = [number for number, line in enumerate(changes, 1) if line.startswith(_TURNS)]
    yield from turns[:1]
    yield from (number + 1 for number in turns if number < len(changes))
