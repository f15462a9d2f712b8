"""stanza: models of the environment, and the list of them that it asks before it loads anything.

Without this every pipeline fetches the list anew, and a processor that is not locked is left out with a warning.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from typing import Any

from . import words

_LISTS = "resources-"
_OWN = frozenset({"packages", "default_processors", "default_dependencies"})
"""Tables of a language in the list that are no processors."""


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make the list be what is locked, every pipeline load from the environment, and downloads find it there."""
    folder = os.environ.get("STANZA_RESOURCES_DIR")
    if not folder:
        return

    def load_list(*_: Any, **__: Any) -> dict[str, Any]:  # noqa: ANN401
        return _resources(folder)

    def download_no_list(*_: Any, **__: Any) -> None:  # noqa: ANN401
        pass

    def download_locked(lang: Any = "en", *arguments: Any, **keywords: Any) -> list[Any]:  # noqa: ANN401
        package = arguments[1] if len(arguments) > 1 else keywords.get("package", "default")
        processors = arguments[2] if len(arguments) > 2 else keywords.get("processors", {})  # noqa: PLR2004
        module.process_pipeline_parameters(lang, folder, package, processors)
        return []

    module.load_resources_json = load_list
    module.download_resources_json = download_no_list
    module.download = download_locked
    module.process_pipeline_parameters = _checked(module, folder)


def _checked(module: Any, folder: str) -> Any:  # noqa: ANN401
    """What every download and pipeline asks first: it gets the environment's folder, or hears what is not locked."""
    process = module.process_pipeline_parameters

    @functools.wraps(process)
    def checked(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        lang, model_dir, package, processors = process(*arguments, **keywords)
        frame = sys._getframe(1)
        missing = _missing(_resources(folder), lang, package, processors, module)
        if missing is not None:
            site = words.user_site(frame)
            words.report(model="stanza:" + missing, site=site)
            raise FileNotFoundError(words.answer("stanza:" + missing, site))
        if model_dir and os.path.abspath(model_dir) != os.path.abspath(folder):
            words.report(cache_dir=str(model_dir), site=words.user_site(frame))
        return lang, folder, package, processors

    return checked


def _missing(resources: Any, lang: Any, package: Any, processors: Any, module: Any) -> str | None:  # noqa: ANN401
    """What is asked for and is not locked, as a name of a model."""
    said = resources.get(lang)
    if not isinstance(said, dict):
        return str(lang)
    language = said.get("alias", lang)
    said = resources[language]
    for processor, names in (processors or {}).items():
        for name in [names] if isinstance(names, str) else names:
            own = module.PROCESSOR_VARIANTS.get(processor, ())
            lacking = None if name in own or name == "identity" else _lacking(said, processor, name)
            if lacking is not None:
                return _named(language, lacking)
    if not processors and package and not _has_package(said, package):
        return _named(language, package)
    return None


def _lacking(said: Any, processor: str, name: str) -> str | None:  # noqa: ANN401
    """Which package of a processor is not locked: it goes by its own name, or by that of a package of the language.

    What a locked package of the language does not have, the list does not have either: stanza deals with that.
    """
    if name in _packages(said):
        package = _packages(said)[name]
        chosen = package.get(processor) or package.get("optional", {}).get(processor)
        return None if chosen is None or chosen in said.get(processor, {}) else chosen
    return None if name in said.get(processor, {}) else name


def _has_package(said: Any, package: str) -> bool:  # noqa: ANN401
    if package in _packages(said):
        return True
    return any(package in models for name, models in said.items() if isinstance(models, dict) and name not in _OWN)


def _packages(said: Any) -> Any:  # noqa: ANN401
    return said.get("packages") or {"default": said.get("default_processors", {})}


def _named(language: Any, package: Any) -> str:  # noqa: ANN401
    return str(language) if package == "default" else str(language) + "/" + str(package)


def _resources(folder: str) -> dict[str, Any]:
    """What the list said of everything that is locked, in the shape of the list."""
    found: dict[str, Any] = {}
    for language in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, language)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
            if name.startswith(_LISTS) and name.endswith(".json"):
                with open(os.path.join(path, name), encoding="utf-8") as stream:
                    _merge(found, json.load(stream))
    return found


def _merge(target: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = value
