"""Nothing newer than a cut-off is pinned, against the embedded hub's real histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Rewrite
from ptmdeps.errors import ResolutionError, RevisionNotFound
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.lockfile.model import LockedModel, Options
from ptmdeps.lockfile.staleness import inconsistencies
from ptmdeps.resolve import Upgrade, resolve
from ptmdeps.wanted import Wanted
from tests.worlds import hugging_face, key, lock, requirement

NAME, LORA = "acme/base", "acme/lora"
START = datetime(2026, 10, 1, 12, tzinfo=UTC)
NOON = "T12:00:00Z"


@pytest.fixture
def days(hub: EmbeddedHub) -> list[str]:
    """The commits of a model, one on each noon of the first five days of October."""
    repository = hub.repositories.create(NAME, models.bert_classifier(), created_at=START - timedelta(days=30))
    return [
        repository.commit({"README.md": f"# day {day}".encode()}, date=START + timedelta(days=day)) for day in range(5)
    ]


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    return hugging_face(hub, tmp_path / "store")


def _pin(face: HuggingFace, not_after: str, *, ref: str = "", revision: str = "") -> LockedModel:
    readings = (Reading(reads="transformers"),)
    return face.pin(PinRequest(key=key(NAME), ref=ref, readings=readings, revision=revision, not_after=not_after))


@pytest.mark.parametrize(
    ("not_after", "day"),
    [
        (f"2026-10-03{NOON}", 2),
        ("2026-10-03T11:59:59Z", 1),
        ("2026-10-04T11:00:00Z", 2),
        ("2030-01-01T00:00:00Z", 4),
        (f"2026-10-01{NOON}", 0),
    ],
)
@pytest.mark.parametrize("ref", ["", "dev", "refs/pr/1"])
def test_a_branch_is_pinned_to_its_newest_commit_until_then(
    hub: EmbeddedHub, face: HuggingFace, days: list[str], *, not_after: str, day: int, ref: str
) -> None:
    if ref:
        hub.repositories[NAME].move(ref, days[-1])
    pinned = _pin(face, not_after, ref=ref)
    assert (pinned.revision, pinned.ref) == (days[day], ref)
    assert pinned.committed == f"2026-10-0{day + 1}{NOON}"


def test_without_an_old_enough_commit_the_oldest_is_named(face: HuggingFace, days: list[str]) -> None:
    assert days
    with pytest.raises(RevisionNotFound) as caught:
        _pin(face, "2026-01-01T00:00:00Z")
    assert caught.value.message.startswith("`acme/base` has no commit that is old enough, the oldest is of 2026-09")
    assert caught.value.message.endswith("and `exclude-newer` allows none after 2026-01-01T00:00:00Z")
    assert caught.value.hint == 'Set a later `exclude-newer`, or `exclude-newer-model = { "acme/base" = false }`'


def test_a_commit_that_is_written_out_and_a_kept_revision_are_what_they_are(
    hub: EmbeddedHub, face: HuggingFace, days: list[str]
) -> None:
    assert _pin(face, f"2026-10-01{NOON}", ref=days[4]).revision == days[4]
    assert _pin(face, f"2026-10-01{NOON}", revision=days[3]).revision == days[3]
    assert not [entry for entry in hub.log if "commits/main" in entry.path]


def test_a_tag_means_one_commit_or_none(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    hub.repositories[NAME].tag("v1", days[1])
    assert _pin(face, f"2026-10-02{NOON}", ref="v1").revision == days[1]
    with pytest.raises(RevisionNotFound, match=r"`acme/base@v1` was made at 2026-10-02T12:00:00Z, and `exclude-newer`"):
        _pin(face, f"2026-10-01{NOON}", ref="v1")


def test_long_histories_are_walked_page_by_page(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    repository = hub.repositories[NAME]
    for count in range(120):
        repository.commit({"note.txt": b"%d" % count}, date=START + timedelta(days=10, minutes=count))
    assert _pin(face, f"2026-10-05{NOON}").revision == days[4]
    assert sum("commits/main" in entry.path for entry in hub.log) == 2


def _undated(document: list[dict[str, object]]) -> object:
    return [{key: value for key, value in entry.items() if key != "date"} for entry in document]


def test_commits_of_unknown_time_are_too_new(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    assert days
    hub.faults.add(Rewrite(function=_undated), path="/commits/main")
    with pytest.raises(RevisionNotFound, match="the oldest is of no known time"):
        _pin(face, "2030-01-01T00:00:00Z")


def _resolved(face: HuggingFace, options: Options, *, moment: datetime, **facts: object) -> LockedModel:
    lockfile = resolve(
        Wanted(requirements=(requirement(NAME),)),
        previous=None,
        options=options,
        hubs={"huggingface": face}.get,
        moment=moment,
        **facts,  # type: ignore[arg-type]  # of resolve
    )
    assert lockfile.options == options
    assert inconsistencies(lockfile) == ()
    return lockfile.models[0]


def test_a_span_counts_back_from_the_moment(face: HuggingFace, days: list[str]) -> None:
    for moment, day in (
        (START + timedelta(days=9), 2),
        (START + timedelta(days=8), 1),
        (START + timedelta(days=40), 4),
    ):
        assert _resolved(face, Options(exclude_newer="P7D"), moment=moment).revision == days[day]


def test_a_model_can_have_another_cut_off_or_none(face: HuggingFace, days: list[str]) -> None:
    for own, day in (("2026-10-04", 3), ("", 4)):
        options = Options(exclude_newer="2026-10-02", exclude_newer_model=((f"huggingface:{NAME}", own),))
        assert _resolved(face, options, moment=START).revision == days[day]


def test_what_a_model_needs_has_a_cut_off_as_well(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    hub.repositories.create(LORA, models.lora_adapter(NAME), created_at=START - timedelta(days=20))
    locked = lock(face, requirement(LORA, "peft"), options=Options(exclude_newer="2026-10-02"))
    assert next((model.key.name, model.revision) for model in locked.models) == (NAME, days[1])


def test_another_cut_off_keeps_the_pins_that_are_there(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    first = lock(face, requirement(NAME))
    hub.log.clear()
    options = Options(exclude_newer="2026-10-02")
    again = lock(face, requirement(NAME), previous=first, options=options)
    assert (again.models, again.options, len(hub.log)) == (first.models, options, 0)
    moved = lock(face, requirement(NAME), previous=again, options=options, upgrade=Upgrade(everything=True))
    assert moved.models[0].revision == days[1]


def test_a_model_that_is_too_new_is_one_of_the_causes(hub: EmbeddedHub, face: HuggingFace, days: list[str]) -> None:
    assert days
    hub.repositories.create("acme/new", models.bert_encoder(), created_at=START + timedelta(days=20))
    options = Options(exclude_newer="2026-10-02")
    asked = tuple(replace(requirement(name), used_in=("app.py",)) for name in (NAME, "acme/new"))
    with pytest.raises(ResolutionError) as caught:
        lock(face, *asked, options=options)
    assert [type(cause) for cause in caught.value.causes] == [RevisionNotFound]
