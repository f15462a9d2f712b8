"""How a model is delivered: what it needs, who needs it, where it runs, what arrives."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.configuration import adapter_base, remote_code
from ptmdeps.inspect.formats import WEIGHT_FORMATS, file_format
from ptmdeps.inspect.requirements import Repository, python_needs
from ptmdeps.lockfile.model import Edge
from ptmdeps.manifest.specifiers import specifier
from ptmdeps.showing.element import Answer, Element, Known, Missing
from ptmdeps.showing.evidence import Evidence
from ptmdeps.showing.selecting import REQUIREMENTS, one_copy
from ptmdeps.showing.values import Memory, Relation, Share, Size, Software

_LOCK = "ptm.lock"
_PICKLED = re.compile(r"pytorch_model(?:-\d{5}-of-\d{5})?\.bin")
_HUB = "hub"
_AUTO_MAPS = ("config.json", "preprocessor_config.json", "processor_config.json", "tokenizer_config.json")


def _dependencies(evidence: Evidence) -> Answer:
    """Runtime edges; of a model that is not locked, those that its configuration names."""
    if evidence.locked is not None:
        edges = evidence.locked.runtime_edges
        return Known(value=tuple(_relation(edge) for edge in edges), source=_LOCK)
    found = tuple(sorted(_configured(evidence)))
    read = [path for path in ("adapter_config.json", *_AUTO_MAPS) if path in evidence.contents]
    doubt = evidence.doubt("adapter_config.json", *_AUTO_MAPS)
    if not found and (doubt or not evidence.whole):
        return Missing(reason=doubt or evidence.absent("config.json"))
    sources = sorted({relation.evidence for relation in found}) or read
    return Known(value=found, source=", ".join(sources) or _HUB)


def _relation(edge: Edge) -> Relation:
    return Relation(name=specifier(edge.target, edge.ref), relation=edge.relation, evidence=edge.evidence)


def _configured(evidence: Evidence) -> Iterator[Relation]:
    path = "adapter_config.json"
    base = None
    with suppress(UnsafeContent):  # what cannot be read names nothing; the element for it says that it is broken
        base = adapter_base(evidence.contents[path]) if path in evidence.contents else None
    if base is not None:
        yield Relation(name=base.name, relation="adapter", evidence=path)
    for path in _AUTO_MAPS:
        try:
            code = remote_code({path: evidence.contents[path]}) if path in evidence.contents else None
        except UnsafeContent:
            continue
        for repository in sorted({name for name, _ in code.others} if code else ()):
            if repository != evidence.key.name:
                yield Relation(name=repository, relation="remote-code", evidence=path)


def _python(evidence: Evidence) -> Answer:
    if evidence.locked is not None and evidence.locked.requires:
        return Known(value=evidence.locked.requires, source=_LOCK)
    read = tuple(path for path in evidence.paths if path in evidence.contents)
    needs = python_needs(
        Repository(
            selected=(*read, *one_copy(evidence.paths)),
            paths=read,
            read=evidence.contents.__getitem__,
            readings=frozenset((reads, "") for reads in _readings(evidence)),
            library_name=evidence.card.library_name if evidence.card else "",
        )
    ).requires
    if needs:
        said = [path for path in (REQUIREMENTS, "config.json", "model_index.json", "README.md") if path in read]
        return Known(value=needs, source=", ".join(said[:2]) or _HUB)
    doubt = evidence.doubt("config.json", "model_index.json", "README.md") or evidence.absent(REQUIREMENTS)
    return Missing(reason=evidence.nothing or f"neither its files nor `library_name` in `README.md` say it: {doubt}")


def _readings(evidence: Evidence) -> Iterator[str]:
    """What kind of loader the repository is made for, by its index files."""
    paths = frozenset(evidence.paths)
    for index, reads in (
        ("model_index.json", "diffusers"),
        ("modules.json", "sentence-transformers"),
        ("adapter_config.json", "peft"),
    ):
        if index in paths:
            yield reads
            return
    if evidence.config("config.json").get("model_type"):
        yield "transformers"


def _dependents(evidence: Evidence) -> Answer:
    """Models and files of the project, as the lock has them."""
    lockfile = evidence.lockfile
    if lockfile is None:
        return Missing(reason="there is no `ptm.lock` that could name them")
    names = {evidence.key.name, *(evidence.locked.names if evidence.locked else ())}
    refs = {evidence.ref} if evidence.locked else None
    found = set()
    for model in lockfile.models:
        for edge in model.edges:
            same = edge.target.hub == evidence.key.hub and edge.target.name in names
            if same and (edge.kind == "lineage" or refs is None or edge.ref in refs):
                found.add(Relation(name=model.key.label, relation=edge.relation, evidence=edge.evidence))
    for requirement in lockfile.requirements:
        asked = requirement.key.hub == evidence.key.hub and requirement.key.name in names
        if asked and (refs is None or requirement.ref in refs):
            found.update(Relation(name=path, relation=requirement.reads) for path in requirement.used_in)
    return Known(value=tuple(sorted(found)), source=_LOCK)


def _environment(evidence: Evidence) -> Answer:
    versions: dict[str, str] = {}
    found: list[str] = []
    for path, config in evidence.configs(
        "adapter_config.json",
        "config.json",
        "config_sentence_transformers.json",
        "generation_config.json",
        "model_index.json",
    ):
        said = dict(_saved_with(config))
        if said.keys() - versions.keys():
            found.append(path)
        versions = said | versions
    library, source = _library(evidence)
    if not library and not versions:
        unsaid = f"{evidence.absent('README.md', '`library_name`')}, and no configuration has a version"
        return Missing(reason=evidence.nothing or unsaid)
    saved_with = tuple(sorted(f"{name} {version}" for name, version in versions.items()))
    return Known(
        value=Software(library=library or min(versions), saved_with=saved_with),
        source=", ".join(dict.fromkeys(filter(None, (source, *found)))),
    )


def _saved_with(config: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, key in (
        ("transformers", "transformers_version"),
        ("diffusers", "_diffusers_version"),
        ("peft", "peft_version"),
    ):
        if isinstance(version := config.get(key), str):
            yield name, version
    if isinstance(versions := config.get("__version__"), dict):
        for library in ("sentence_transformers", "transformers", "pytorch"):
            if isinstance(version := versions.get(library), str):
                yield library.replace("_", "-"), version


def _library(evidence: Evidence) -> tuple[str, str]:
    if evidence.card and evidence.card.library_name:
        return evidence.card.library_name, "README.md"
    if evidence.described and evidence.described.facts.library:
        return evidence.described.facts.library, _HUB
    return "", ""


def _memory(evidence: Evidence) -> Answer:
    weights = evidence.weights
    if not weights.tensors:
        files = (
            [file.size for file in evidence.locked.files if file.format in WEIGHT_FORMATS] if evidence.locked else []
        )
        if evidence.described and not evidence.locked:
            files = [file.size for file in evidence.described.files if _PICKLED.fullmatch(file.path)]
        if files:
            return Known(value=Memory(size=sum(files)), source=_LOCK if evidence.locked else _HUB)
        return Missing(reason=evidence.nothing or weights.doubt or "its safetensors files hold no tensor")
    return Known(value=Memory(size=weights.size, types=tuple(_types(evidence))), source=_paths(weights.paths))


def _types(evidence: Evidence) -> Iterator[Share]:
    """By bytes, as far as the sizes of the types are told by their names (``F8_E4M3``, ``BF16``)."""
    parameters: Counter[str] = Counter()
    for tensor in evidence.weights.tensors:
        parameters[tensor.dtype] += tensor.parameters
    for dtype, count in sorted(parameters.items()):
        digits = "".join(filter(str.isdigit, dtype.partition("_")[0])) or "8"
        yield Share(kind=dtype, size=count * int(digits[:3]) // 8)


def _paths(paths: tuple[str, ...]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} safetensors files"


def _formats(evidence: Evidence) -> Answer:
    sizes: dict[str, list[int]] = defaultdict(list)
    if evidence.described is not None:
        files = [(file.path, file.size) for file in evidence.described.files]
    else:
        files = [(file.path, file.size) for file in evidence.locked.files] if evidence.locked else []
    for path, size in files:
        sizes[file_format(path)].append(size)
    weights = {kind: found for kind, found in sizes.items() if kind in WEIGHT_FORMATS} or sizes
    if not weights:
        return Missing(reason=evidence.nothing or "the repository holds no files")
    shares = (Share(kind=kind, files=len(found), size=sum(found)) for kind, found in weights.items())
    return Known(
        value=tuple(sorted(shares, key=lambda share: (-share.size, share.kind))),
        source=_HUB if evidence.described else _LOCK,
    )


def _size(evidence: Evidence) -> Answer:
    if evidence.nothing:
        return Missing(reason=evidence.nothing)
    model, described = evidence.locked, evidence.described
    sources = [name for name, there in ((_LOCK, model), (_HUB, described)) if there is not None]
    return Known(
        value=Size(
            locked_files=len(model.files) if model else None,
            locked_size=model.size if model else None,
            files=len(described.files) if described else None,
            size=sum(file.size for file in described.files) if described else None,
        ),
        source=", ".join(sources),
    )


ELEMENTS = (
    Element(
        group="delivery",
        name="dependencies",
        meaning="models without which it cannot be loaded: the base of an adapter, other repositories' code",
        sources="`ptm.lock`; else `adapter_config.json` and `auto_map`",
        collect=_dependencies,
    ),
    Element(
        group="delivery",
        name="Python requirements",
        meaning="Python distributions that loading needs; an `extra` says what is said less firmly",
        sources="`ptm.lock`; else configurations, `requirements.txt` and the card's `library_name`",
        collect=_python,
    ),
    Element(
        group="delivery",
        name="dependents",
        meaning="who needs it: models of this project's lock, and files of the project",
        sources="`ptm.lock`",
        collect=_dependents,
    ),
    Element(
        group="delivery",
        name="running environment",
        meaning="the library that loads it, and the versions that wrote its files",
        sources="`library_name` of the card; versions in configurations",
        collect=_environment,
    ),
    Element(
        group="delivery",
        name="memory",
        meaning="bytes of the weights when they are loaded as they are stored, by type of the tensors",
        sources="headers of safetensors files; else the sizes of the files that would be loaded",
        collect=_memory,
    ),
    Element(
        group="delivery",
        name="formats",
        meaning="formats in which the repository has the weights",
        sources="names of the files",
        collect=_formats,
    ),
    Element(
        group="delivery",
        name="size",
        meaning="files and bytes of what the lock selects, and of the whole repository",
        sources="`ptm.lock`; the hub's list of files",
        collect=_size,
    ),
)
