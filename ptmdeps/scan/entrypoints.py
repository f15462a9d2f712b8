"""Calls of entry points: what ``torch.hub.load`` hands on to the function of ``hubconf.py`` that it calls."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.scan.sites import Site
from ptmdeps.scan.values import Evaluator
from ptmdeps.scan.values.value import Constant, Item, Text, Values

_OWN = frozenset(
    {"repo_or_dir", "github", "model", "source", "trust_repo", "force_reload", "verbose", "skip_validation"}
)
"""Arguments of ``torch.hub.load`` itself (2.15.0, and ``github`` of 1.5)."""

_BEFORE = 2
"""Its positional arguments; all others are the entry point's."""

_TELLING = {
    "force_reload": (True,),
    "skip_validation": (True,),
    "trust_repo": (True, False, None),
}
"""What changes how a repository is fetched: anew each time, without looking whether the ref is of a fork, unasked."""

_UNKNOWN = "..."
_LONGEST = 300


def call_of(site: Site, entrypoint: str, evaluator: Evaluator) -> str:
    """Return the call as source text, with ``...`` for what is not known: ``resnet18(pretrained=True)``.

    An entry point that is called with nothing stands alone.
    """
    given = [*_positional(site, evaluator), *_keywords(site, evaluator)]
    return f"{entrypoint}({', '.join(given)})" if given else entrypoint


def remarks_on(site: Site, evaluator: Evaluator) -> tuple[str, ...]:
    """Return the arguments that change how a repository is fetched: ``force_reload=True``."""
    found = ((name, _text_of(site.arguments.at(None, (name,), evaluator))) for name in sorted(_TELLING))
    return tuple(f"{name}={text}" for name, text in found if text in {str(value) for value in _TELLING[name]})


def _positional(site: Site, evaluator: Evaluator) -> Iterator[str]:
    items: tuple[Item, ...] = site.arguments.positional[_BEFORE:]
    for item in items:
        yield _text_of(evaluator.item(item))


def _keywords(site: Site, evaluator: Evaluator) -> Iterator[str]:
    for name in sorted(site.arguments.keywords.keys() - _OWN):
        yield f"{name}={_text_of(site.arguments.at(None, (name,), evaluator))}"


def _text_of(values: Values) -> str:
    """Return the one literal that an argument can be."""
    texts = {_literal(value) for value in values}
    return texts.pop() if len(texts) == 1 else _UNKNOWN


def _literal(value: object) -> str:
    match value:
        case Text(text=text) if len(text) <= _LONGEST:
            return repr(text)
        case Constant(value=bool() | int() | float() | None as constant):
            return repr(constant)
    return _UNKNOWN
