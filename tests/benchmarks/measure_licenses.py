"""How many licences that hand-labelled models call ``other``, or do not declare, are concluded.

``python tests/benchmarks/measure_licenses.py HUB_DOCS [TEXTS]`` reads the two lists of the challenge of 2023 from a
copy of https://github.com/huggingface/hub-docs (``hacktoberfest_challenges/model_license_other.csv`` and
``model_no_license.csv``): models with the licence name and link that people suggested for them. It prints a table as
Markdown: how many rows have a name, a link or a text, and of how many of them a licence is concluded from that alone,
and what is missed. ``TEXTS`` may hold the texts of licences, one a file, called ``OWNER+NAME`` by the model: the lists
have only their addresses.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptmdeps.inspect.licenses import Conclusion, conclude

LISTS = ("model_license_other.csv", "model_no_license.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A model of the lists.

    Attributes:
        name: of the model.
        license_name: that somebody suggested for it.
        license_link: likewise.
        address: of the file with the licence's text.
        text: of that file, where it is at hand.
    """

    name: str
    license_name: str
    license_link: str
    address: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of finding out: what it was tried on, and what it came to."""

    title: str
    tried: tuple[tuple[Labelled, Conclusion], ...]

    @property
    def missed(self) -> Iterator[tuple[Labelled, Conclusion]]:
        """What nothing was concluded of."""
        return ((model, found) for model, found in self.tried if not found.concluded)


def labelled(table: Path, texts: Path | None) -> Iterator[Labelled]:
    """The rows of a list."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = _linked(row["model_id"])[0]
            text = texts / name.replace("/", "+") if texts else None
            yield Labelled(
                name=name,
                license_name=row["suggested_license_name"],
                license_link=row["suggested_license_link"],
                address=_linked(row["license_url"])[1],
                text=text.read_text(encoding="utf-8", errors="replace") if text and text.is_file() else "",
            )


def _linked(cell: str) -> tuple[str, str]:
    """Label and address of ``[label](address)``."""
    match = re.fullmatch(r"\[(.*)\]\((.*)\)", cell.strip())
    return (match[1], match[2]) if match else (cell.strip(), cell.strip())


def ways(models: Sequence[Labelled]) -> Iterator[Way]:
    """Each way of finding out, on the models that have what it needs."""
    yield Way(
        title="name", tried=tuple((m, conclude(["other"], name=m.license_name)) for m in models if m.license_name)
    )
    yield Way(
        title="link", tried=tuple((m, conclude(["other"], link=m.license_link)) for m in models if m.license_link)
    )
    yield Way(
        title="address of the text", tried=tuple((m, conclude(["other"], link=m.address)) for m in models if m.address)
    )
    yield Way(title="text at hand", tried=tuple((m, conclude([], text=m.text)) for m in models if m.text))
    yield Way(
        title="all of it",
        tried=tuple(
            (m, conclude(["other"], name=m.license_name, link=m.license_link or m.address, text=m.text)) for m in models
        ),
    )


def main(arguments: list[str]) -> int:
    """Print the tables."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    texts = Path(arguments[1]) if len(arguments) > 1 else None
    for name in LISTS:
        models = list(labelled(Path(arguments[0]) / "hacktoberfest_challenges" / name, texts))
        print(f"\n## {name}: {len(models)} models\n\n| by | models that have it | concluded | |\n|---|---|---|---|")
        found = list(ways(models))
        for way in found:
            hits = len(way.tried) - sum(1 for _ in way.missed)
            print(f"| {way.title} | {len(way.tried)} | {hits} | {hits / max(1, len(way.tried)):.1%} |")
        concluded = Counter(conclusion.concluded for _, conclusion in found[-1].tried if conclusion.concluded)
        print("\n" + ", ".join(f"{license_}: {count}" for license_, count in concluded.most_common()))
        owners = Counter(model.name.partition("/")[0] for model, _ in found[-1].missed)
        print("missed, by owner: " + ", ".join(f"{owner} {count}" for owner, count in owners.most_common(12)))
        for model, conclusion in found[3].missed:
            print(f"  {model.name}: like {conclusion.recognized or 'nothing known'} {conclusion.likeness} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
