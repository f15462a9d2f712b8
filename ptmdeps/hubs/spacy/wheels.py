"""What a wheel of a spaCy model says of itself: https://packaging.python.org/specifications/binary-distribution-format.

It becomes importable for the whole program, so it may hold its own package and its own metadata, and nothing else: a
module beside them could take the place of any other.
"""

from __future__ import annotations

import ast
import base64
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ptmdeps.distributions.locks import specifiers
from ptmdeps.errors import IntegrityError, UnsafeContent
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.licenses import spdx_expression
from ptmdeps.inspect.requirements import ITSELF
from ptmdeps.inspect.requirements_file import parsed_requirement
from ptmdeps.lockfile.model import License
from ptmdeps.paths import printable
from ptmdeps.unpacking import Member

LARGEST_TEXT = 8 * 1024 * 1024
"""Bytes of a file of metadata: labels of a pipeline are some hundred kilobytes."""

_UNLISTED = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s"})
"""Files of metadata that the record gives no digest of."""

_RECORDED = re.compile(r"sha256=([A-Za-z0-9_-]{43})=?")
_MOST_COMPONENTS = 100
_LONGEST_NAME = 100

_INIT = """
from pathlib import Path
from spacy.util import load_model_from_init_py, get_model_meta
__version__ = get_model_meta(Path(__file__).parent)['version']
def load(**overrides):
    return load_model_from_init_py(__file__, **overrides)
"""
"""What ``spacy package`` writes where a model has no code of its own (``spacy/cli/package.py``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is locked of a wheel beside its files."""

    license: License | None
    requires: tuple[str, ...]
    components: tuple[str, ...]
    own_code: bool


def facts_of(name: str, version: str, members: Iterable[Member], folder: Path) -> Facts:
    """Compare an unpacked wheel with what it says of itself, and read it.

    Raises:
        UnsafeContent: it holds what has no place in a model, or what nobody can read.
        IntegrityError: it is another package, or its files are not those that its record names.
    """
    files = {member.path: member for member in members}
    information = f"{name}-{version}.dist-info"
    _refuse_others(name, information, files)
    _compare_record(name, version, files, _text(folder, files, f"{information}/RECORD"))
    metadata, _ = parse_email(_text(folder, files, f"{information}/METADATA"))
    _refuse_another(name, version, metadata)
    evidence = f"{name}/meta.json"
    meta = json_object(_text(folder, files, evidence), path=evidence, limit=LARGEST_TEXT)
    itself = f'{canonicalize_name(name)}=={version}; extra == "{ITSELF}"'
    return Facts(
        license=_license(meta, evidence, metadata, f"{information}/METADATA"),
        requires=tuple(sorted({*_requires(meta, metadata), itself})),
        components=_components(meta),
        own_code=_has_code(name, files, folder),
    )


def _refuse_others(name: str, information: str, files: Mapping[str, Member]) -> None:
    for path in files:
        if path.partition("/")[0] not in {name, information} or "/" not in path:
            raise UnsafeContent(
                f"the wheel of `{name}` holds `{printable(path)}`, which is neither in `{name}` nor its metadata",
                hint="It would be found by every import of the program: do not use it before its author explained it",
            )


def _compare_record(name: str, version: str, files: Mapping[str, Member], record: bytes) -> None:
    recorded = dict(record_of(record))
    for path, member in sorted(files.items()):
        if path.rpartition("/")[2] in _UNLISTED and path.startswith(f"{name}-{version}.dist-info/"):
            continue
        if recorded.get(path) != member.sha256:
            raise IntegrityError(
                f"`{printable(path)}` in the wheel of `{name}` {version}",
                expected=recorded.get(path, "") or "a SHA-256 of it",
                found=member.sha256,
                claim="the wheel's own record",
                hint="The wheel was changed after it was made: do not use it before its author explained it",
            )
    if missing := sorted(recorded.keys() - files.keys()):
        raise IntegrityError(
            f"the wheel of `{name}` {version}",
            expected=f"`{printable(missing[0])}`",
            found="nothing of that name",
            claim="its own record",
            hint="The wheel is not whole; run the command again",
        )


