"""Which Python distributions loading a model needs, from the files of its repository: PEP 508 texts for the lock.

A text without ``extra`` in its marker is *needed*: loading fails without it, or with a version outside of it. What is
said less firmly has an ``extra`` that says how, just as optional requirements in the metadata of a distribution do, so
that every other tool takes it for what it is:

- ``transformers==4.57.1; extra == "saved-with"``: the version that wrote the model's files;
- ``autoawq; extra == "one-of-awq"``: one of the distributions with the same extra is needed;
- ``timm; extra == "library"``: the model's card names it, and how the project reads the model does not tell;
- ``einops; extra == "remote-code"``: code of the repository needs it, which transformers executes only where it is
  allowed to, because it can make a model of this type itself;
- ``gradio<4; extra == "listed"``: stands in the repository's ``requirements.txt``, and no code of it is loaded;
- ``en-core-web-sm==3.8.0; extra == "itself"``: the model is this distribution, which need not be installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.model_types import known_releases
from ptmdeps.inspect.python_code import imported_modules
from ptmdeps.inspect.python_tables import (
    OF_IMPORT,
    OF_LIBRARY_NAME,
    OF_QUANTIZATION,
    OF_READING,
    OF_TOKENIZER,
    SENTENCEPIECE,
    Alternatives,
)
from ptmdeps.inspect.requirements_file import entries
from ptmdeps.paths import printable

SAVED_WITH = "saved-with"
LIBRARY = "library"
REMOTE_CODE = "remote-code"
LISTED = "listed"
ITSELF = "itself"
ONE_OF = "one-of-"

LIST = "requirements.txt"
_MAXIMUM_LIST = 200_000
_MAXIMUM_ENTRIES = 500
_MAXIMUM_VERSION = 60
_SHOWN = 3
_AUTOMATIC = frozenset({"transformers", "configuration", "sentence-transformers"})
"""Readings that choose the class by ``model_type``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What is looked at.

    Attributes:
        selected: paths of the files that are locked.
        paths: paths of everything that the repository holds.
        read: gives the bytes of a small file.
        readings: how the project reads it: kind of loader and subfolder.
        library_name: what its card says.
        code: its Python files that loading begins to execute.
    """

    selected: tuple[str, ...]
    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    readings: frozenset[tuple[str, str]]
    library_name: str = ""
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonNeeds:
    """What loading needs, sorted PEP 508 texts, and what of the repository's files was not believed, for people."""

    requires: tuple[str, ...]
    problems: tuple[str, ...] = ()


def python_needs(repository: Repository) -> PythonNeeds:
    """Everything that the files of a repository say about Python distributions. Never raises for what they hold."""
    found = _Found()
    kinds = {reads for reads, _ in repository.readings}
    for reads in kinds:
        found.need(*OF_READING.get(reads, ()))
    if kinds & OF_READING.keys():
        _of_weights(repository, found)
        _of_configurations(repository, found)
        _of_tokenizers(repository, found)
    _of_code(repository, found)
    _of_list(repository, found)
    library = OF_LIBRARY_NAME.get(repository.library_name)
    if library and library not in found.needed:
        found.say(Requirement(library), LIBRARY)
    return PythonNeeds(requires=tuple(sorted(found.texts())), problems=tuple(found.problems))


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    needed: dict[str, set[str]] = field(default_factory=dict)
    saved: dict[str, Version] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    native: bool = False
    """Whether transformers can make the model without the repository's code."""

    def need(self, *names: str, versions: str = "") -> None:
        for name in names:
            self.needed.setdefault(name, set()).update(filter(None, versions.split(",")))

    def one_of(self, alternatives: Alternatives, group: str) -> None:
        if len(alternatives) == 1:
            self.need(*alternatives)
        for name in alternatives if len(alternatives) > 1 else ():
            self.say(Requirement(name), f"{ONE_OF}{group}")

    def saved_with(self, name: str, version: object) -> None:
        """Keep the newest version that wrote one of the files."""
        if not isinstance(version, str) or len(version) > _MAXIMUM_VERSION:
            return
        try:
            written = Version(Version(version).public)
        except InvalidVersion:
            return
        if any(written.release):
            self.saved[name] = max(written, self.saved.get(name, written))

    def say(self, requirement: Requirement, extra: str) -> None:
        """Keep something that is said less firmly."""
        condition = f'extra == "{extra}"'
        own = f"({requirement.marker}) and {condition}" if requirement.marker else condition
        marked = Requirement(_text(requirement))
        marked.marker = Marker(own)
        self.others.add(str(marked))

    def texts(self) -> Iterator[str]:
        for name, versions in self.needed.items():
            yield str(Requirement(name + ",".join(sorted(versions))))
        for name, version in self.saved.items():
            yield f'{name}=={version}; extra == "{SAVED_WITH}"'
        yield from self.others


