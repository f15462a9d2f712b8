"""timm: ``create_model(name, pretrained=True)``.

Read are ``timm/models/*.py`` of 0.4.5 to 1.0.31. A module gives ``generate_default_cfgs`` the weights of its models by
``architecture.tag`` (up to 0.6 it binds them to ``default_cfgs`` by architecture): ``url`` (an address, or an address
and the name of its file), ``hf_hub_id`` (``timm/`` is completed by the name), ``hf_hub_filename``. Names count that
have a builder decorated with ``register_model`` in the same module; ``register_model_deprecations`` names their
former names, as does a builder that only calls another one.

A name without a tag is its first tag with weights, unless a tag ends in ``*`` or the name itself has weights
(``_registry.py``). Since 0.9 a repository goes before an address, before that it was the other way round
(``_resolve_pretrained_source`` in ``_builder.py``, once ``helpers.py``). timm looks at no hash of its own.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ptmdeps.libraries.module_run import ModuleRun, Ran
from ptmdeps.libraries.reading import in_repository, of_torch
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Names

_MODELS = "timm.models"
_REPOSITORIES_FIRST = "timm.models._builder"
"""The module that is there since repositories go first."""

_UNFINISHED = "timm/"


@dataclass(frozen=True, slots=True)
class _Weights:
    """One tag of an architecture; ``marked`` is the star that makes it the default."""

    tag: str
    marked: bool
    entries: Entries


def spellings(name: str, ref: str) -> Iterator[str]:
    """A name of timm is complete; nothing else than its tag chooses the weights."""
    del ref
    yield name


def read(modules: Modules) -> Names:
    """Return the weights of ``architecture``, ``architecture.tag`` and former names."""
    run = ModuleRun(modules, watched=("generate_default_cfgs", "register_model_deprecations"))
    repositories_first = modules.tree(_REPOSITORIES_FIRST) is not None
    names: dict[str, Entries] = {}
    former: dict[str, str] = {}
    for module in modules.children(_MODELS):
        registered = _registered(modules.tree(module))
        if registered:
            ran = run.module(module)
            names.update(_names(_configurations(ran), registered, repositories_first=repositories_first))
            former.update({**_aliases(modules.tree(module)), **dict(_former(ran))})
    return {**{old: names[new] for old, new in former.items() if new in names}, **names}


def _registered(tree: ast.Module | None) -> frozenset[str]:
    """Return the architectures that a module has builders of."""
    return frozenset(
        statement.name
        for statement in (tree.body if tree else ())
        if isinstance(statement, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id == "register_model" for one in statement.decorator_list)
    )


def _aliases(tree: ast.Module | None) -> dict[str, str]:
    """Return the builders that call another one: ``return mnasnet_100(pretrained, **kwargs)``."""
    found = {}
    for statement in tree.body if tree else ():
        match statement:
            case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.Call(func=ast.Name(id=other)))]):
                found[name] = other
    return found


def _configurations(ran: Ran) -> dict[str, Mapping[object, object]]:
    """Return what is said of each ``architecture.tag``; a later table goes before an earlier one."""
    tables = [call.positional[0] for call in ran.calls if call.name == "generate_default_cfgs" and call.positional]
    tables = tables or [ran.names.get("default_cfgs")]
    found: dict[str, Mapping[object, object]] = {}
    for table in tables:
        if isinstance(table, dict):
            found.update({name: one for name, one in table.items() if isinstance(name, str) and isinstance(one, dict)})
    return found


def _names(
    configurations: Mapping[str, Mapping[object, object]], registered: frozenset[str], *, repositories_first: bool
) -> dict[str, Entries]:
    by_architecture: dict[str, list[_Weights]] = defaultdict(list)
    for name, configuration in configurations.items():
        architecture, _, tag = name.partition(".")
        plain = name.rstrip("*")
        if architecture in registered:
            entries = _entries(configuration, plain, repositories_first=repositories_first)
            by_architecture[architecture].append(_Weights(tag.rstrip("*"), tag.endswith("*"), entries))
    names: dict[str, Entries] = {}
    for architecture, tags in by_architecture.items():
        names.update({f"{architecture}.{one.tag}": one.entries for one in tags if one.tag})
        names[architecture] = _default(tags).entries
    return names


def _default(tags: list[_Weights]) -> _Weights:
    """Return what an architecture without a tag is."""
    plain = [one for one in tags if not one.tag and one.entries]
    marked = [one for one in tags if one.marked]
    with_weights = [one for one in tags if one.entries]
    return [*plain[-1:], *marked[:1], *with_weights[:1], tags[0]][0]


def _entries(configuration: Mapping[object, object], name: str, *, repositories_first: bool) -> Entries:
    found = (_of_repository(configuration, name), _of_address(configuration))
    first, second = found if repositories_first else reversed(found)
    return first or second


def _of_repository(configuration: Mapping[object, object], name: str) -> Entries:
    written, file = configuration.get("hf_hub_id"), configuration.get("hf_hub_filename")
    if not isinstance(written, str) or not written:
        return ()
    repository, _, ref = (f"timm/{name}" if written == _UNFINISHED else written).partition("@")
    return (in_repository(repository, reads="timm", ref=ref, files=(file,) if isinstance(file, str) and file else ()),)


def _of_address(configuration: Mapping[object, object]) -> Entries:
    match configuration.get("url"):
        case (str(address), str(file)):
            return (of_torch(address, file=file),)
        case str(address) if address:
            return (of_torch(address),)
    return ()


def _former(ran: Ran) -> Iterator[tuple[str, str]]:
    for call in ran.calls:
        table = call.positional[1] if call.name == "register_model_deprecations" and len(call.positional) > 1 else None
        if isinstance(table, dict):
            yield from ((old, new) for old, new in table.items() if isinstance(old, str) and isinstance(new, str))
