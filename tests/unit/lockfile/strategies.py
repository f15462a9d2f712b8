"""Hypothesis strategies for everything that a lockfile can hold."""

from __future__ import annotations

from hypothesis import strategies as st

from lockfiles.examples import sealed
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import Ancestor, Edge, License, LockedFile, LockedModel, Lockfile, Options, PickleRecord
from ptmdeps.paths import case_collisions, safe_path
from ptmdeps.requirement import FileSelection, Requirement


def _sorted_strings(strings: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(strings, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))


def _hex(digits: int) -> st.SearchStrategy[str]:
    return st.integers(0, 16**digits - 1).map(lambda number: f"{number:0{digits}x}")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
# a part that ends with x is safe whatever comes before it
_PARTS = st.text("aZ09._- é模й", max_size=4).map("{}x".format)
PATHS = st.lists(_PARTS, min_size=1, max_size=3).map("/".join).map(safe_path)
HUBS = st.sampled_from(["huggingface", "torchhub", "timm"])
KEYS = st.builds(ModelKey, HUBS, PATHS)
REFS = st.just("") | PATHS

SELECTIONS = st.builds(
    FileSelection,
    files=st.lists(TEXTS, max_size=2).map(tuple),
    allow=st.lists(TEXTS, max_size=2).map(tuple),
    ignore=st.lists(TEXTS, max_size=2).map(tuple),
    subfolder=TEXTS,
    variant=TEXTS,
    weights=TEXTS,
)

ROLES = st.just("") | st.text("aZ09 -é模", min_size=1, max_size=64)
CUTOFFS = st.sampled_from(["2026-10-01", "2026-10-01T12:00:00Z", "P7D", "PT36H"])
OPTIONS = st.builds(
    Options,
    files=WORDS,
    scopes=_sorted_strings(TEXTS),
    exclude_newer=st.just("") | CUTOFFS,
    exclude_newer_model=st.dictionaries(TEXTS, st.just("") | CUTOFFS, max_size=2).map(
        lambda found: tuple(sorted(found.items()))
    ),
    lineage=st.booleans(),
)

REQUIREMENTS = st.builds(
    Requirement,
    key=KEYS,
    ref=REFS,
    reads=WORDS,
    selection=SELECTIONS,
    group=WORDS,
    optional=st.booleans(),
    role=ROLES,
    used_in=_sorted_strings(PATHS),
)

EDGES = st.builds(
    Edge,
    kind=st.sampled_from(["runtime", "lineage"]),
    relation=WORDS,
    target=KEYS,
    ref=REFS,
    reads=TEXTS,
    evidence=TEXTS,
)

PICKLES = st.builds(PickleRecord, globals=_sorted_strings(TEXTS), called=_sorted_strings(TEXTS), incomplete=TEXTS)

FILES = st.builds(
    LockedFile,
    path=PATHS,
    size=st.integers(0, 2**53),
    sha256=_hex(64),
    git=st.just("") | _hex(40) | _hex(64),
    format=WORDS,
    pickle=st.none() | PICKLES,
)

LICENSES = st.builds(
    License, declared=WORDS, concluded=TEXTS, evidence=TEXTS, link=TEXTS, sha256=st.just("") | _hex(64)
) | st.builds(
    License,
    declared=TEXTS,
    concluded=TEXTS,
    evidence=TEXTS,
    text=PATHS,
    sha256=_hex(64),
    recognized=TEXTS,
    likeness=st.integers(0, 100),
)

MODELS = st.builds(
    LockedModel,
    key=KEYS,
    aliases=_sorted_strings(PATHS),
    ref=REFS,
    revision=_hex(40),
    identifier=TEXTS,
    committed=st.sampled_from(["", "2024-02-19T10:57:45Z"]),
    purl=TEXTS,
    card=st.just("") | _hex(64),
    license=st.none() | LICENSES,
    gated=TEXTS,
    default=st.booleans(),
    remote_code=st.booleans(),
    requires=_sorted_strings(TEXTS),
    edges=st.lists(EDGES, max_size=2).map(lambda edges: tuple(sorted(edges))),
    files=st.lists(FILES, max_size=3, unique_by=lambda file: file.path)
    .filter(lambda files: not case_collisions(file.path for file in files))
    .map(lambda files: tuple(sorted(files, key=lambda file: file.path))),
).map(sealed)


def _claims_nothing_twice(models: list[LockedModel]) -> bool:
    claims = [wish for model in models for wish in model.wishes]
    return len(claims) == len(set(claims))


def _ordered(models: list[LockedModel]) -> tuple[LockedModel, ...]:
    return tuple(sorted(models, key=lambda model: (model.key, model.ref)))


# what an ancestor shares with a model is tried with models
_KINDS = st.sampled_from(["model", "dataset"])
_LINEAGE = Edge(kind="lineage", relation="finetune", target=ModelKey("huggingface", "org/root"), evidence="README.md")
_FOUND = st.builds(
    Ancestor,
    key=KEYS,
    kind=_KINDS,
    aliases=_sorted_strings(PATHS),
    ref=REFS,
    revision=_hex(40),
    card=st.just("") | _hex(64),
    license=st.none() | LICENSES,
    gated=TEXTS,
    edges=st.sampled_from([(), (_LINEAGE,)]),
)
_NOT_FOUND = st.builds(Ancestor, key=KEYS, kind=_KINDS, ref=REFS, missing=WORDS)
ANCESTORS = _FOUND | _NOT_FOUND


def _known_once(ancestors: list[Ancestor]) -> bool:
    claims = [(ancestor.kind, key, ancestor.ref) for ancestor in ancestors for key in ancestor.keys]
    return len(claims) == len(set(claims))


LOCKFILES = st.builds(
    Lockfile,
    options=OPTIONS,
    requirements=st.lists(REQUIREMENTS, max_size=3).map(lambda found: tuple(sorted(found))),
    models=st.lists(MODELS, max_size=3).filter(_claims_nothing_twice).map(_ordered),
    ancestors=st.lists(ANCESTORS, max_size=2)
    .filter(_known_once)
    .map(lambda found: tuple(sorted(found, key=lambda ancestor: ancestor.identity))),
)
