from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lockfiles.examples import GOLDEN
from lockfiles.regenerate import contents, message
from ptmdeps import lockfile as lockfiles
from ptmdeps.errors import LockfileError, LockfileVersionError, PtmdepsError
from ptmdeps.lockfile.document import to_dict
from ptmdeps.lockfile.staleness import inconsistencies

FOLDER = Path(__file__).parents[2] / "lockfiles"
FORMAT = (FOLDER / "FORMAT.md").read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = json.loads((FOLDER / "schema.json").read_bytes())
GOLDEN_FILES = sorted((FOLDER / "golden").glob("*.lock"))
INVALID_FILES = sorted((FOLDER / "invalid").glob("*.lock"))

NO_TOML = {
    "byte-order-mark",
    "conflict-markers",
    "not-utf-8",
    "toml-broken",
    "toml-long-integer",
    "toml-nested",
}
BEYOND_THE_SCHEMA = {
    "alias-collision",
    "ancestor-alias-collision",
    "ancestor-twice",
    "file-case-collision",
    "file-folder-collision",
    "file-size-float",  # to JSON Schema, 570.0 is an integer
    "file-twice",
    "model-twice",
    "path-decomposed",
}


def _name(path: Path) -> str:
    return path.stem


def _accepted_by_the_schema(document: object) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(document)


def _tables(section: str) -> list[tuple[str, bool]]:
    """Key and "always" of each row of the table below a heading of FORMAT.md."""
    text = FORMAT.partition(f"\n### {section}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| [^|]+ \| (always)? ?\|", text, re.MULTILINE)
    return [(key, always == "always") for key, always in rows]


def _written(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table that a golden lockfile holds, with its heading in FORMAT.md."""
    document = to_dict(GOLDEN[name])
    yield "The document", document
    yield "`[options]`", document["options"]
    yield from (("`[[requirement]]`", requirement) for requirement in document["requirement"])
    for model in document["model"]:
        yield "`[[model]]`", model
        yield from _provenance(model)
        for file in model["files"]:
            yield "`files`", file
            if "pickle" in file:
                yield "`pickle`", file["pickle"]
    for ancestor in document["ancestor"]:
        yield "`[[ancestor]]`", ancestor
        yield from _provenance(ancestor)


def _provenance(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "license" in entry:
        yield "`license`", entry["license"]
    yield from (("`edges`", edge) for edge in entry.get("edges", []))


ALL_WRITTEN = [table for name in GOLDEN for table in _written(name)]
HEADINGS = sorted({heading for heading, _ in ALL_WRITTEN})


def test_generated_files_are_those_of_the_writer_and_the_loader() -> None:
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for folder in ("golden", "invalid")
        for path in (FOLDER / folder).iterdir()
    }
    assert found == dict(contents()), "run `python -m lockfiles.regenerate` and read the difference"


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=_name)
def test_golden_files_load_to_their_values_and_are_consistent(path: Path) -> None:
    lockfile = lockfiles.read(path)
    assert lockfile == GOLDEN[path.stem]
    assert inconsistencies(GOLDEN[path.stem]) == ()


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=_name)
def test_golden_files_fit_the_schema(path: Path) -> None:
    Draft202012Validator(SCHEMA).validate(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", INVALID_FILES, ids=_name)
def test_invalid_files_are_refused_with_the_recorded_message(path: Path) -> None:
    assert message(path.read_bytes()) == path.with_suffix(".message").read_bytes().decode()


@pytest.mark.parametrize("path", INVALID_FILES, ids=_name)
def test_invalid_files_end_with_exit_code_2_and_something_to_do(path: Path) -> None:
    with pytest.raises(LockfileError) as caught:
        lockfiles.read(path)
    assert isinstance(caught.value, PtmdepsError)
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert caught.value.message.isprintable()


def test_a_newer_version_has_an_error_of_its_own() -> None:
    with pytest.raises(LockfileVersionError):
        lockfiles.read(FOLDER / "invalid" / "version-newer.lock")


def test_a_valid_file_has_no_message() -> None:
    with pytest.raises(ValueError, match="accepts it"):
        message((FOLDER / "golden" / "minimal.lock").read_bytes())


def test_the_schema_refuses_every_invalid_file_but_those_that_no_schema_can() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    unparsable, accepted = set(), set()
    for path in INVALID_FILES:
        try:
            document = tomllib.loads(path.read_bytes().decode())
        except (ValueError, RecursionError):
            unparsable.add(path.stem)
            continue
        if _accepted_by_the_schema(document):
            accepted.add(path.stem)
    assert unparsable == NO_TOML
    assert accepted == BEYOND_THE_SCHEMA


@pytest.mark.parametrize("heading", HEADINGS)
def test_format_documents_every_key_that_is_written_in_its_order(heading: str) -> None:
    documented = [key for key, _ in _tables(heading)]
    tables = [table for name, table in ALL_WRITTEN if name == heading]
    assert {key for table in tables for key in table} == set(documented)
    assert all(list(table) == [key for key in documented if key in table] for table in tables)


@pytest.mark.parametrize("heading", HEADINGS)
def test_format_says_always_of_the_keys_that_are_always_written(heading: str) -> None:
    always = {key for key, is_always in _tables(heading) if is_always}
    tables = [table for name, table in ALL_WRITTEN if name == heading]
    assert all(always <= table.keys() for table in tables)


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_schema_knows_the_documented_keys_and_no_others(heading: str) -> None:
    names = {"edges": "edge", "files": "file"}
    word = heading.strip("`[]")
    properties = (SCHEMA if heading == "The document" else SCHEMA["$defs"][names.get(word, word)])["properties"]
    assert list(properties) == [key for key, _ in _tables(heading)]


def _code_block(language: str, containing: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", FORMAT, re.DOTALL)
    return str(next(block for block in blocks if containing in block))


def test_the_worked_example_of_the_digest_can_be_recomputed() -> None:
    (entry,) = tomllib.loads(_code_block("toml", "org/tiny"))["model"]
    digest = entry.pop("digest")
    canonical = _code_block("json", "org/tiny").strip()
    assert canonical == json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
    whole = hashlib.sha256(f'["{digest}"]'.encode()).hexdigest()
    assert f'`["{digest}"]` gives\n`sha256:{whole}`' in FORMAT


def test_the_worked_example_is_what_ptmdeps_computes() -> None:
    lockfile = lockfiles.loads(f"version = 1\n{_code_block('toml', 'org/tiny')}")
    assert lockfiles.model_digest(lockfile.models[0]) == lockfile.models[0].recorded_digest
    assert lockfiles.lock_digest(lockfile) in FORMAT


@pytest.mark.parametrize("name", GOLDEN)
def test_the_digest_is_that_of_the_table_as_it_is_written(name: str) -> None:
    document = tomllib.loads((FOLDER / "golden" / f"{name}.lock").read_text(encoding="utf-8"))
    for entry in document.get("model", []):
        digest = entry.pop("digest")
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert digest == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def test_the_reader_in_the_documentation_reads_every_golden_file(tmp_path: Path) -> None:
    script = tmp_path / "reader.py"
    script.write_text(_code_block("python", "tomllib"), encoding="utf-8")
    for path in (FOLDER / "golden" / "sharded.lock", FOLDER / "golden" / "minimal.lock"):
        command = [sys.executable, "-X", "utf8", str(script), str(path)]
        output = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
        lockfile = GOLDEN[path.stem]
        assert output.count("\n") == len(lockfile.models) + sum(len(model.files) for model in lockfile.models)
