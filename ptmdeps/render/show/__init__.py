"""``show``: what was found out about a model → text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ptmdeps.render.models import Style
from ptmdeps.render.show.document import show_json
from ptmdeps.render.show.text import show_text
from ptmdeps.showing.element import Shown


def _json(shown: Shown, _: Style, *, everything: bool) -> str:  # noqa: ARG001 - JSON is always everything
    return show_json(shown)


SHOW_FORMATS: Mapping[str, Callable[..., str]] = {"text": show_text, "json": _json}

__all__ = ["SHOW_FORMATS"]