def record_of(record: bytes) -> Iterator[tuple[str, str]]:
    """Paths and SHA-256 of a record: of itself it has none, and of weaker digests nothing is believed.

    Raises:
        UnsafeContent: it is none.
    """
    try:
        for row in csv.reader(record.decode("utf-8", "replace").splitlines()):
            if len(row) >= 2 and row[0].rpartition("/")[2] not in _UNLISTED:  # noqa: PLR2004 - path and digest
                yield row[0], _decoded(row[1])
    except csv.Error as error:
        raise UnsafeContent(
            f"the record of a wheel cannot be read: {error}", hint="It is no wheel of a spaCy model"
        ) from error


def _decoded(digest: str) -> str:
    match = _RECORDED.fullmatch(digest)
    return base64.urlsafe_b64decode(f"{match[1]}=").hex() if match else ""


def _text(folder: Path, files: Mapping[str, Member], path: str) -> bytes:
    member = files.get(path)
    if member is None or member.size > LARGEST_TEXT:
        raise UnsafeContent(
            f"the wheel has no `{printable(path)}`" if member is None else f"`{printable(path)}` is too large",
            hint="It is no wheel of a spaCy model",
        )
    return (folder / path).read_bytes()


def _refuse_another(name: str, version: str, metadata: RawMetadata) -> None:
    found = (canonicalize_name(str(metadata.get("name", ""))), str(metadata.get("version", "")))
    if found != (canonicalize_name(name), version):
        raise IntegrityError(
            f"the wheel at the address of `{name}` {version}",
            expected=f"{canonicalize_name(name)} {version}",
            found=printable(" ".join(found)),
            claim="the name and version that it was asked for",
            hint="Is the endpoint the one that you mean?",
        )


def _license(meta: Mapping[str, object], evidence: str, metadata: RawMetadata, other: str) -> License | None:
    told = (
        (meta.get("license"), evidence),
        (metadata.get("license_expression"), other),
        (metadata.get("license"), other),
    )
    for said, where in told:
        if isinstance(said, str) and said.strip():
            declared = printable(" ".join(said.split()))
            return License(declared=declared, concluded=spdx_expression(declared) or "", evidence=where)
    return None


def _requires(meta: Mapping[str, object], metadata: RawMetadata) -> Iterator[str]:
    """What it needs, in one spelling. Newer packages name spaCy in ``meta.json`` only."""
    named = meta.get("requirements")
    texts = [*metadata.get("requires_dist", ()), *(named if isinstance(named, list) else ())]
    for text in texts:
        requirement = parsed_requirement(text) if isinstance(text, str) else None
        if requirement is not None and not requirement.url and "extra" not in str(requirement.marker or ""):
            yield _spelled(requirement)
    wanted = meta.get("spacy_version")
    versions = specifiers(wanted) if isinstance(wanted, str) else None
    if versions is not None:
        yield f"spacy{versions}"


def _spelled(requirement: Requirement) -> str:
    requirement.name = canonicalize_name(requirement.name)
    return str(requirement)


def _components(meta: Mapping[str, object]) -> tuple[str, ...]:
    """The parts of the pipeline."""
    named = meta.get("pipeline")
    texts = (one for one in named if isinstance(one, str) and one) if isinstance(named, list) else ()
    return tuple(sorted({printable(one, _LONGEST_NAME) for one in texts})[:_MOST_COMPONENTS])


def _has_code(name: str, files: Mapping[str, Member], folder: Path) -> bool:
    """Whether there is code in it beside the few lines that every model has."""
    code = [path for path in files if path.endswith((".py", ".pyc", ".so", ".pyd"))]
    if code != [f"{name}/__init__.py"]:
        return bool(code)
    return _shape(_text(folder, files, code[0])) != _shape(_INIT.encode())


def _shape(source: bytes) -> str:
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
