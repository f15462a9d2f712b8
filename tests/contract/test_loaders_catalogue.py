"""Every row of the catalogue finds what it says: calls made from the row's own data give exactly its model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ptmdeps.scan import scan
from ptmdeps.scan.defaults.tables import Row, row_of, rows, table_of
from ptmdeps.scan.loaders import LOADERS, Also, Argument, Condition, Loader
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.references import LocalReference, Outcome, Reference, UnresolvedReference

DEFAULTS = rows()
Found = Callable[["Case"], list[Outcome]]


@dataclass(frozen=True)
class Sample:
    """A text in a notation, and what it names; no hub: that of the row."""

    text: str
    name: str
    hub: str = ""
    ref: str | None = None


ADDRESS = "https://example.org/models/w-0123456789ab.pth"
SAMPLES: dict[Notation, Sample] = {
    "id": Sample("acme/model", "acme/model"),
    "id@revision": Sample("acme/model@v9", "acme/model", ref="v9"),
    "file": Sample("https://huggingface.co/acme/model/resolve/v9/w.bin", "acme/model", "huggingface", "v9"),
    "code": Sample("acme/model", "acme/model"),
    "name": Sample("some-model", "some-model"),
    "entry": Sample("Some/Model", "Some/Model"),
    "address": Sample(ADDRESS, ADDRESS, "url"),
    "torchhub": Sample("acme/code:v9", "acme/code", ref="v9"),
    "tfhub": Sample("https://tfhub.dev/acme/model/3", "https://tfhub.dev/acme/model/3"),
    "kaggle": Sample("acme/model/keras/small/3", "acme/model/keras/small/3"),
    "timm": Sample("some-model", "some-model"),
    "preset": Sample("small_en", "small_en"),
    "asset": Sample("yolov8n.pt", "yolov8n.pt"),
    "weights": Sample("ResNet50_Weights.DEFAULT", "resnet50", ref="DEFAULT"),
    "hf": Sample("hf://acme/model@v9/w.bin", "acme/model", "huggingface", "v9"),
    "key": Sample("a/b.yaml", "a/b.yaml"),
    "dataset": Sample("acme/model", "acme/model"),
    "kernel": Sample("acme/model", "acme/model"),
}
SECOND: dict[Notation, Sample] = {
    **SAMPLES,
    "id": Sample("other/model", "other/model"),
    "entry": Sample("Other", "Other"),
    "code": Sample("other/model", "other/model"),
    "name": Sample("other-model", "other-model"),
    "kernel": Sample("other/kernel", "other/kernel"),
}


@dataclass(eq=False)
class Call:
    """The arguments of a call; a keyword ``a.b`` is the key ``b`` of the dictionary given as ``a``."""

    positional: list[str] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)

    def give(self, keyword: str, value: object) -> None:
        head, _, key = keyword.partition(".")
        if key:
            self.keywords.setdefault(head, {})[key] = value
        elif head:
            self.keywords.setdefault(head, value)

    def __str__(self) -> str:
        return ", ".join([*self.positional, *(f"{name}={value!r}" for name, value in self.keywords.items())])


@dataclass(eq=False)
class Case:
    """One call of one row, and what it must come to."""

    loader: Loader
    text: str
    sample: Sample = Sample("", "")
    ref: str | None = None
    also: Also | None = None

    @property
    def id(self) -> str:
        return self.text[:100]


def function(loader: Loader, name: str = "") -> str:
    """A name that the row's pattern means."""
    if loader.notation == "weights":
        return loader.call.replace("*", "ANY")
    return loader.call.replace("*", name or (loader.names[0] if loader.names else "Any"))


def sample_for(loader: Loader) -> Sample:
    """The sample that the row's conditions let pass."""
    starts = [one.starts for one in loader.conditions if one.argument == loader.model and one.starts]
    if not starts or len(starts) != len(loader.conditions):
        return SAMPLES[loader.notation]
    if starts[0] == "hf-hub:":
        return Sample("hf-hub:acme/model@v9", "acme/model", "huggingface", "v9")
    if "://" in starts[0]:
        return SAMPLES[loader.notation]
    return Sample(f"{starts[0]}x", f"{starts[0]}x")


