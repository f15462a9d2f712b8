"""How many pairs of repository and model our rules decide, beside a matrix of software licences: a table on stdout.

``python tests/benchmarks/measure_peatmoss.py FOLDER``, where FOLDER is a checkout of the repository
PurdueDualityLab/PeaTMOSS-Artifact (https://arxiv.org/abs/2402.00699). Its mapping has 22,861 rows: a repository at
GitHub, a model that it uses, the model's licence as its card declares it. The repository's licences are those that a
scanner found, by their ScanCode names. No row of it is kept here.
"""

from __future__ import annotations

import csv
import json
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from license_expression import get_license_index

from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import conclude
from ptmdeps.licenses.answers import OUTCOMES, Outcome
from ptmdeps.licenses.judging import judge
from ptmdeps.licenses.situation import Situation
from ptmdeps.licenses.terms import license_of
from ptmdeps.lockfile.model import License, LockedFile, LockedModel, Lockfile
from ptmdeps.manifest.policy import Policy

FOLDER = Path("License-Analysis", "analyzeIncompatibilities")
MATRIX = "Linux-Foundation-OSS-License-Compatibility.xlsx"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NO_LICENSE = {"unlicense"}
"""What the artifact's own script takes for none."""
ALIASES = {
    "bsd-new": "bsd-3-clause",
    "bsd-modified": "bsd-3-clause",
    "bsd-simplified": "bsd-2-clause",
    "openrail++": "openrail",
    "gpl-2.0": "gpl-2.0-only",
    "gpl-3.0": "gpl-3.0-only",
    "gpl-3.0-plus": "gpl-3.0-or-later",
    "agpl-3.0": "agpl-3.0-only",
    "lgpl-3.0": "lgpl-3.0-only",
    "lgpl-3.0-plus": "lgpl-3.0-or-later",
    "lgpl-2.1": "lgpl-2.1-only",
}
"""Names of the artifact's scanner as its matrix has them; the same as in its own script."""

Pair = tuple[str, tuple[str, ...]]
"""A model's licence, and those of the repository."""


