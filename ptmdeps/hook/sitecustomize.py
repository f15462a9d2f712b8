"""Run by the user's Python at start-up inside a ptmdeps environment.

Loaders that do not find a model offline say many things, and rarely why. This makes them say which model is not
locked, who asked for it, and what to type; and it keeps them from leaving the environment. Nothing is imported before
the library that it is about is. It needs nothing but the standard library (the user's Python need not have ptmdeps),
and works on Python 3.8 and later.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from typing import Any

_AFTER = {
    "flair.file_utils": "fetched.read_flair",
    "gensim.downloader": "gensim.keep_inside",
    "huggingface_hub.errors": "huggingface.explain_errors",
    "huggingface_hub.file_download": "huggingface.keep_downloads_inside",
    "huggingface_hub.hf_api": "huggingface.keep_api_inside",
    "huggingface_hub._snapshot_download": "huggingface.keep_snapshots_inside",
    "kagglehub.registry": "kagglehub.keep_inside",
    "open_clip.pretrained": "open_clip.read_locked",
    "keras.src.utils.data_utils": "fetched.read_keras",
    "keras.src.utils.file_utils": "fetched.read_keras",
    "keras.utils.data_utils": "fetched.read_keras",
    "modelscope.hub.file_download": "modelscope.keep_inside",
    "modelscope.hub.snapshot_download": "modelscope.keep_inside",
    "modelscope_hub._download": "modelscope.keep_manager_inside",
    "modelscope_hub.compat.file_download": "modelscope.keep_inside",
    "modelscope_hub.compat.snapshot_download": "modelscope.keep_inside",
    "nltk.data": "nltk.keep_inside",
    "nltk.downloader": "nltk.answer_downloads",
    "requests.adapters": "addresses.serve_requests",
    "tensorflow_hub.compressed_module_resolver": "tensorflow_hub.keep_inside",
    "spacy.cli.download": "spacy_packages.keep_inside",
    "spacy.util": "spacy_packages.explain",
    "stanza.resources.common": "stanza.keep_inside",
    "tf_keras.src.utils.data_utils": "fetched.read_keras",
    "torch.hub": "torch_hub.keep_inside",
    "ultralytics.utils.downloads": "fetched.read_ultralytics",
    "ultralytics.yolo.utils.downloads": "fetched.read_ultralytics",
    "urllib.request": "addresses.serve_urllib",
}
"""What is called with a module right after it was imported for the first time, as ``module.function``."""


class _Finder(importlib.abc.MetaPathFinder):
    """Calls a function with each module of a table, right after it was imported for the first time."""

    def __init__(self, after: dict[str, str]) -> None:
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
                _change(module, change)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _change(module: Any, change: str) -> None:  # noqa: ANN401
    """Change a module; one that looks different in this version is better than a program that does not start."""
    where, _, function = change.partition(".")
    with contextlib.suppress(Exception):
        getattr(importlib.import_module("ptmdeps_hook." + where), function)(module)


def _run_next_sitecustomize() -> None:
    """Python imports only the first sitecustomize of its path: the user's own shall run all the same."""
    here = os.path.dirname(os.path.abspath(__file__))
    rest = [folder for folder in sys.path if os.path.abspath(folder or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, _Finder({name: change for name, change in _AFTER.items() if name not in sys.modules}))
for _name in sorted(_AFTER.keys() & sys.modules.keys()):
    _change(sys.modules[_name], _AFTER[_name])
_run_next_sitecustomize()
