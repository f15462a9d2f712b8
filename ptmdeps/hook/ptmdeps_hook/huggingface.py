"""The client of the Hugging Face Hub, and everything above it.

Offline, it answers for a model that is not locked with "check your internet connection": the truth is added to that.
And ``cache_dir=`` does not lead to another cache, whose ``main`` is not the pin.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from typing import Any

from . import words

_EXCEPTIONS = ("LocalEntryNotFoundError", "OfflineModeIsEnabled")
_IDENTIFIERS = ("repo_id", "path_or_repo_id", "pretrained_model_name_or_path", "repo_id_or_path")


def explain_errors(module: Any) -> None:  # noqa: ANN401
    """Make the client's errors say what is not locked, where that is the reason."""
    for exception in _EXCEPTIONS:
        if hasattr(module, exception):
            _explain(getattr(module, exception))


def keep_downloads_inside(module: Any) -> None:  # noqa: ANN401
    """Make these functions read the environment's cache, whatever ``cache_dir`` they are given."""
    _keep_inside(module, "hf_hub_download", "try_to_load_from_cache")


def keep_snapshots_inside(module: Any) -> None:  # noqa: ANN401
    """The same for whole repositories."""
    _keep_inside(module, "snapshot_download")


def _keep_inside(module: Any, *functions: str) -> None:  # noqa: ANN401
    for name in functions:
        if hasattr(module, name):
            setattr(module, name, _inside(getattr(module, name)))


def keep_api_inside(module: Any) -> None:  # noqa: ANN401
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
            words.report(cache_dir=str(folder), site=words.user_site(sys._getframe(1)))
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
                arguments, keywords = _with_answer(words.answer(*missing), arguments, keywords)
                words.report(model=missing[0], site=missing[1])
        initialize(self, *arguments, **keywords)

    exception.__init__ = explained


def _with_answer(answer: str, arguments: Any, keywords: Any) -> Any:  # noqa: ANN401
    """The arguments of an exception, with the answer added to its message."""
    if "message" in keywords:
        return arguments, {**keywords, "message": f"{keywords['message']}\n\n{answer}"}
    return ("\n\n".join([*map(str, arguments[:1]), answer]), *arguments[1:]), keywords


def _missing(frame: Any) -> tuple[str, str | None] | None:  # noqa: ANN401
    """What is being loaded and is not in the environment, as ``name`` or ``name@revision``, and who loads it."""
    site = words.user_site(frame)
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
