"""Run by the user's Python at start-up inside a ptmdeps environment.

Offline, loaders answer for a model that is not locked with "check your internet connection". This adds the
truth to that exception: which model, who asked for it, and what to type. And it keeps ``cache_dir=`` from leading
to another cache, whose ``main`` is not the pin. It needs nothing but the standard library (the user's Python need
not have ptmdeps), and works on Python 3.8 and later.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from typing import Any, Callable

_EXCEPTIONS = ("LocalEntryNotFoundError", "OfflineModeIsEnabled")
_LIBRARIES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep, "<frozen")
_IDENTIFIERS = ("repo_id", "path_or_repo_id", "pretrained_model_name_or_path", "repo_id_or_path")


class _Finder(importlib.abc.MetaPathFinder):
    """Calls a function with each module of a table, right after it was imported for the first time."""

    def __init__(self, after: dict[str, Callable[[Any], None]]) -> None:
        self._after = after

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ANN401, ARG002
        change = self._after.pop(name, None)
        if change is None:
            return None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: Any) -> None:  # noqa: ANN401
                execute(module)
                # a version of the client that looks different is better than a program that does not start
                with contextlib.suppress(Exception):
                    change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _explain_errors(module: Any) -> None:  # noqa: ANN401
    for exception in _EXCEPTIONS:
        if hasattr(module, exception):
            _explain(getattr(module, exception))


def _keep_inside(*functions: str) -> Callable[[Any], None]:
    """Make functions of a module read the environment's cache, whatever ``cache_dir`` they are given."""

    def change(module: Any) -> None:  # noqa: ANN401
        for name in functions:
            if hasattr(module, name):
                setattr(module, name, _inside(getattr(module, name)))

    return change


def _keep_api_inside(module: Any) -> None:  # noqa: ANN401
    """The same for the one method of the client that reads a cache by itself, and for its short name."""
    module.HfApi.resolve_revision = _inside(module.HfApi.resolve_revision)
    module.resolve_revision = module.api.resolve_revision


def _inside(function: Any) -> Any:  # noqa: ANN401
    import inspect

    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def inside(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        # callers give arguments that this version does not know: they are passed on as they are
        given = {**dict(zip(names, arguments)), **keywords}  # noqa: B905 - Python 3.8 has no `strict`
        folder, own = given.get("cache_dir"), os.environ.get("HF_HUB_CACHE")
        of_models = given.get("repo_type") in {None, "model"}
        if folder and own and of_models and os.path.abspath(folder) != os.path.abspath(own):
            _report(cache_dir=str(folder), site=_user_site(sys._getframe(1)))
            if "cache_dir" in keywords:
                keywords["cache_dir"] = own
            else:
                where = names.index("cache_dir")
                arguments = (*arguments[:where], own, *arguments[where + 1 :])
        return function(*arguments, **keywords)

    return inside


def _explain(exception: Any) -> None:  # noqa: ANN401
    """Make instances of the exception say which model is missing from the lock, where that is the reason."""
    initialize = exception.__init__

    def explained(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401
        # whatever goes wrong here: the program's own exception matters more than its explanation
        with contextlib.suppress(Exception):
            missing = _missing(sys._getframe(1))
            if missing is not None:
                arguments, keywords = _with_answer(_answer(*missing), arguments, keywords)
                _report(model=missing[0], site=missing[1])
        initialize(self, *arguments, **keywords)

    exception.__init__ = explained


def _with_answer(answer: str, arguments: Any, keywords: Any) -> Any:  # noqa: ANN401
    """The arguments of an exception, with the answer added to its message."""
    if "message" in keywords:
        return arguments, {**keywords, "message": f"{keywords['message']}\n\n{answer}"}
    return ("\n\n".join([*map(str, arguments[:1]), answer]), *arguments[1:]), keywords


def _missing(frame: Any) -> tuple[str, str | None] | None:  # noqa: ANN401
    """What is being loaded and is not in the environment, as ``name`` or ``name@revision``, and who loads it."""
    site = _user_site(frame)
    name = revision = None
    while frame is not None and name is None:
        values = [frame.f_locals.get(key) for key in _IDENTIFIERS if key in frame.f_locals]
        name = next((value for value in values if isinstance(value, str) and value), None)
        revision = frame.f_locals.get("revision")
        if name is not None and frame.f_locals.get("repo_type") not in {None, "model"}:
            return None  # data sets and spaces are not locked
        frame = frame.f_back
    if name is None or os.path.exists(name) or name.startswith((".", "/", "~")):
        return None
    folder = os.path.join(os.environ.get("HF_HUB_CACHE", ""), "models--" + name.replace("/", "--"))
    if not os.path.isdir(folder):
        return name, site
    if isinstance(revision, str) and not _has(folder, revision):
        return f"{name}@{revision}", site
    return None


def _has(folder: str, revision: str) -> bool:
    return any(os.path.exists(os.path.join(folder, kind, revision)) for kind in ("refs", "snapshots"))


def _user_site(frame: Any) -> str | None:  # noqa: ANN401
    """``file:line`` of the innermost line that belongs to no library."""
    while frame is not None:
        filename = frame.f_code.co_filename
        if filename != __file__ and not any(part in filename for part in _LIBRARIES):
            return f"{os.path.relpath(filename) if os.path.isabs(filename) else filename}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def _answer(name: str, site: str | None) -> str:
    asked = f" (asked for by {site})" if site else ""
    return f"ptmdeps: the model `{name}` is not in ptm.lock{asked}.\nTo add it: ptmdeps install {name}"


def _report(**facts: str | None) -> None:
    """Leave word for ``ptmdeps run``, which says it when the program has ended."""
    import json

    path = os.environ.get("PTMDEPS_REPORT")
    if path and os.path.isfile(path):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(facts) + "\n")


def _run_next_sitecustomize() -> None:
    """Python imports only the first sitecustomize of its path: the user's own shall run all the same."""
    here = os.path.dirname(os.path.abspath(__file__))
    rest = [folder for folder in sys.path if os.path.abspath(folder or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(
    0,
    _Finder(
        {
            "huggingface_hub.errors": _explain_errors,
            "huggingface_hub.file_download": _keep_inside("hf_hub_download", "try_to_load_from_cache"),
            "huggingface_hub.hf_api": _keep_api_inside,
            "huggingface_hub._snapshot_download": _keep_inside("snapshot_download"),
        }
    ),
)
_run_next_sitecustomize()
