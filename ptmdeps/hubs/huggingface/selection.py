"""Which files of a repository a loader reads: what it would open offline, and nothing else.

Each kind of loader (``Requirement.reads``) is one function from a listing to paths. The rules follow what
transformers 5.23, sentence-transformers 6.2, diffusers 0.42 and peft 0.21 look for; loading offline with
those libraries is the test of them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ptmdeps.hubs.huggingface.weights import weights
from ptmdeps.hubs.protocol import Reading
from ptmdeps.inspect.configuration import json_object, pipeline_components, remote_code, sentence_modules
from ptmdeps.paths import safe_path
from ptmdeps.requirement import FileSelection

_SMALL_ENDINGS = (".json", ".txt", ".model", ".jinja", ".tiktoken", ".bpe", ".spm", ".vocab")
_NEVER_READ = frozenset(
    {
        "all_results.json",
        "eval_results.json",
        "model_index.json",
        "modules.json",
        "onnx_config.json",
        "optimizer.json",
        "requirements.txt",
        "license.txt",
        "train_results.json",
        "trainer_state.json",
        "training_args.json",
    }
)
_CONFIGURATIONS = frozenset({"config.json", "generation_config.json", "adapter_config.json", "params.json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a repository at one commit, and a way to read the small ones.

    Attributes:
        paths: every path, sorted.
        read: bytes of a file at that commit; only called for paths of the listing.
        names: what the repository goes by, so that code which names it is its own.
    """

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    names: frozenset[str] = frozenset()

    def has(self, path: str) -> bool:
        """Whether the repository holds ``path``."""
        return path in self.paths

    def within(self, folder: str) -> tuple[str, ...]:
        """Names of the files that stand directly in ``folder`` (empty for the root)."""
        prefix = f"{folder}/" if folder else ""
        names = (path[len(prefix) :] for path in self.paths if path.startswith(prefix))
        return tuple(name for name in names if "/" not in name)


