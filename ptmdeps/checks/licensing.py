"""Licences against the policy: SPDX expressions, and what hubs write instead of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.policy import Policy

_INNER = re.compile(r"\(([^()]*)\)")
_AND, _OR = re.compile(r"\sAND\s"), re.compile(r"\sOR\s")
_NAME = re.compile(r"(?!(?:AND|OR|WITH)\b)\S+(?: WITH \S+)?")
_DEEPEST = 20
_TRUE, _FALSE = "\0true", "\0false"
"""In place of brackets that were worked off; no text of a lock holds them."""


def said(model: LockedModel) -> str:
    """The concluded licence, else what is declared; empty where there is neither."""
    return (model.license.concluded or model.license.declared) if model.license else ""


def allowed(license_: str, policy: Policy) -> bool:
    """Whether the policy allows a licence: of ``A AND B`` both, of ``A OR B`` one, of ``A WITH B`` the whole or ``A``.

    What is no expression (names that hubs use) is compared as a whole.
    """
    permitted = {name.casefold() for name in policy.allow}
    denied = {name.casefold() for name in policy.deny}

    def accept(name: str) -> bool:
        names = {name.casefold(), name.partition(" WITH ")[0].casefold()}
        return names.isdisjoint(denied) and (not permitted or not names.isdisjoint(permitted))

    whole = license_.casefold()
    if whole in denied or whole in permitted:
        return whole not in denied
    answer = _evaluate(license_, accept)
    return accept(license_) if answer is None else answer


def excepted(model: LockedModel, policy: Policy) -> bool:
    """Whether an exception of the policy is about this model with this licence."""
    names = {*model.names, *(str(key) for key in model.keys)}
    texts = {"", said(model).casefold(), model.license.declared.casefold() if model.license else ""}
    return any(
        one.license.casefold() in texts and any(fnmatchcase(name, one.model) for name in names)
        for one in policy.exceptions
    )


def _evaluate(text: str, accept: Callable[[str], bool]) -> bool | None:
    """The truth of an SPDX expression, in which ``AND`` binds stronger; ``None`` for what is none.

    https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/. Brackets are worked off from inside, without
    recursion: expressions come from others.
    """
    known = {_TRUE: True, _FALSE: False}

    def flat(match: re.Match[str]) -> str:
        answer = _without_brackets(match[1], lambda name: known[name] if name in known else accept(name))
        return "(" if answer is None else f" {_TRUE if answer else _FALSE} "

    if _TRUE in text or _FALSE in text:
        return None
    for _ in range(_DEEPEST):
        text, count = _INNER.subn(flat, text)
        if not count:
            break
    if "(" in text or ")" in text:
        return None
    return _without_brackets(text, lambda name: known[name] if name in known else accept(name))


def _without_brackets(text: str, accept: Callable[[str], bool]) -> bool | None:
    any_of = [[name.strip() for name in _AND.split(part)] for part in _OR.split(f" {text} ")]
    if not all(_NAME.fullmatch(name) for part in any_of for name in part):
        return None
    return any(all(map(accept, part)) for part in any_of)
