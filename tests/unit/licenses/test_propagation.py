"""What holds for every graph and every text: more ancestors are never milder, nothing raises, time grows with size."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.identity import ModelKey
from ptmdeps.licenses.answers import OUTCOMES
from ptmdeps.licenses.expressions import LONGEST, MOST_ALTERNATIVES, names, spelled, terms
from ptmdeps.licenses.lineage import LONGEST_WAY
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedFile, LockedModel
from ptmdeps.manifest.policy import Policy
from tests.licensed import COMMIT, QUIET, ancestor, came, dataset, judged, model

LICENSES = [None, "mit", "apache-2.0", "gpl-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-sa-4.0", "llama2", "llama3.1"]
LICENSES += ["gemma", "openrail", "other", "mit OR gpl-3.0", "mit AND cc-by-nc-4.0", "Acme Licence", "intel-research"]
RELATIONS = ["finetune", "quantized", "merge", "runtime:adapter", "runtime:component", "distilled", "dataset"]
POLICIES = [Policy(), QUIET, replace(QUIET, commercial=True, distributes=True), replace(QUIET, deny=("llama2",))]
POLICIES += [replace(QUIET, allow=("MIT", "Acme Licence")), replace(QUIET, strict=True, datasets="error")]

_NAMES = [f"acme/n{number}" for number in range(6)]
_FILES = ["README.md", "config.json"]
_EDGES = st.builds(
    lambda relation, target, file: came(relation, target, file=file),
    st.sampled_from(RELATIONS),
    st.sampled_from([*_NAMES, "acme/gone"]),
    st.sampled_from(_FILES),
)


@st.composite
def graphs(draw: st.DrawFn) -> list[LockedModel | Ancestor]:
    """A few models and ancestors with any edges between them, circles among them."""
    things: list[LockedModel | Ancestor] = []
    for index, name in enumerate(_NAMES):
        license_, edges = draw(st.sampled_from(LICENSES)), draw(st.lists(_EDGES, max_size=3))
        make: Any = model if index < 2 else draw(st.sampled_from([model, ancestor, dataset]))
        lineage = [edge for edge in edges if edge.kind == "lineage" or make is model]
        things.append(make(name, license_, *lineage))
    return things


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_another_ancestor_never_makes_an_outcome_milder(
    things: list[LockedModel | Ancestor], data: st.DataObject
) -> None:
    policy = data.draw(st.sampled_from(POLICIES))
    added = ancestor("acme/added", data.draw(st.sampled_from(LICENSES)))
    index = data.draw(st.integers(0, len(things) - 1))
    edge: Edge = came(data.draw(st.sampled_from(["finetune", "merge", "quantized"])), "acme/added")
    grown = [*things, added]
    grown[index] = replace(things[index], edges=tuple(sorted((*things[index].edges, edge))))
    before, after = judged(*things, policy=policy), judged(*grown, policy=policy)
    for one, other in zip(before, after, strict=True):
        assert OUTCOMES.index(other.outcome) >= OUTCOMES.index(one.outcome)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="()ANDORWITH MIT-+.\0\x1b", max_size=60), st.sampled_from(POLICIES))
def test_no_declaration_makes_the_rules_fail(declared: str, policy: Policy) -> None:
    hostile = License(declared=declared, concluded=declared, recognized=declared, text="LICENSE", likeness=100)
    things = (model("acme/a", hostile, came("finetune", "acme/b")), ancestor("acme/b", hostile))
    for verdict in judged(*things, policy=policy, license_=declared):
        assert verdict.outcome in OUTCOMES
        assert all(one.message.isprintable() and one.advice.isprintable() for one in verdict.answers)


def test_circles_end() -> None:
    things = (
        model("acme/a", "mit", came("finetune", "acme/b"), came("merge", "acme/a")),
        model("acme/b", "cc-by-nc-4.0", came("finetune", "acme/a")),
    )
    assert [verdict.effective for verdict in judged(*things)] == ["MIT AND CC-BY-NC-4.0", "CC-BY-NC-4.0"]


def _chain(length: int) -> list[LockedModel]:
    """Models of which each came from the next, and the last from the first; a third has a licence of its own."""
    files = (LockedFile(path="config.json", size=2, sha256="0" * 64),)
    chained = []
    for index in range(length):
        said = (f"LicenseRef-acme-{index}", "MIT", "Apache-2.0")[index % 3] if index + 1 < length else "CC-BY-NC-4.0"
        chained.append(
            LockedModel(
                key=ModelKey("huggingface", f"acme/m{index:05}"),
                revision=COMMIT,
                license=License(declared=said, concluded=said),
                edges=(came("finetune", f"acme/m{(index + 1) % length:05}"),),
                files=files,
            )
        )
    return chained


def test_ten_thousand_models_in_a_circle() -> None:
    short, long = _chain(1_000), _chain(10_000)
    judged(*_chain(10))
    begin = time.process_time()
    judged(*short)
    middle = time.process_time()
    verdicts = judged(*long)
    end = time.process_time()
    # quadratic would be a hundred times as long
    assert end - middle < 40 * (middle - begin)
    assert verdicts[0].effective.endswith("CC-BY-NC-4.0")
    assert max(len(one.way) for verdict in verdicts[:20] for one in verdict.answers) == LONGEST_WAY + 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("MIT", ((("MIT",),),)),
        ("MIT AND (MIT)", ((("MIT",),),)),
        ("b AND a", ((("a",),), (("b",),))),
        ("a OR b AND c", ((("a",), ("b", "c")),)),
        ("(a OR b) AND c", ((("a",), ("b",)), (("c",),))),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ((("GPL-2.0-only WITH Classpath-exception-2.0",),),)),
        ("Acme Model License", ((("Acme Model License",),),)),
        ("MIT OR", ((("MIT OR",),),)),
    ],
)
def test_terms(text: str, expected: tuple[Any, ...]) -> None:
    assert terms(text) == expected


def test_too_many_alternatives_hold_together() -> None:
    pairs = " AND ".join(f"(a{index} OR b{index})" for index in range(6))
    assert terms(f"({pairs}) OR c") == ((tuple(sorted(names(pairs))), ("c",)),)
    many = " OR ".join(f"a{index}" for index in range(MOST_ALTERNATIVES + 1))
    assert terms(many) == tuple(((name,),) for name in sorted(names(many)))


def test_long_and_deep_expressions_are_read_or_names() -> None:
    deep = f"{'(' * 500}MIT{')' * 500}"
    assert terms(deep) == terms("MIT")
    long = " AND ".join(["MIT"] * LONGEST)
    assert terms(long) == (((long,),),)


@settings(deadline=None)
@given(
    st.recursive(
        st.sampled_from(["a", "b", "c"]),
        lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        max_leaves=6,
    )
)
def test_spelled_terms_are_the_same_terms(text: str) -> None:
    assert terms(spelled(terms(text))) == terms(text)
