"""SPDX documents against what others made for checking them. Not part of the test suite: run by hand.

    python tests/external/validate_spdx.py FOLDER [DOCUMENT…]

FOLDER holds three files that SPDX publishes for 3.0.1, and that are not copied here:

- ``spdx-json-schema.json`` (https://spdx.org/schema/3.0.1/spdx-json-schema.json),
- ``spdx-model.ttl``, the ontology with its SHACL shapes (https://spdx.org/rdf/3.0.1/spdx-model.ttl),
- ``spdx-context.jsonld`` (https://spdx.org/rdf/3.0.1/spdx-context.jsonld).

Without documents, those of ``tests/unit/bom/spdx/bills.py`` are written and checked. Needs jsonschema, pyshacl and
spdx-python-model; where ntia-conformance-checker is installed, its three lists are asked, too. Nothing is downloaded.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from ptmdeps.bom.spdx import write
from tests.unit.bom.spdx.bills import ALL

LISTS = ("ntia", "fsct3-min", "bsi")


def main(folder: Path, documents: list[Path]) -> int:
    """Check documents, print what each validator says, and return how many were refused."""
    schema = json.loads((folder / "spdx-json-schema.json").read_bytes())
    context = json.loads((folder / "spdx-context.jsonld").read_bytes())["@context"]
    refused = 0
    with tempfile.TemporaryDirectory() as temporary:
        for path in documents or list(_written(Path(temporary))):
            document = json.loads(path.read_bytes())
            verdicts = {
                "JSON schema": _schema(document, schema),
                "SHACL": _shacl(document, context, folder / "spdx-model.ttl"),
            }
            refused += any(verdicts.values())
            for name, problems in {**verdicts, **_lists(path)}.items():
                print(f"{path.name}: {name}: {'; '.join(problems) or 'passes'}")
    return refused


def _written(folder: Path) -> Iterator[Path]:
    for name, bill in ALL.items():
        path = folder / f"{name}.spdx.json"
        path.write_text(write(bill()), encoding="utf-8")
        yield path


def _schema(document: Any, schema: Any) -> list[str]:
    errors = Draft202012Validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors][:5]


def _shacl(document: Any, context: Any, shapes: Path) -> list[str]:
    rdflib = import_module("rdflib")
    data = rdflib.Graph().parse(data=json.dumps({**document, "@context": context}), format="json-ld")
    ontology = rdflib.Graph().parse(shapes)
    conforms, _, text = import_module("pyshacl").validate(
        data, shacl_graph=ontology, ont_graph=ontology, inference="none"
    )
    return [] if conforms else [str(text)[:2000]]


def _lists(path: Path) -> dict[str, list[str]]:
    if find_spec("ntia_conformance_checker") is None:
        return {}
    package = import_module("ntia_conformance_checker")
    found = {}
    for name in LISTS:
        checker = package.SbomChecker(str(path), compliance=name, sbom_spec="spdx3")
        lacking = [title for title, there in checker.table_elements if not there and "(" not in title]
        said = [str(one.validation_message) for one in checker.validation_messages]
        found[name] = [] if checker.compliant else [*lacking, *said] or ["not compliant"]
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]))
