"""How long ``ptmdeps --help`` takes, against importing click."""

from __future__ import annotations

import sys

from tests.benchmarks.measure import PTMDEPS, finish, paired, report

if __name__ == "__main__":
    ratio = paired((*PTMDEPS, "--help"), (sys.executable, "-c", "import click"), rounds=25)
    finish([report("`ptmdeps --help` / `python -c 'import click'`", ratio, 1.6)])
