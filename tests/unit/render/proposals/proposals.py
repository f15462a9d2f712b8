"""Proposals to be written down: one in which every text that can come from elsewhere is a given one."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.hubs.description import Revision
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import License, LockedFile, LockedModel
from ptmdeps.proposing.proposal import Affected, Proposal, Upgraded
from ptmdeps.upgrade.change import (
    Comparison,
    FileChange,
    ImportChange,
    KeyChange,
    LicenseChange,
    OriginChange,
    PickleChange,
    RequirementChange,
    ResultChange,
    TensorChange,
    TextChange,
    VocabularyChange,
    WeightChange,
)
from ptmdeps.upgrade.news import News
from ptmdeps.upgrade.notable import Notable
from ptmdeps.upgrade.report import Report

OLD, NEW = "a" * 40, "b" * 40


def model(revision: str, name: str = "acme/model", **changes: object) -> LockedModel:
    file = LockedFile(path="model.safetensors", size=1_000_000, sha256=revision[:1] * 64)
    found = LockedModel(
        key=ModelKey("huggingface", name), revision=revision, committed="2026-02-19T10:57:45Z", files=(file,)
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def upgraded(comparison: Comparison | None = None, name: str = "acme/model", **changes: object) -> Upgraded:
    """An upgrade of which nothing but what is given is known."""
    before, after = model(OLD, name), model(NEW, name)
    report = Report(change="changed", key=after.key, before=OLD, after=NEW, comparison=comparison)
    return replace(Upgraded(before=before, after=after, report=report), **changes)  # type: ignore[arg-type]


def proposal(*models: Upgraded, **changes: object) -> Proposal:
    found = Proposal(models=models, branch="ptmdeps/acme-model-bbbbbbb", base="main")
    return replace(found, **changes)  # type: ignore[arg-type]


def everything(text: str, *, lines: tuple[str, ...] = (), models: int = 1) -> Proposal:
    """Proposals in which ``text`` stands wherever a hub, a card, a lock or the project can put one."""
    many = tuple(_upgraded(text, lines or (f"+{text}", f" {text}", text), number) for number in range(models))
    return proposal(
        *many,
        group=text if models > 1 else "",
        added=(model(NEW, text),),
        removed=(model(OLD, text),),
        ancestors=(Notable(kind="license", model=text, text=f"the licence of `{text}` changed: {text} -> {text}"),),
        automerge="nothing but card changed",
        prefix="chore(models): ",
    )


def _upgraded(text: str, lines: tuple[str, ...], number: int) -> Upgraded:
    license_ = License(declared=text, concluded="", evidence="README.md")
    before = model(OLD, f"acme/model{number}", ref=text)
    after = model(NEW, f"{text}{number}", ref=text, license=license_, committed=text)
    report = Report(
        change="changed",
        key=after.key,
        previous=before.key.name,
        ref=text,
        before=OLD,
        after=NEW,
        states=("recreated", "rewritten", "renamed"),
        comparison=_comparison(text, lines),
        news=News(
            commits=(Revision(commit=text, committed=text, title=text, authors=(text, "Ada")),),
            count=3,
            found=True,
            new_authors=(text,),
        ),
        notables=(Notable(kind="remote-code", model=text, text=f"code that `{text}` runs changed: `{text}`"),),
        doubts=(f"its history: {text}",),
    )
    affected = Affected(
        places=(text,) * 7,
        requirements=(text,),
        dependents=(text,),
        descendants=(text,),
        groups=(text,),
        roles=(text,),
    )
    return Upgraded(
        before=before,
        after=after,
        report=report,
        affected=affected,
        rollback=f"ptmdeps upgrade '{text}'",
        fixes=(text,),
    )


def _comparison(text: str, lines: tuple[str, ...]) -> Comparison:
    return Comparison(
        before=OLD,
        after=NEW,
        files=(
            FileChange(kind="renamed", path=text, previous=text, after=3, of="code"),
            FileChange(kind="changed", path="README.md", before=1, after=2, of="card"),
        ),
        keys=tuple(
            KeyChange(path=path, key=f"{text}{count}", before=text, after=None)
            for path in ("README.md", "config.json", text)
            for count in range(10)
        ),
        more_keys=((text, 3),),
        texts=(
            TextChange(path=text, of="code", added=2, removed=1, lines=lines),
            TextChange(path=f"{text}#{text}", of="chat-template", added=2, removed=1, lines=lines, cut=4),
            TextChange(path="README.md", of="card", added=2, removed=1, lines=lines),
        ),
        imports=(ImportChange(path=text, added=(text,), removed=(text,)),),
        pickles=(PickleChange(path=text, added=(text,), removed=(text,)),),
        vocabularies=(
            VocabularyChange(
                path=text,
                before=3,
                after=4,
                added=(text,),
                added_count=5,
                removed=(text,),
                removed_count=2,
                renumbered=3,
                special_added=(text,),
                special_removed=("[PAD]", text),
                merges=(3, 4),
            ),
        ),
        weights=(
            WeightChange(
                folder=text,
                verdict="other-tensors",
                formats=((text,), ("safetensors",)),
                added=2,
                retyped=((text, "F16", 1),),
                different=9,
                tensors=(TensorChange(name=text, before=text, after=text),),
            ),
        ),
        formats=((text,), ("pickle",)),
        license=LicenseChange(before=None, after=License(declared=text, evidence="README.md")),
        gated=("", text),
        results=tuple(ResultChange(task=text, dataset=text, metric=text, before=text, after=None) for _ in range(8)),
        more_results=2,
        requirements=(RequirementChange(name=text, before=None, after=text),),
        origins=(OriginChange(relation=text, name=text, kind="added"),),
        download=12,
        unread=((text, text), ("b", f"`{text}` {text}")),
    )