def meet(call: Call, conditions: tuple[Condition, ...], model: Argument) -> None:
    """Give what makes the first condition hold."""
    for condition in conditions[:1]:
        if condition.argument != model and not condition.otherwise:
            call.give(condition.argument.keyword, True if condition.equals is None else condition.equals)


def spellings(argument: Argument, text: str) -> Iterator[Call]:
    """The argument by position and under every keyword."""
    if argument.position is not None:
        yield Call(positional=[*["None"] * argument.position, repr(text)])
    for keyword in argument.keywords:
        if keyword:
            call = Call()
            call.give(keyword, text)
            yield call


def named_by_argument() -> Iterator[Case]:
    for loader in LOADERS:
        sample = sample_for(loader)
        ref = loader.arguments.ref.keyword if loader.arguments.ref and sample.ref is None else ""
        for call in [] if loader.names_itself else spellings(loader.model, sample.text):
            for number, part in enumerate(loader.parts):
                call.give(part.keyword, f"part{number}")
            meet(call, loader.conditions, loader.model)
            call.give(ref, "v1")
            said = call.keywords.get(ref.partition(".")[0]) is not True  # else a condition wants it to be true
            yield Case(loader, f"{function(loader)}({call})", sample, "v1" if ref and said else sample.ref)


def named_by_call() -> Iterator[Case]:
    for loader in LOADERS:
        names = loader.names or ("SOMETHING",)
        for name in names if loader.names_itself else ():
            call = Call()
            meet(call, loader.conditions, loader.model)
            expected = "any" if loader.notation == "weights" else name
            yield Case(loader, f"{function(loader, name)}({call})", Sample(name, expected))


def second_models() -> Iterator[Case]:
    for loader in LOADERS:
        for also in loader.also:
            sample = SECOND[also.notation]
            call = Call()
            if not also.instead:
                first = sample_for(loader)
                call = Call() if loader.names_itself else [*spellings(loader.model, first.text)][-1]
                meet(call, loader.conditions, loader.model)
            meet(call, also.conditions, also.model)
            call.give(also.model.keyword, sample.text)
            yield Case(loader, f"{function(loader)}({call})", sample, also=also)


def without_ids() -> Iterator[Case]:
    for loader in LOADERS:
        call = Call()
        meet(call, loader.conditions, loader.model)
        if not loader.names_itself:
            yield Case(loader, f"{function(loader)}({call})")


def refused() -> Iterator[Case]:
    for loader in LOADERS:
        if loader.conditions:
            call = Call() if loader.names_itself else next(spellings(loader.model, "./somewhere"))
            for condition in loader.conditions:
                if condition.argument != loader.model:
                    call.give(condition.argument.keyword, None)
            for also in loader.also:
                call.give(also.model.keyword, None)
            yield Case(loader, f"{function(loader)}({call})")


