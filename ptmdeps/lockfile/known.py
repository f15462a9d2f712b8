"""Pins that come from elsewhere than the project's own lock, such as the lock of a library that it uses."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.ancestors import united
from ptmdeps.lockfile.model import LockedModel, Lockfile

_Claim = tuple[ModelKey, str]


def with_known(previous: Lockfile | None, known: Lockfile) -> Lockfile:
    """The earlier lock together with pins that it does not have; where both lock a model, the project's own counts.

    A model whose needs all come from ``known`` is taken over as it is, without asking its hub. Of any other, and of
    one without files, only the revision is: what it reads depends on models that were locked for something else.
    """
    if previous is None:
        previous = Lockfile(options=known.options)
    taken = {claim for model in previous.models for claim in _claims(model)}
    new = [model for model in known.models if taken.isdisjoint(_claims(model))]
    whole = _whole(new)
    claims = {claim for model in new if id(model) in whole for claim in _claims(model)}
    models = tuple(model if id(model) in whole else replace(model, edges=(), files=()) for model in new)
    wishes = tuple(wish for wish in known.requirements if (wish.key, wish.ref) in claims)
    return replace(
        previous,
        requirements=tuple(sorted({*previous.requirements, *wishes})),
        models=tuple(sorted((*previous.models, *models), key=lambda model: (model.key, model.ref))),
        ancestors=united(previous.ancestors, known.ancestors),
    )


def _whole(models: list[LockedModel]) -> set[int]:
    """The identities of models that have files, and of which every need is among them, needs of needs included."""
    kept = [model for model in models if model.files]
    while True:
        claims = {claim for model in kept for claim in _claims(model)}
        left = [m for m in kept if all((edge.target, edge.ref) in claims for edge in m.runtime_edges)]
        if len(left) == len(kept):
            return {id(model) for model in kept}
        kept = left


def _claims(model: LockedModel) -> set[_Claim]:
    return set(model.wishes)
