"""Eight commands of four projects on one store, again and again.

``python tests/benchmarks/stress_several.py [ROUNDS [SEED]]``
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.test_several_at_once import Command, all_at_once, projects_of_one_store
from tests.faults.world import PICKLED, new_world, publish

COMMANDS: tuple[Command, ...] = (
    ("install", PICKLED),
    ("remove", PICKLED, "--ignore"),
    ("sync",),
    ("sync", "--link-mode", "copy"),
    ("upgrade", "--brief"),
    ("cache", "prune"),
    ("cache", "prune", "--all"),
    ("cache", "verify"),
    ("export",),
)
"""What can be done in any state of a project, and leaves it synced."""


def main(rounds: int = 20, seed: str = "0") -> None:
    """Stop at the first project that does not fit together, with what was found."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose, but for the order in which processes come
    with TemporaryDirectory(prefix="ptmdeps-several-") as folder, new_world(Path(folder)) as world:
        folders = projects_of_one_store(world)
        for number in range(rounds):
            publish(world.hub, seed=f"round {number}")
            pairs = [(chance.choice(COMMANDS), ("sync",)) for _ in folders]
            all_at_once(world, folders, pairs)
            print(f"ok   round {number}: {', '.join(' '.join(pair[0]) for pair in pairs)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20, sys.argv[2] if sys.argv[2:] else "0")
