"""Hundreds of kills where the tests try a few dozen.

``python tests/benchmarks/stress_kills.py [SEED [FACTOR [COURSE]…]]``
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.kills import Moments, moments
from tests.faults.test_kills import COURSES
from tests.faults.world import ADAPTER, PICKLED, new_world, publish


def main(seed: str = "0", factor: int = 5, *names: str) -> None:
    """Stop at the first kill that leaves something half done, with what was found."""
    usual = Moments()
    many = Moments(
        in_first_place=factor * usual.in_first_place,
        in_others=factor * usual.in_others,
        at_requests=factor * usual.at_requests,
        by_clock=factor * usual.by_clock,
    )
    total = 0
    for name in names or COURSES:
        with TemporaryDirectory(prefix="ptmdeps-kills-") as folder, new_world(Path(folder)) as world:
            publish(world.hub)
            world.asks_for(ADAPTER, PICKLED)
            course = COURSES[name](world)
            killed = [course.survives(kill) for kill in moments(course, f"{name} {seed}", many)]
        total += sum(killed)
        print(f"ok   {name}: {sum(killed)} kills, {len(killed) - sum(killed)} too late", flush=True)
    print(f"ok   {total} kills, each followed by a run that ended as an undisturbed one does")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "0", int(sys.argv[2]) if sys.argv[2:] else 5, *sys.argv[3:])