def pairs(folder: Path) -> list[Pair]:
    """Every row of the mapping; a repository that nobody looked at has no licence."""
    licenses = json.loads((folder / "all_gh_licenses.json").read_text(encoding="utf-8"))
    with (folder / "mapping.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [(row[3], _of(licenses.get(row[0].removeprefix("github.com/").removesuffix(".git")))) for row in rows]


def _of(found: list[str] | None) -> tuple[str, ...]:
    return tuple(sorted(set(found or ()) - NO_LICENSE))


@cache
def spdx_names() -> Mapping[str, str]:
    """ScanCode's name of a licence → SPDX identifier."""
    return {row["license_key"]: row.get("spdx_license_key") or "" for row in get_license_index()}


def project_license(found: tuple[str, ...]) -> str:
    """The repository's licences as one expression: all of them hold somewhere in it."""
    return " AND ".join(sorted({spdx_names().get(name, "") or f"LicenseRef-{name}" for name in found}))


@cache
def outcome(declared: str, project: str, policy: Policy) -> Outcome:
    """What our rules say of a model with this licence in a project with that one."""
    found = conclude((declared,) if declared else ())
    said = License(declared=declared, concluded=found.concluded) if declared else None
    file = LockedFile(path="config.json", size=1, sha256="0" * 64)
    model = LockedModel(key=ModelKey("huggingface", "a/b"), revision="0" * 40, license=said, files=(file,))
    (verdict,) = judge(Lockfile(models=(model,)), Situation(policy=policy, license=project))
    return verdict.outcome


def matrix(path: Path) -> dict[tuple[str, str], str]:
    """(the model's licence, the project's) → yes, no or ?, out of the spreadsheet."""
    # the file is one that the user chose to measure with
    with zipfile.ZipFile(path) as archive:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
            for item in ET.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")  # noqa: S314
        ]
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    cells: dict[tuple[str, str], str] = {}
    for cell in sheet.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        if value is not None and value.text is not None:
            place = cell.attrib["r"].rstrip("0123456789"), cell.attrib["r"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            cells[place] = shared[int(value.text)] if cell.get("t") == "s" else value.text
    tops = {column: text for (column, row), text in cells.items() if row == "1" and column != "A"}
    lefts = {row: text for (column, row), text in cells.items() if column == "A" and row != "1"}
    return {(tops[column], lefts[row]): cells.get((column, row), "?") for column, row in product(tops, lefts)}


def by_matrix(rows: Iterable[Pair], table: Mapping[tuple[str, str], str], aliases: Mapping[str, str]) -> Counter[str]:
    """What the matrix says of the pairs of which it can say something at all: with one licence of the repository."""
    counts: Counter[str] = Counter()
    for declared, found in rows:
        if len(found) == 1:
            model, project = aliases.get(declared, declared), aliases.get(found[0], found[0])
            covered = any(model == one for one, _ in table) and any(project == one for _, one in table)
            same = model == project
            counts["not covered" if not covered else "yes" if same else table[model, project]] += 1
    return counts


def restrictive(rows: list[Pair]) -> Mapping[str, list[Pair]]:
    """Pairs of a permissive repository and a model that is not, by the kind of its licence."""
    kinds: dict[str, list[Pair]] = {"use restrictions": [], "non-commercial": [], "share-alike": [], "other": []}
    for declared, found in rows:
        if not found or not all(license_of(spdx_names().get(name, "")).free for name in found):
            continue
        facts = license_of(conclude((declared,)).concluded or declared).facts
        if declared == "other":
            kinds["other"].append((declared, found))
        elif facts and facts.commercial == "no":
            kinds["non-commercial"].append((declared, found))
        elif facts and facts.share_alike != "none":
            kinds["share-alike"].append((declared, found))
        elif facts and facts.flow_down != "none":
            kinds["use restrictions"].append((declared, found))
    return kinds


SITUATIONS = {
    "loads it": Policy(distributes=False, saas=False),
    "loads it, commercial": Policy(distributes=False, saas=False, commercial=True),
    "hands it on": Policy(distributes=True, saas=False),
    "hands it on, commercial": Policy(distributes=True, saas=False, commercial=True),
    "nothing said": Policy(),
}


def line(name: str, counts: Mapping[Any, int], columns: Iterable[str], total: int) -> str:
    """One row of a table: counts with their share."""
    cells = (f"{counts.get(column, 0):>7,} {100 * counts.get(column, 0) / max(total, 1):5.2f} %" for column in columns)
    return f"{name:<26}{'  '.join(cells)}"


def main(folder: Path) -> None:
    """Print the tables."""
    rows = pairs(folder / FOLDER)
    single = sum(len(found) == 1 for _, found in rows)
    none = sum(not found for _, found in rows)
    print(f"{len(rows):,} pairs, {none:,} of repositories without a licence, {single:,} with exactly one\n")
    print(f"{'our rules, the project':<26}{'  '.join(f'{outcome_:>15}' for outcome_ in OUTCOMES)}")
    for name, policy in SITUATIONS.items():
        counts = Counter(outcome(declared, project_license(found), policy) for declared, found in rows)
        print(line(name, counts, OUTCOMES, len(rows)))
    columns = ("yes", "no", "?", "not covered")
    print(f"\n{'matrix, single licences':<26}{'  '.join(f'{column:>15}' for column in columns)}")
    table = matrix(folder / FOLDER / MATRIX)
    for name, aliases in {"with its script's aliases": ALIASES, "names as they are": {}}.items():
        found_ = by_matrix(rows, table, aliases)
        print(line(name, found_, columns, sum(found_.values())))
    print(f"\n{'permissive repositories':<26}{'  '.join(f'{outcome_:>15}' for outcome_ in OUTCOMES)}")
    for name, found_pairs in restrictive(rows).items():
        policy = SITUATIONS["hands it on"]
        counts = Counter(outcome(declared, project_license(found), policy) for declared, found in found_pairs)
        print(line(name, counts, OUTCOMES, len(found_pairs)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
