"""Write ``golden/`` anew: ``python -m sbom.regenerate``, then read the difference."""  # noqa: INP001

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ptmdeps.bom import cyclonedx
from sbom.examples import bills

FOLDER = Path(__file__).parent


def contents() -> Iterator[tuple[str, bytes]]:
    """Path below this folder and bytes of every generated file: all as JSON 1.6, one in every version and form."""
    for name, bom in bills().items():
        yield f"golden/{name}.cdx.json", cyclonedx.write(bom).encode()
    full = bills()["full"]
    yield "golden/full.cdx.xml", cyclonedx.write(full, form="xml").encode()
    for version in ("1.5", "1.7"):
        yield f"golden/full.{version}.cdx.json", cyclonedx.write(full, version=version).encode()
        yield f"golden/full.{version}.cdx.xml", cyclonedx.write(full, form="xml", version=version).encode()


def main() -> None:
    """Replace every generated file, and delete those that are generated no more."""
    expected = dict(contents())
    for old in FOLDER.glob("golden/*"):
        if old.relative_to(FOLDER).as_posix() not in expected:
            old.unlink()
    for path, content in expected.items():
        target = FOLDER / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main()
