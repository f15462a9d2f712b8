from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import LockedModel, Lockfile, dumps, loads, lock_digest, model_digest
from ptmdeps.lockfile.conflicts import loads_merged
from ptmdeps.lockfile.difference import Added, Changed, Removed, diff
from ptmdeps.lockfile.document import from_dict, to_dict
from ptmdeps.lockfile.staleness import staleness, tampered
from ptmdeps.requirement import Requirement
from tests.unit.lockfile.strategies import LOCKFILES, MODELS

SCHEMA = json.loads((Path(__file__).parents[2] / "lockfiles" / "schema.json").read_bytes())
FEW = settings(max_examples=40, deadline=None)


def _by_identity(lockfile: Lockfile) -> dict[tuple[ModelKey, str], LockedModel]:
    return {(model.key, model.ref): model for model in lockfile.models}


@FEW
@given(LOCKFILES)
def test_values_survive_tables_and_text(lockfile: Lockfile) -> None:
    assert from_dict(to_dict(lockfile)) == lockfile
    text = dumps(lockfile)
    assert loads(text) == lockfile
    assert dumps(loads(text)) == text
    assert loads_merged(text).lockfile == lockfile


@FEW
@given(LOCKFILES)
def test_the_text_is_what_the_tables_say_and_fits_the_schema(lockfile: Lockfile) -> None:
    document = tomllib.loads(dumps(lockfile))
    assert {"requirement": [], "model": [], "ancestor": []} | document == to_dict(lockfile)
    Draft202012Validator(SCHEMA).validate(document)


@FEW
@given(LOCKFILES, st.randoms(use_true_random=False))
def test_the_order_of_values_changes_nothing(lockfile: Lockfile, random: Random) -> None:
    shuffled = Lockfile(
        options=lockfile.options,
        requirements=tuple(random.sample(lockfile.requirements, len(lockfile.requirements))),
        models=tuple(
            dataclasses.replace(model, files=tuple(random.sample(model.files, len(model.files))))
            for model in random.sample(lockfile.models, len(lockfile.models))
        ),
        ancestors=tuple(random.sample(lockfile.ancestors, len(lockfile.ancestors))),
    )
    assert dumps(shuffled) == dumps(lockfile)
    assert lock_digest(shuffled) == lock_digest(lockfile)


@FEW
@given(LOCKFILES)
def test_a_sealed_lock_is_not_tampered_with_and_differs_from_itself_in_nothing(lockfile: Lockfile) -> None:
    assert tampered(lockfile) == ()
    assert diff(lockfile, lockfile) == ()


@FEW
@given(LOCKFILES, LOCKFILES)
def test_applying_a_difference_gives_the_other_lock(before: Lockfile, after: Lockfile) -> None:
    models = _by_identity(before)
    for difference in diff(before, after):
        match difference:
            case Added(model=model):
                assert models.setdefault((model.key, model.ref), model) is model
            case Removed(model=model):
                assert models.pop((model.key, model.ref)) == model
            case Changed(before=old, after=new):
                assert models[new.key, new.ref] == old
                models[new.key, new.ref] = new
    assert models == _by_identity(after)


@FEW
@given(LOCKFILES)
def test_a_lock_of_wished_for_models_is_current(lockfile: Lockfile) -> None:
    models = tuple(
        dataclasses.replace(model, edges=tuple(edge for edge in model.edges if edge.kind == "lineage"))
        for model in lockfile.models
    )
    models = tuple(dataclasses.replace(model, recorded_digest=model_digest(model)) for model in models)
    wishes = tuple(sorted(Requirement(key=model.key, ref=model.ref) for model in models))
    options = dataclasses.replace(lockfile.options, lineage=False)
    current = dataclasses.replace(lockfile, options=options, models=models, requirements=wishes, ancestors=())
    assert staleness(current, wishes, current.options) == ()
    assert staleness(loads(dumps(current)), wishes, current.options) == ()


@FEW
@given(MODELS, MODELS, st.data())
def test_the_digest_changes_with_every_field(one: LockedModel, other: LockedModel, data: st.DataObject) -> None:
    names = [field.name for field in dataclasses.fields(LockedModel) if field.init and field.name != "recorded_digest"]
    name = data.draw(st.sampled_from(names))
    changed = dataclasses.replace(one, **{name: getattr(other, name)})
    assert (model_digest(changed) == model_digest(one)) == (getattr(one, name) == getattr(other, name))
