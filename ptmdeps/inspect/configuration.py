"""Facts from the small JSON files of a model: which other models, files and code it loads.

Every reader takes the bytes of one file and the path that messages should name. All of them raise
:class:`~ptmdeps.errors.UnsafeContent` for bytes that are not the JSON they should be or that name files outside their
folder, and answer "nothing" for files that simply do not say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.names import repository_name
from ptmdeps.paths import printable, safe_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_JSON = 32 * 1024 * 1024
"""Largest JSON file that is read, in bytes; index files of models with 100 000 tensors stay below 10 MB."""

_MODULE = re.compile(r"[\w-]+(?:\.[\w-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AdapterBase:
    """The model that an adapter is laid on; ``revision`` is empty where the adapter does not say one."""

    name: str
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCode:
    """Python files that a load with ``trust_remote_code=True`` executes.

    Attributes:
        modules: paths in the model's own repository, sorted.
        others: (repository, path in it) for code that lives elsewhere, sorted.
    """

    modules: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def own(self) -> bool:
        """Whether code of the model's own repository is executed."""
        return bool(self.modules)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Component:
    """One part of a diffusers pipeline: its folder, and the class that loads it.

    ``library`` is an importable package (``diffusers``, ``transformers``), a pipeline module of diffusers, or, for
    custom code, the name of a Python file in the folder ``name`` or beside the index.
    """

    name: str
    library: str
    class_name: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SentenceModule:
    """One stage of a sentence-transformers model: its folder (empty for the root) and the class that loads it."""

    path: str
    type: str


def json_object(data: bytes, *, path: str, limit: int = MAX_JSON) -> dict[str, object]:
    """The JSON object in ``data``, read as Python's own loaders read it (``NaN`` and repeated keys are accepted).

    Raises:
        UnsafeContent: more than ``limit`` bytes, not UTF-8, not JSON, nested too deep, or not an object.
    """
    value = _json(data, path=path, limit=limit)
    if not isinstance(value, dict):
        raise _broken(path, "it holds no JSON object")
    return value


def adapter_base(data: bytes, *, path: str = "adapter_config.json") -> AdapterBase | None:
    """Base model of a PEFT adapter, or None if it names none or a folder of the machine it was trained on."""
    config = json_object(data, path=path)
    named = config.get("base_model_name_or_path")
    name = repository_name(named) if isinstance(named, str) else None
    if name is None:
        return None
    revision = config.get("revision")
    return AdapterBase(name=name, revision=revision if isinstance(revision, str) else "")


def remote_code(configurations: Mapping[str, bytes]) -> RemoteCode:
    """Code that transformers and diffusers would run for these files (path to bytes), if allowed to.

    It is named by ``auto_map`` in ``config.json``, ``tokenizer_config.json``, ``processor_config.json``,
    ``preprocessor_config.json`` and their like, and by ``custom_pipelines`` in ``config.json``. A value is
    ``module.Class`` for code of the same repository, ``org/other--module.Class`` for code of another one, or a list
    of those with nulls. What has another shape is skipped: the loader cannot follow it either.
    """
    modules, others = set(), set()
    for path, data in configurations.items():
        config = json_object(data, path=path)
        for reference in (*_strings(config.get("auto_map")), *_implementations(config.get("custom_pipelines"))):
            written, separator, target = reference.rpartition("--")
            module, repository = _module_file(target, path=path), repository_name(written)
            if module and repository:
                others.add((repository, module))
            elif module and not separator:
                modules.add(module)
    return RemoteCode(modules=tuple(sorted(modules)), others=tuple(sorted(others)))


def weight_map_files(data: bytes, *, path: str = "model.safetensors.index.json") -> tuple[str, ...]:
    """Shard files that an index of weights names, sorted, relative to the folder of the index.

    Raises:
        UnsafeContent: also for a shard outside that folder: loaders join these names to a folder without a check.
    """
    weight_map = json_object(data, path=path).get("weight_map")
    if not isinstance(weight_map, dict):
        raise _broken(path, "it holds no `weight_map`")
    names = set(weight_map.values()) if all(isinstance(name, str) for name in weight_map.values()) else {""}
    if "" in names:
        raise _broken(path, "its `weight_map` holds something that is no file name")
    return tuple(sorted(_inside(name, path=path) for name in names))


def pipeline_components(data: bytes, *, path: str = "model_index.json") -> tuple[Component, ...]:
    """Parts of a diffusers pipeline, by name; parts that are switched off (null) and plain settings are left out."""
    components = []
    for name, value in json_object(data, path=path).items():
        match value:
            case [str(library), str(class_name), *_] if not name.startswith("_"):
                components.append(Component(name=_inside(name, path=path), library=library, class_name=class_name))
    return tuple(sorted(components))


def sentence_modules(data: bytes, *, path: str = "modules.json") -> tuple[SentenceModule, ...]:
    """Stages of a sentence-transformers model, in the order they run."""
    stages = _json(data, path=path, limit=MAX_JSON)
    if not isinstance(stages, list):
        raise _broken(path, "it holds no JSON list")
    modules = []
    for stage in stages:
        match stage:
            case {"path": str(folder), "type": str(class_name)}:
                modules.append(SentenceModule(path=folder and _inside(folder, path=path), type=class_name))
            case _:
                raise _broken(path, "a stage in it has no `path` and `type`")
    return tuple(modules)


def _json(data: bytes, *, path: str, limit: int) -> object:
    if len(data) > limit:
        raise _broken(path, f"it is larger than {limit} bytes")
    try:
        value: object = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise _broken(path, "it is nested too deep") from None
    except ValueError as error:  # not UTF-8, not JSON, or a number with more digits than Python converts
        raise _broken(path, printable(str(error))) from None
    return value


def _broken(path: str, reason: str) -> UnsafeContent:
    return UnsafeContent(
        f"cannot read `{printable(path)}`: {reason}", hint="look at the file on the hub, or tell the model's author"
    )


def _inside(name: str, *, path: str) -> str:
    """``name``, which the file at ``path`` gives to a file beside it."""
    try:
        return safe_path(name)
    except UnsafeContent as error:
        raise UnsafeContent(f"`{printable(path)}` names an {error.message}", hint=error.hint) from None


def _strings(value: object) -> Iterator[str]:
    """Every string in ``value``; without recursion, as JSON may be nested deeper than Python calls."""
    rest = [value]
    while rest:
        match rest.pop():
            case str(text):
                yield text
            case list(items):
                rest.extend(items)
            case dict(entries):
                rest.extend(entries.values())


def _implementations(pipelines: object) -> Iterator[str]:
    if isinstance(pipelines, dict):
        for pipeline in pipelines.values():
            if isinstance(pipeline, dict):
                yield from _strings(pipeline.get("impl"))


def _module_file(target: str, *, path: str) -> str | None:
    """Path of the Python file that holds ``module.Class``, in the repository's root as loaders look there only."""
    module, _, class_name = target.rpartition(".")
    if not class_name.isidentifier() or not _MODULE.fullmatch(module):
        return None
    return _inside(module.replace(".", "/") + ".py", path=path)
