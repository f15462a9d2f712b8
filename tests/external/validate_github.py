"""GitHub as a forge against what GitHub publishes. Not part of the test suite: run by hand.

    python tests/external/validate_github.py FOLDER [--slice]

FOLDER holds what two npm packages have, both MIT and not copied here but for the slice:

- ``api.github.com.json`` (``@octokit/openapi``, ``generated/``), the description of the REST API, and its ``LICENSE``,
- ``schema.graphql`` (``@octokit/graphql-schema``), the schema of the GraphQL API.

The scenarios of ``tests/contract/test_embedded_forge_github.py`` are run with the whole description instead of the
slice, and what was validated is printed: every request of the client, and every answer of the embedded GitHub. With
openapi-schema-validator installed, everything is asked of that, too; with graphql-core, the two mutations are
validated. ``--slice`` writes the slice that the tests use anew. Nothing is downloaded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.forges import github
from tests.contract import github_description
from tests.contract.github_description import SLICE, Description, sliced

SCENARIOS = ("tests/contract/test_embedded_forge_github.py",)


class _Twice(Description):
    """A description that a second validator reads, too, in OpenAPI's own words."""

    asked = 0

    def _violations(self, value: object, schema: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._violations(value, schema)
        if find_spec("openapi_schema_validator"):
            kind = import_module("openapi_schema_validator").OAS30Validator
            whole = {"components": self.document["components"], "allOf": [_undiscriminated(schema)]}
            type(self).asked += 1
            yield from (f"{error.json_path}: {error.message[:300]}" for error in kind(whole).iter_errors(value))


def _undiscriminated(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without its discriminator: that of the contents is for objects, and a folder is a list."""
    return {name: value for name, value in schema.items() if name != "discriminator"}


class _Whole:
    """A plugin of pytest that gives the scenarios another description than the slice."""

    def __init__(self, path: Path) -> None:
        self.description = _Twice(document=json.loads(path.read_bytes()))

    def pytest_configure(self) -> None:
        """Let `Description.read()` be the whole one."""
        github_description.Description.read = lambda *_: self.description  # type: ignore[method-assign]


def main(folder: Path, *, write: bool) -> int:
    """Validate, print what was looked at, and return how much failed."""
    path = folder / "api.github.com.json"
    if write:
        made = sliced(json.loads(path.read_bytes()), (folder / "LICENSE").read_text(encoding="utf-8"))
        text = json.dumps(made, sort_keys=True, indent=0, separators=(",", ":"), ensure_ascii=False)
        SLICE.write_text(f"{text}\n", encoding="utf-8")
        print(f"{SLICE.name}: {SLICE.stat().st_size:,} bytes, version {made['info']['version']}")
    plugin = _Whole(path)
    failed = int(pytest.main(["-q", "-p", "no:cacheprovider", *SCENARIOS], plugins=[plugin]))
    for key, count in sorted(plugin.description.validated.items()):
        print(f"{count:5}  {key}")
    total = sum(plugin.description.validated.values())
    print(f"{total} exchanges of {len(plugin.description.validated)} kinds, version {_version(plugin.description)}")
    print(f"openapi-schema-validator was asked about {_Twice.asked} values")
    return failed + _graphql(folder / "schema.graphql")


def _version(description: Description) -> Any:
    return description.document["info"]["version"]


def _graphql(path: Path) -> int:
    """Validate the two mutations."""
    if find_spec("graphql") is None or not path.exists():
        print("GraphQL: not looked at (needs graphql-core and schema.graphql)")
        return 0
    package = import_module("graphql")
    # GitHub repeats fields and deprecates some of interfaces, which is not valid, and no matter here
    schema = package.build_schema(path.read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True)
    failed = 0
    for query in (github._UPDATE, github._AUTO_MERGE):
        errors = package.validate(schema, package.parse(query))
        print(f"GraphQL: {query.split('{')[1].strip()}: {'; '.join(map(str, errors)) or 'valid'}")
        failed += len(errors)
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), write="--slice" in sys.argv[2:]))
