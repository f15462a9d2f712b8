"""Run by the user's Python at start-up inside a ptmdeps environment.

Offline, loaders answer for a model that is not locked with "check your internet connection". This adds the
truth to that exception: which model, who asked for it, and what to type. It changes no other behaviour, needs
nothing but the standard library (the user's Python need not have ptmdeps), and works on Python 3.8 and later.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from typing import Any

_ERRORS_MODULE = "huggingface_hub.errors"
_EXCEPTIONS = ("LocalEntryNotFoundError", "OfflineModeIsEnabled")
_LIBRARIES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep, "<frozen")
_IDENTIFIERS = ("repo_id", "path_or_repo_id", "pretrained_model_name_or_path", "repo_id_or_path")


class _ErrorsFinder(importlib.abc.MetaPathFinder):
    """Waits for the module that defines the client's exceptions, then steps aside."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ANN401, ARG002
        if name != _ERRORS_MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: Any) -> None:  # noqa: ANN401
                execute(module)
                for exception in _EXCEPTIONS:
                    if hasattr(module, exception):
                        _explain(getattr(module, exception))

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _explain(exception: Any) -> None:  # noqa: ANN401
    """Make instances of the exception say which model is missing from the lock, where that is the reason."""
    initialize = exception.__init__

    def explained(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401
        # whatever goes wrong here: the program's own exception matters more than its explanation
        with contextlib.suppress(Exception):
            model = _missing_model(sys._getframe(1))
            if model is not None:
                arguments, keywords = _with_answer(_answer(*model), arguments, keywords)
                _report(*model)
        initialize(self, *arguments, **keywords)

    exception.__init__ = explained


def _with_answer(answer: str, arguments: Any, keywords: Any) -> Any:  # noqa: ANN401
    """The arguments of an exception, with the answer added to its message."""
    if "message" in keywords:
        return arguments, {**keywords, "message": f"{keywords['message']}\n\n{answer}"}
    return ("\n\n".join([*map(str, arguments[:1]), answer]), *arguments[1:]), keywords


def _missing_model(frame: Any) -> tuple[str, str | None] | None:  # noqa: ANN401
    """The model that is being loaded and is not in the environment, with the line of the user's code that loads it."""
    name = site = None
    while frame is not None:
        if name is None:
            values = [frame.f_locals.get(key) for key in _IDENTIFIERS if key in frame.f_locals]
            name = next((value for value in values if isinstance(value, str) and value), None)
            if name is not None and frame.f_locals.get("repo_type") not in (None, "model"):
                return None  # data sets and spaces are not locked
        filename = frame.f_code.co_filename
        if site is None and not any(part in filename for part in _LIBRARIES) and filename != __file__:
            site = f"{os.path.relpath(filename) if os.path.isabs(filename) else filename}:{frame.f_lineno}"
        frame = frame.f_back
    if name is None or os.path.exists(name) or name.startswith((".", "/", "~")):
        return None
    folder = os.path.join(os.environ.get("HF_HUB_CACHE", ""), "models--" + name.replace("/", "--"))
    return None if os.path.isdir(folder) else (name, site)


def _answer(name: str, site: str | None) -> str:
    asked = f" (asked for by {site})" if site else ""
    return f"ptmdeps: the model `{name}` is not in ptm.lock{asked}.\nTo add it: ptmdeps install {name}"


def _report(name: str, site: str | None) -> None:
    """Leave word for ``ptmdeps run``, which says it once more if the program fails."""
    path = os.environ.get("PTMDEPS_REPORT")
    if path and os.path.isfile(path):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(json.dumps({"model": name, "site": site}) + "\n")


def _run_next_sitecustomize() -> None:
    """Python imports only the first sitecustomize of its path: the user's own shall run all the same."""
    here = os.path.dirname(os.path.abspath(__file__))
    rest = [folder for folder in sys.path if os.path.abspath(folder or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, _ErrorsFinder())
_run_next_sitecustomize()
