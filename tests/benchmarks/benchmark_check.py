"""``lock --check`` of 200 models, whole process, with a warm scan cache."""

from __future__ import annotations

import statistics

from tests.benchmarks.benchmark_lock import fill
from tests.benchmarks.measure import finish, report, world

MODELS = 200


def main() -> None:
    """Measure and print."""
    with world() as here:
        fill(here, MODELS)
        here.ptmdeps("lock")
        here.ptmdeps("lock", "--check")
        seconds = statistics.median(here.ptmdeps("lock", "--check") for _ in range(9))
        finish([report(f"lock --check of {MODELS} models", seconds, 0.3, " s")])


if __name__ == "__main__":
    main()
