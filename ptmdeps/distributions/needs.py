"""What locked models need of Python, compared with what a source has: pure, nothing is read here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.locks import Stated, parsed
from ptmdeps.distributions.sources import PinFile, Source, applies
from ptmdeps.inspect.requirements import ONE_OF, SAVED_WITH
from ptmdeps.inspect.requirements_file import parsed_requirement
from ptmdeps.lockfile.model import LockedModel

_EXTRA = re.compile(r'\bextra == "([a-z0-9-]+)"')

Firmness = Literal["needed", "saved-with", "said"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that a locked model needs, or the alternatives of which one is enough.

    Attributes:
        model: the model.
        requirements: what is needed; several are alternatives.
        firmness: ``needed``; ``saved-with`` for the version that wrote its files; ``said`` where something less firm
            than its files names it.
        extra: how it is said (see ``ptmdeps.inspect.requirements``); empty for what is needed.
        evidence: the file of the model that says so, where the lock tells; else empty.
    """

    model: LockedModel
    requirements: tuple[Requirement, ...]
    firmness: Firmness
    extra: str = ""
    evidence: str = ""

    def __str__(self) -> str:
        return " or ".join(spelled(requirement) for requirement in self.requirements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """A version, or a range of versions, that a source has of a distribution.

    Attributes:
        name: of the distribution.
        version: the one version; ``None`` for a range.
        specifier: the range, as the source writes it; that version where it is one.
        line: where a file says so, from 1; 0 for an environment.
    """

    name: str
    version: Version | None
    specifier: SpecifierSet
    line: int = 0

    def __str__(self) -> str:
        return str(self.version) if self.version else f"{self.name}{self.specifier}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """That a source does not have what a model needs.

    Attributes:
        need: what is needed.
        source: what was looked at.
        found: what it has instead; ``None`` where it has nothing of that name.
    """

    need: Need
    source: Source
    found: Has | None = None


def needs_of(model: LockedModel, markers: Mapping[str, str]) -> Iterator[Need]:
    """What a model needs where the environment markers have these values; what is no PEP 508 is left out."""
    alternatives: dict[str, list[Requirement]] = {}
    for text in model.requires:
        requirement = _parsed(text)
        if requirement is None:
            continue
        extra = next(iter(_EXTRA.findall(str(requirement.marker or ""))), "")
        if requirement.marker and not applies(str(requirement.marker), {**markers, "extra": extra}):
            continue
        if extra.startswith(ONE_OF):
            alternatives.setdefault(extra, []).append(requirement)
            continue
        firmness: Firmness = "saved-with" if extra == SAVED_WITH else "said" if extra else "needed"
        evidence = stated_in(requirement, extra, model)
        yield Need(model=model, requirements=(requirement,), firmness=firmness, extra=extra, evidence=evidence)
    for extra, requirements in sorted(alternatives.items()):
        evidence = stated_in(requirements[0], extra, model)
        yield Need(model=model, requirements=tuple(requirements), firmness="needed", extra=extra, evidence=evidence)


def unreadable(model: LockedModel) -> tuple[str, ...]:
    """What the lock says that a model needs and that is no PEP 508, or leads to an address."""
    parts = ((text, _parsed(text)) for text in model.requires)
    return tuple(text for text, requirement in parts if requirement is None or requirement.url)


def stated_in(requirement: Requirement, extra: str, model: LockedModel) -> str:
    """The locked file of a model that says what it needs, as ``ptmdeps.inspect.requirements`` reads them.

    Empty where a file that is not locked said it, or the way in which the project reads the model did.
    """
    name = canonicalize_name(requirement.name)
    wanted = _SAVED_IN.get(name, ()) if extra == SAVED_WITH else () if extra else _NEEDED_FOR.get(name, ())
    if not extra and name == "transformers" and requirement.specifier:
        wanted = ("config.json",)
    if extra.startswith(ONE_OF):
        wanted = ("config.json",)
    for ending in wanted:
        for file in model.files:
            if file.path == ending or file.path.endswith(f"/{ending}" if not ending.startswith(".") else ending):
                return file.path
    return ""


def has(source: Source, name: str) -> tuple[Has, ...]:
    """Every version, or range of them, that a source has of a distribution (by its normalised name)."""
    match source:
        case Environment(installed=installed):
            version = installed.get(name)
            return (Has(name=name, version=version, specifier=SpecifierSet(f"=={version}")),) if version else ()
        case PinFile(stated=stated):
            return tuple(_of_line(name, one) for one in stated.get(name, ()))


def unmet(need: Need, source: Source) -> Unmet | None:
    """What a source does not meet; ``None`` where it does, or where a list that need not be whole says nothing."""
    every = [
        (one, requirement)
        for requirement in need.requirements
        for one in has(source, canonicalize_name(requirement.name))
    ]
    if any(satisfies(one, requirement.specifier) for one, requirement in every):
        return None
    if every:
        return Unmet(need=need, source=source, found=best(one for one, _ in every))
    return Unmet(need=need, source=source) if isinstance(source, Environment) or source.whole else None


def satisfies(found: Has, specifier: SpecifierSet) -> bool:
    """Whether a version is one of those that are asked for, or a range has one of them.

    A development version counts as the release that it leads to: it may know everything of it.
    """
    if found.version is None:
        return overlap(found.specifier, specifier)
    release = parsed(found.version.base_version) if found.version.is_devrelease else None
    versions = (found.version, release) if release else (found.version,)
    return any(specifier.contains(version, prereleases=True) for version in versions)


def overlap(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Whether some version may satisfy both.

    Tried are the versions that they name and their neighbours, beyond which nothing changes.
    """
    candidates: set[Version] = {Version("0"), Version("99999")}
    for specifier in (*one, *other):
        version = parsed(specifier.version.removesuffix(".*"))
        if version is not None:
            text = version.public
            near = (
                text,
                f"{text}.post99999",
                f"{version.base_version}.1",
                f"{version.base_version}.99999",
                _below(version),
            )
            candidates.update(filter(None, map(parsed, near)))
    return any(
        one.contains(version, prereleases=True) and other.contains(version, prereleases=True) for version in candidates
    )


def best(found: Iterable[Has]) -> Has:
    """The one to name of several: the newest version, else the first range."""
    every = tuple(found)
    return max((one for one in every if one.version), key=lambda one: one.version or Version("0"), default=every[0])


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Requirement | None:
    """Models say the same things over and over."""
    return parsed_requirement(text)


def _of_line(name: str, stated: Stated) -> Has:
    return Has(name=name, version=stated.version, specifier=stated.specifier, line=stated.line)


def _below(version: Version) -> str:
    """A version a little below: ``1.3.99999`` for ``1.4``."""
    release = list(version.release)
    while release and release[-1] == 0:
        release.pop()
    if not release:
        return ""
    return ".".join(map(str, (*release[:-1], release[-1] - 1, 99_999)))


def spelled(requirement: Requirement) -> str:
    """Name, extras and versions."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{canonicalize_name(requirement.name)}{extras}{requirement.specifier}"


_SAVED_IN: Mapping[str, tuple[str, ...]] = {
    "diffusers": ("model_index.json", "config.json"),
    "peft": ("adapter_config.json",),
    "sentence-transformers": ("config_sentence_transformers.json",),
    "transformers": ("config.json", "config_sentence_transformers.json"),
}
_TOKENIZER = ("tokenizer.model", ".model", ".spm")
_NEEDED_FOR: Mapping[str, tuple[str, ...]] = {
    "accelerate": ("config.json",),
    "aqlm": ("config.json",),
    "bitsandbytes": ("config.json",),
    "compressed-tensors": ("config.json",),
    "fugashi": ("tokenizer_config.json",),
    "gguf": (".gguf",),
    "hqq": ("config.json",),
    "jieba": ("tokenizer_config.json",),
    "optimum": ("config.json",),
    "optimum-quanto": ("config.json",),
    "peft": ("adapter_config.json",),
    "protobuf": _TOKENIZER,
    "sacremoses": ("tokenizer_config.json",),
    "safetensors": (".safetensors",),
    "sentencepiece": _TOKENIZER,
    "tiktoken": (".tiktoken", "tiktoken.model"),
    "timm": ("config.json",),
    "torch": (".bin", ".pt", ".pth", ".ckpt"),
    "torchao": ("config.json",),
}