Rule = Callable[[Listing, FileSelection], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What the readings of a repository take together, each sorted.

    Attributes:
        paths: files that the repository holds.
        missing: files that code or an index asks for by name and that it does not hold.
    """

    paths: tuple[str, ...]
    missing: tuple[str, ...]


def select(listing: Listing, readings: Iterable[Reading]) -> Selected:
    """The files that the readings take together.

    Raises:
        UnsafeContent: an index file is broken, or names files outside its folder.
    """
    chosen: set[str] = set()
    for reading in readings:
        chosen |= {*RULES.get(reading.reads, _snapshot)(listing, reading.selection), *reading.selection.files}
    present = chosen.intersection(listing.paths)
    return Selected(paths=tuple(sorted(present)), missing=tuple(sorted(chosen - present)))


def detect(listing: Listing) -> str:
    """What kind of loader a repository is made for, by the index files that the loaders themselves go by."""
    for index, reads in _INDEX_FILES.items():
        if listing.has(index):
            return reads
    return "snapshot"


def _snapshot(listing: Listing, selection: FileSelection) -> Iterator[str]:
    """``snapshot_download``: everything, but for its patterns (a pattern that ends in ``/`` means the folder)."""
    allow, ignore = (_folders_as_patterns(patterns) for patterns in (selection.allow, selection.ignore))
    for path in listing.paths:
        wanted = not allow or any(fnmatchcase(path, pattern) for pattern in allow)
        if wanted and not any(fnmatchcase(path, pattern) for pattern in ignore):
            yield path


def _file(listing: Listing, selection: FileSelection) -> Iterator[str]:
    """The files that the call names; where only the running program knows the name, every file may be meant."""
    yield from selection.files or listing.paths


def _model(listing: Listing, selection: FileSelection) -> Iterable[str]:
    """Nothing says how it is loaded: what the repository is made for decides."""
    return RULES[detect(listing)](listing, selection)


def _transformers(listing: Listing, selection: FileSelection) -> Iterator[str]:
    yield from _small_files(listing, selection.subfolder)
    if not selection.files:
        yield from weights(listing, selection.subfolder, selection)


def _tokenizer(listing: Listing, selection: FileSelection) -> Iterator[str]:
    yield from _small_files(listing, selection.subfolder)


def _configuration(listing: Listing, selection: FileSelection) -> Iterator[str]:
    folder = selection.subfolder
    yield from (_join(folder, name) for name in listing.within(folder) if name in _CONFIGURATIONS)
    yield from _code(listing, folder)


def _tokenizers(_: Listing, __: FileSelection) -> Iterator[str]:
    yield "tokenizer.json"


def _peft(listing: Listing, selection: FileSelection) -> Iterator[str]:
    yield from _small_files(listing, selection.subfolder)
    yield from weights(listing, selection.subfolder, selection)


def _sentence_transformers(listing: Listing, selection: FileSelection) -> Iterator[str]:
    if not listing.has("modules.json"):
        yield from _transformers(listing, selection)
        return
    yield "modules.json"
    modules = sentence_modules(listing.read("modules.json"))
    if any(listing.has(f"{module.type.rpartition('.')[0].replace('.', '/')}.py") for module in modules):
        yield from _root_code(listing)
    folders = {"", *(module.path for module in modules)}
    for folder in sorted(folders.union(*(_routes(listing, folder) for folder in folders))):
        yield from _small_files(listing, folder)
        yield from weights(listing, folder, selection)


def _routes(listing: Listing, folder: str) -> Iterator[str]:
    """Folders of the modules between which a ``Router`` of sentence-transformers (once ``Asym``) chooses."""
    for name in ("router_config.json", "config.json"):
        path = _join(folder, name)
        match json_object(listing.read(path), path=path) if listing.has(path) else {}:
            case {"types": dict(modules), "structure": _}:
                yield from (_join(folder, safe_path(module)) for module in modules)


def _diffusers(listing: Listing, selection: FileSelection) -> Iterator[str]:
    if selection.subfolder or not listing.has("model_index.json"):
        yield from _component(listing, selection.subfolder, selection)
        return
    yield "model_index.json"
    yield from _root_code(listing)
    for component in pipeline_components(listing.read("model_index.json")):
        yield from _component(listing, component.name, selection)


def _component(listing: Listing, folder: str, selection: FileSelection) -> Iterator[str]:
    yield from _small_files(listing, folder)
    yield from (_join(folder, name) for name in listing.within(folder) if name.endswith(".py"))
    yield from weights(listing, folder, selection)


def _timm(listing: Listing, selection: FileSelection) -> Iterator[str]:
    """``load_model_config_from_hf`` and ``load_state_dict_from_hf`` of ``timm/models/_hub.py`` (1.0)."""
    yield "config.json"
    names = ("model.safetensors", "open_clip_model.safetensors", "pytorch_model.bin", "open_clip_pytorch_model.bin")
    if not selection.files:
        yield from [name for name in names if listing.has(name)][:1]


def _open_clip(listing: Listing, selection: FileSelection) -> Iterator[str]:
    """``download_pretrained_from_hf`` of ``open_clip/pretrained.py`` (3.3), and the tokenizer that a model may name."""
    yield from _small_files(listing, "")
    if not selection.files:
        names = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
        yield from [name for name in names if listing.has(name)][:1]


def _faster_whisper(listing: Listing, _: FileSelection) -> Iterator[str]:
    """The patterns of ``download_model`` in ``faster_whisper/utils.py`` (1.2)."""
    patterns = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
    yield from (path for path in listing.paths if any(fnmatchcase(path, pattern) for pattern in patterns))


def _remote_code(listing: Listing, _: FileSelection) -> Iterator[str]:
    yield from (path for path in listing.paths if path.endswith(".py"))


def _small_files(listing: Listing, folder: str) -> Iterator[str]:
    """Configuration, vocabulary and templates: whatever is small by nature and stands in the folder."""
    for name in listing.within(folder):
        lower = name.lower()
        if lower.endswith(_SMALL_ENDINGS) and lower not in _NEVER_READ and ".index." not in lower:
            yield _join(folder, name)
    templates = _join(folder, "additional_chat_templates")
    yield from (_join(templates, name) for name in listing.within(templates))
    yield from _code(listing, folder)


def _code(listing: Listing, folder: str) -> Iterator[str]:
    """The Python files of the root, where loaders look for them, if a configuration in ``folder`` makes them run."""
    code = remote_code(configurations(listing, folder))
    if code.modules or not listing.names.isdisjoint(repository for repository, _ in code.others):
        yield from _root_code(listing)


def _root_code(listing: Listing) -> Iterator[str]:
    return (name for name in listing.within("") if name.endswith(".py"))


def configurations(listing: Listing, folder: str = "") -> Mapping[str, bytes]:
    """The configuration files in which ``auto_map`` may stand."""
    names = ("config.json", "tokenizer_config.json", "processor_config.json", "preprocessor_config.json")
    paths = [_join(folder, name) for name in names]
    return {path: listing.read(path) for path in paths if listing.has(path)}


def _folders_as_patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{pattern}*" if pattern.endswith("/") else pattern for pattern in patterns)


def _join(folder: str, name: str) -> str:
    return posixpath.join(folder, name) if folder else name


_INDEX_FILES: Mapping[str, str] = {
    "model_index.json": "diffusers",
    "modules.json": "sentence-transformers",
    "adapter_config.json": "peft",
    "config.json": "transformers",
    "tokenizer.json": "tokenizer",
}

RULES: Mapping[str, Rule] = {
    "configuration": _configuration,
    "diffusers": _diffusers,
    "faster-whisper": _faster_whisper,
    "file": _file,
    "flair": _file,
    "keras-hub": _snapshot,
    "model": _model,
    "open-clip": _open_clip,
    "peft": _peft,
    "processor": _tokenizer,
    "remote-code": _remote_code,
    "sentence-transformers": _sentence_transformers,
    "snapshot": _snapshot,
    "timm": _timm,
    "tokenizer": _tokenizer,
    "tokenizers": _tokenizers,
    "transformers": _transformers,
}
"""Every kind of reading; a kind that is not here takes the whole repository, which is slow but never wrong."""
