"""Code without any `revision=` loads exactly the pins from the environment, in the real frameworks, with no hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.loaders.loads import GROUPS, Load
from tests.loaders.proof import Outcome, prove

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.loaders

EVERY_LOAD = [pytest.param(group, label, id=f"{group}: {label}") for group in GROUPS for label in GROUPS[group].loads]
MOVING_LOADS = [
    pytest.param(group, label, id=f"{group}: {label}")
    for group in GROUPS
    for label, load in GROUPS[group].loads.items()
    if not load.fixed
]


@pytest.fixture(scope="session")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Outcome]:
    """Carry out the experiment of a group when it is first asked for."""
    outcomes: dict[str, Outcome] = {}

    def of(group: str) -> Outcome:
        if group not in outcomes:
            outcomes[group] = prove(GROUPS[group], tmp_path_factory.mktemp(group))
        return outcomes[group]

    return of


@pytest.mark.parametrize(("group", "label"), EVERY_LOAD)
def test_unmodified_code_loads_the_pinned_model_without_a_hub(
    group: str, label: str, outcome: Callable[[str], Outcome]
) -> None:
    found = outcome(group).locked[label]

    assert "error" not in found, found["error"]
    assert frozenset(found["evidence"]) == _load(group, label).shows("pinned")


@pytest.mark.parametrize(("group", "label"), MOVING_LOADS)
def test_the_same_code_without_ptmdeps_loads_what_the_hub_has_now(
    group: str, label: str, outcome: Callable[[str], Outcome]
) -> None:
    found = outcome(group).unlocked[label]

    assert "error" not in found, found["error"]
    assert frozenset(found["evidence"]) == _load(group, label).shows("moved")


def _load(group: str, label: str) -> Load:
    return GROUPS[group].loads[label]
