"""spaCy, whose models are packages of Python: those of the environment are found on the path of modules.

What is neither there nor installed is named, and ``spacy download`` brings nothing that is not locked.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from . import words

_NOT_FOUND = "[E050]"


def explain(module: Any) -> None:  # noqa: ANN401
    """Make ``spacy.load`` say which package is not locked, where it finds none."""
    original = module.load_model

    @functools.wraps(original)
    def load_explained(name: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        try:
            return original(name, *arguments, **keywords)
        except OSError as error:
            if _NOT_FOUND not in str(error) or not isinstance(name, str) or os.path.exists(name) or os.sep in name:
                raise
            raise type(error)("{}\n\n{}".format(error, _missing(name))) from None

    module.load_model = load_explained


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """``spacy download`` of a locked package has nothing to do; of another one it says so."""

    def download_locked(model: str, *_: Any, **__: Any) -> None:  # noqa: ANN401
        package = model.partition("-")[0]
        if not os.path.isdir(os.path.join(os.environ.get("PTMDEPS_ENVIRONMENT", ""), "spacy", package)):
            raise RuntimeError(_missing(package))

    module.download = download_locked


def _missing(name: str) -> str:
    site = words.user_site(sys._getframe(2))
    words.report(model="spacy:" + name, site=site)
    return words.answer("spacy:" + name, site)