def cases(make: Callable[[], Iterator[Case]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", _MADE[make], ids=lambda case: case.id)


_MADE = {make: tuple(make()) for make in (named_by_argument, named_by_call, second_models, without_ids, refused)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What the scan of a project finds that has every call on a line of its own."""
    folder: Path = tmp_path_factory.mktemp("project")
    places: dict[int, tuple[str, int]] = {}
    lines: dict[str, list[str]] = defaultdict(list)
    for made in _MADE.values():
        for case in made:
            path = f"{case.loader.library}.py"
            module = case.loader.call.rpartition(".")[0].partition("*")[0].strip(".")
            lines[path] += [f"import {module}", case.text]
            places[id(case)] = (path, len(lines[path]))
    for path, code in lines.items():
        (folder / f"use_{path}").write_text("\n".join(code))
    result = scan(folder)
    at: dict[tuple[str, int], list[Outcome]] = defaultdict(list)
    found: list[Outcome] = [*result.references, *result.unresolved, *result.local]
    for outcome in found:
        at[outcome.location.path.removeprefix("use_"), outcome.location.line].append(outcome)
    return lambda case: at[places[id(case)]]


def without_defaults(outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes without those of further models that the call loads by itself."""
    return [one for one in outcomes if not isinstance(one, Reference) or one.resolution != "default-model"]


@cases(named_by_argument)
def test_argument_names_the_model(case: Case, found: Found) -> None:
    (reference,) = without_defaults(found(case))
    assert isinstance(reference, Reference)
    hub = case.sample.hub or case.loader.hub
    parts = [f"part{number}" for number in range(len(case.loader.parts))] if hub == case.loader.hub else []
    owner = f"{case.loader.owner}/" if case.loader.owner and "/" not in case.sample.name else ""
    assert reference.key.hub == hub
    assert reference.key.name == owner + "/".join([case.sample.name, *parts])
    assert reference.ref == case.ref
    assert reference.loader == function(case.loader)
    assert reference.kind == case.loader.kind
    assert reference.pinning.column == 0


@cases(named_by_call)
def test_call_names_the_model(case: Case, found: Found) -> None:
    (reference,) = without_defaults(found(case))
    assert isinstance(reference, Reference)
    assert (reference.key.hub, reference.key.name) == (case.loader.hub, case.sample.name)


@cases(second_models)
def test_second_model_is_found(case: Case, found: Found) -> None:
    references = [one for one in found(case) if isinstance(one, Reference) and one.key.name == case.sample.name]
    (reference,) = references
    assert case.also is not None
    assert reference.reads == case.also.reads
    assert reference.alternatives == ()


@cases(without_ids)
def test_call_without_an_id_is_said_or_loads_nothing(case: Case, found: Found) -> None:
    loader = case.loader
    outcomes = found(case)
    conditions = [one for one in loader.conditions if one.argument == loader.model]
    if loader.conditions and len(conditions) == len(loader.conditions) and not any(one.otherwise for one in conditions):
        assert without_defaults(outcomes) == []
    elif loader.default and not loader.quiet:
        assert any(isinstance(one, Reference) and one.resolution == "default-model" for one in outcomes)
    elif loader.optional or loader.quiet:
        assert without_defaults(outcomes) == []
    elif any(isinstance(one, Reference) and one.origin for one in outcomes):
        assert loader.has_default
        assert row_of(loader.call, loader.model.keyword) is not None
    else:
        assert any(isinstance(one, UnresolvedReference) for one in outcomes)


@cases(refused)
def test_call_whose_conditions_do_not_hold_loads_nothing(case: Case, found: Found) -> None:
    assert not [one for one in without_defaults(found(case)) if not isinstance(one, LocalReference)]


def rows_about(row: Row) -> list[Loader]:
    """The rows of the catalogue whose model a row of the defaults is about."""
    return [one for one in LOADERS if row_of(one.call, one.model.keyword) is row]


@pytest.mark.parametrize("row", DEFAULTS, ids=lambda row: row.call)
def test_call_with_known_defaults_is_in_the_catalogue(row: Row) -> None:
    loaders = rows_about(row)
    assert loaders
    for loader in loaders:
        assert loader.has_default or loader.default
        assert loader.hub == row.hub


@pytest.mark.parametrize("row", DEFAULTS, ids=lambda row: row.call)
def test_every_shipped_default_is_a_name_of_the_hub(row: Row, tmp_path: Path) -> None:
    (loader, *_) = rows_about(row)
    facts = {change.fact for changes in table_of(row).changes.values() for change in changes if change.fact}
    calls = [f"{function(loader)}({loader.model.keyword}={fact.name!r})" for fact in facts]
    (tmp_path / "app.py").write_text("\n".join([f"import {loader.library}", *calls]))
    found = {(one.key.hub, one.key.name) for one in scan(tmp_path).references}
    assert facts
    assert {(row.hub, fact.name) for fact in facts} <= found


def test_default_without_a_table_is_said_to_depend_on_the_version(found: Found) -> None:
    loaders = {id(one): one for one in LOADERS if one.has_default and row_of(one.call, one.model.keyword) is None}
    for case in _MADE[without_ids]:
        if id(case.loader) in loaders and not (case.loader.optional or case.loader.quiet or case.loader.conditions):
            reasons = [one.reason for one in found(case) if isinstance(one, UnresolvedReference)]
            assert any("which depends on its version" in reason for reason in reasons), case.text


def test_every_notation_is_used_by_a_row() -> None:
    used = {row.notation for row in LOADERS} | {also.notation for row in LOADERS for also in row.also}
    assert used == set(SAMPLES)


def test_no_two_rows_have_the_same_name() -> None:
    calls = [(row.call, name) for row in LOADERS for name in row.names or ("",)]
    assert len(calls) == len(set(calls))
