"""One CycloneDX document put into another: what stands there stays, what is new is added.

Documents are values of JSON here, from the first to the last byte: a model of them would drop what it does not know.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ptmdeps.bom.cyclonedx.cards import Object
from ptmdeps.bom.cyclonedx.reading import every
from ptmdeps.errors import PtmdepsError

_REFERRING = frozenset({"ref", "dependsOn", "assemblies", "dependencies", "provides"})
"""Keys under which other things are named by their ``bom-ref``."""

_ALONE = frozenset({"licenses", "supplier", "manufacturer", "authors", "modelCard", "data"})
"""What somebody said already is not mixed with what we say."""


def merged(theirs: Object, ours: Object) -> Object:
    """``ours`` put into ``theirs``, of the same version of the specification.

    Components that are the same (by ``purl``, else by ``bom-ref``) become one: it keeps its ``bom-ref`` and all that is
    said of it, and gets what only we say. Our project is theirs, if they have one. Dependencies and compositions are
    added. Everything else of theirs is left as it is, known or not. What holds everything already stays byte for byte
    the same; else its ``version`` is the next.

    Raises:
        PtmdepsError: the versions of the specification differ, or theirs is signed.
    """
    if theirs["specVersion"] != ours["specVersion"]:
        raise PtmdepsError(
            f"CycloneDX {ours['specVersion']} cannot be merged into CycloneDX {theirs['specVersion']}",
            hint=f"Leave `--spec-version` out, or write `--spec-version {theirs['specVersion']}`",
        )
    if "signature" in theirs:
        raise PtmdepsError("the file is signed, and would not be any more", hint="Merge before it is signed")
    result = copy.deepcopy(theirs)
    incoming = _renamed(ours, _names(result, ours))
    _merge_metadata(result, incoming)
    known = {component["bom-ref"]: component for component in every(result) if "bom-ref" in component}
    for component in incoming.get("components", ()):
        same = known.get(component["bom-ref"])
        if same is None:
            result.setdefault("components", []).append(component)
        else:
            _complete(same, component)
    _merge_dependencies(result, incoming.get("dependencies", ()))
    _extend(result, "compositions", incoming.get("compositions", ()))
    if result != theirs:
        result["version"] = theirs.get("version", 1) + 1
    return result


def _names(theirs: Object, ours: Object) -> dict[str, str]:
    """What our components are called there: as the same ones are, else anything that is free.

    Those of theirs that are the same as ours, and have no name, get one.
    """
    wanted = {component.get("purl", "") for component in every(ours)}
    by_purl: dict[str, str] = {}
    taken: dict[str, str] = {}
    root = theirs.get("metadata", {}).get("component")
    for component in (*([root] if root else ()), *every(theirs)):
        if "bom-ref" in component:
            taken[component["bom-ref"]] = component.get("purl", "")
        elif component is not root and component.get("purl", "") in wanted - {""}:
            component["bom-ref"] = _free(component["purl"], taken)
            taken[component["bom-ref"]] = component["purl"]
        if component is not root and "purl" in component and "bom-ref" in component:
            by_purl.setdefault(component["purl"], component["bom-ref"])
    names: dict[str, str] = {}
    for component in every(ours):
        own, purl = component["bom-ref"], component.get("purl", "")
        if purl and purl in by_purl:
            names[own] = by_purl[purl]
        elif own in taken and taken[own] != purl:
            names[own] = _free(own, {**taken, **dict.fromkeys(names.values(), "")})
    project = ours["metadata"]["component"]["bom-ref"]
    if root and "bom-ref" in root:
        names[project] = root["bom-ref"]
    elif project in taken:
        names[project] = _free(project, taken)
    return names


def _free(name: str, taken: Mapping[str, str]) -> str:
    number = 2
    free = name
    while free in taken:
        free = f"{name}#{number}"
        number += 1
    return free


def _renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:  # noqa: ANN401 - values of JSON
    """The same with other names wherever something is called, or referred to."""
    if isinstance(value, dict):
        return {name: _renamed(item, names, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names, key) for item in value]
    if isinstance(value, str) and (key == "bom-ref" or key in _REFERRING):
        return names.get(value, value)
    return value


def _merge_metadata(result: Object, incoming: Object) -> None:
    """Who made it is both of us; the project is theirs, if they name one."""
    metadata = result.setdefault("metadata", {})
    ours = incoming["metadata"]
    if "component" in metadata:
        metadata["component"].setdefault("bom-ref", ours["component"]["bom-ref"])
    else:
        metadata["component"] = ours["component"]
    _extend(metadata, "properties", ours.get("properties", ()))
    tools = metadata.get("tools")
    if tools is None:
        metadata["tools"] = ours["tools"]
    elif isinstance(tools, dict):
        _extend(tools, "components", ours["tools"]["components"])
    else:
        # the older form, which the schema still accepts: a list
        _extend(metadata, "tools", [{"name": one["name"], "version": one["version"]} for one in _tools(ours)])


def _tools(metadata: Object) -> list[Object]:
    found: list[Object] = metadata["tools"]["components"]
    return found


def _complete(same: Object, component: Object) -> None:
    """Give a component what only we say of it."""
    for name, value in component.items():
        if name not in same:
            same[name] = value
        elif name in _ALONE:
            continue
        elif isinstance(value, list) and isinstance(same[name], list):
            _extend(same, name, value)
        elif isinstance(value, dict) and isinstance(same[name], dict):
            _complete(same[name], value)


def _extend(owner: Object, name: str, items: Sequence[Any]) -> None:
    """Entries that are not there yet; what is called by a name counts as there if the name is."""
    if not items:
        return
    listed = owner.setdefault(name, [])
    called = {one["bom-ref"] for one in listed if isinstance(one, dict) and "bom-ref" in one}
    for item in items:
        if item not in listed and not (isinstance(item, dict) and item.get("bom-ref") in called):
            listed.append(item)


def _merge_dependencies(result: Object, incoming: Iterable[Object]) -> None:
    listed = result.setdefault("dependencies", [])
    known = {one["ref"]: one for one in listed}
    for dependency in incoming:
        same = known.get(dependency["ref"])
        if same is None:
            listed.append(dependency)
        elif "dependsOn" in dependency:
            _extend(same, "dependsOn", dependency["dependsOn"])