def _text(requirement: Requirement) -> str:
    """Name, extras and versions: neither address nor marker."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{canonicalize_name(requirement.name)}{extras}{requirement.specifier}"


def _of_weights(repository: Repository, found: _Found) -> None:
    if any(path.endswith(".safetensors") for path in repository.selected):
        found.need("safetensors")
    if any(path.endswith(".gguf") for path in repository.selected):
        found.need("gguf")
    if any(path.endswith((".bin", ".pt", ".pth", ".ckpt")) for path in repository.selected):
        found.need("torch")
    if any(_name(path) == "adapter_config.json" for path in repository.selected):
        found.need("peft")


def _of_configurations(repository: Repository, found: _Found) -> None:
    readers: Mapping[str, Callable[[str, dict[str, object], Repository, _Found], None]] = {
        "adapter_config.json": _of_adapter,
        "config.json": _of_config,
        "config_sentence_transformers.json": _of_sentence_transformer,
        "model_index.json": _of_pipeline,
    }
    for path in repository.selected:
        reader = readers.get(_name(path))
        if reader and (config := _object(path, repository, found)):
            reader(path, config, repository, found)


def _of_adapter(_: str, config: dict[str, object], __: Repository, found: _Found) -> None:
    found.saved_with("peft", config.get("peft_version"))


def _of_sentence_transformer(_: str, config: dict[str, object], __: Repository, found: _Found) -> None:
    versions = config.get("__version__")
    if isinstance(versions, dict):
        found.saved_with("sentence-transformers", versions.get("sentence_transformers"))
        found.saved_with("transformers", versions.get("transformers"))


def _of_pipeline(_: str, config: dict[str, object], __: Repository, found: _Found) -> None:
    found.saved_with("diffusers", config.get("_diffusers_version"))
    if any(isinstance(part, list) and part[:1] == ["transformers"] for part in config.values()):
        found.need("transformers")


def _of_config(path: str, config: dict[str, object], repository: Repository, found: _Found) -> None:
    found.saved_with("transformers", config.get("transformers_version"))
    found.saved_with("diffusers", config.get("_diffusers_version"))
    if "pretrained_cfg" in config or config.get("use_timm_backbone") is True:
        found.need("timm")
    for alternatives in OF_QUANTIZATION.get(_quantization(config), ()):
        found.one_of(alternatives, _quantization(config))
    auto_map, model_type = config.get("auto_map"), config.get("model_type")
    releases = known_releases(model_type) if isinstance(model_type, str) else None
    if releases is None or not _chosen_by_type(path, repository.readings):
        return
    if isinstance(auto_map, dict) and "AutoConfig" in auto_map:
        found.native = True
    else:
        found.need("transformers", versions=releases)


def _chosen_by_type(path: str, readings: Iterable[tuple[str, str]]) -> bool:
    """Whether a reading looks at ``model_type`` of this file: of its own folder, or of a module's below it."""
    folder = path.rpartition("/")[0]
    return any(reads in _AUTOMATIC and (folder == own or reads == "sentence-transformers") for reads, own in readings)


def _quantization(config: dict[str, object]) -> str:
    """``quant_method``; older files of bitsandbytes and compressed-tensors have none."""
    match config:
        case {"quantization_config": {"quant_method": str(method)}}:
            return method
        case {"quantization_config": {"load_in_4bit": True} | {"load_in_8bit": True}}:
            return "bitsandbytes"
        case {"compression_config": dict()}:
            return "compressed-tensors"
    return ""


def _of_tokenizers(repository: Repository, found: _Found) -> None:
    selected = frozenset(repository.selected)
    for path in repository.selected:
        folder, slash, name = path.rpartition("/")
        if name == "tokenizer_config.json" and (config := _object(path, repository, found)):
            found.need(*OF_TOKENIZER.get(str(config.get("tokenizer_class")), ()))
        if f"{folder}{slash}tokenizer.json" in selected:
            continue
        if name.endswith(".tiktoken") or name == "tiktoken.model":
            found.need("tiktoken")
        elif name.endswith(".spm"):
            found.need("sentencepiece")
        elif name in SENTENCEPIECE:
            found.need("sentencepiece", "protobuf")


def _of_code(repository: Repository, found: _Found) -> None:
    for module in imported_modules(repository.code, frozenset(repository.paths), repository.read):
        alternatives = OF_IMPORT.get(module, ())
        if not found.native:
            found.one_of(alternatives, module.lower().replace("_", "-"))
        elif len(alternatives) == 1 and alternatives[0] not in found.needed:
            found.say(Requirement(alternatives[0]), REMOTE_CODE)


def _of_list(repository: Repository, found: _Found) -> None:
    """The repository's own list: needed where its code is executed, else only said; nothing in it is followed."""
    if LIST not in repository.paths:
        return
    data = repository.read(LIST)
    if len(data) > _MAXIMUM_LIST:
        found.problems.append(f"`{LIST}` has {len(data):,} bytes, which is no list of requirements")
        return
    refused: list[str] = []
    for number, entry in enumerate(entries(data)):
        if number >= _MAXIMUM_ENTRIES:
            found.problems.append(f"`{LIST}` has more than {_MAXIMUM_ENTRIES} entries: the rest is ignored")
            break
        if entry.problem:
            refused.append(f"line {entry.line}: {entry.problem}: `{printable(entry.text, limit=80)}`")
        if entry.requirement is not None:
            _listed(entry.requirement, found, executed=bool(repository.code))
    more = f" and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else ""
    if refused:
        found.problems.append(f"`{LIST}`: {'; '.join(refused[:_SHOWN])}{more}")


def _listed(requirement: Requirement, found: _Found, *, executed: bool) -> None:
    if not executed or found.native:
        found.say(requirement, REMOTE_CODE if executed else LISTED)
    elif requirement.marker:
        found.others.add(f"{_text(requirement)}; {requirement.marker}")
    else:
        found.need(_text(requirement).removesuffix(str(requirement.specifier)), versions=str(requirement.specifier))


def _object(path: str, repository: Repository, found: _Found) -> dict[str, object]:
    """A JSON file; an empty object, and a problem, for what is none."""
    try:
        return json_object(repository.read(path), path=path)
    except UnsafeContent as error:
        found.problems.append(error.message)
        return {}


def _name(path: str) -> str:
    return path.rpartition("/")[2]
