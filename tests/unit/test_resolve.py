"""From wishes to pins, against the embedded hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from embedded_hub.faults import Lie, Then
from ptmdeps.errors import HubUnreachable, IntegrityError, ModelNotFound, PtmdepsError, ResolutionError
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.identity import Location, ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel, Lockfile, Options
from ptmdeps.lockfile.staleness import Untraced, inconsistencies
from ptmdeps.manifest import IgnoreRule, Manifest, specifier
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.resolve import LONGEST_CHAIN, Upgrade
from ptmdeps.scan.references import Kind, Reference, Scope
from ptmdeps.wanted import requirement_of, wanted
from tests.worlds import hugging_face, key, lock, model_json, names, paths, requirement, without

BASE, LORA, OTHER = "acme/base", "acme/lora", "acme/other"
EMPTY = {"config.json": b"{}"}


@pytest.fixture
def face(hub: EmbeddedHub, tmp_path: Path) -> HuggingFace:
    hub.repositories.create(BASE, models.bert_classifier())
    hub.repositories.create(LORA, models.lora_adapter(BASE))
    hub.repositories.create(OTHER, models.bert_encoder())
    return hugging_face(hub, tmp_path / "store")


def whole(lockfile: Lockfile) -> Lockfile:
    """The lock, which must not contradict itself; what its models came from is looked up later, by ``ancestry``."""
    assert [reason for reason in inconsistencies(lockfile) if not isinstance(reason, Untraced)] == []
    return lockfile


def adapter(base: str, revision: str | None = None) -> Mapping[str, bytes]:
    return {"adapter_config.json": model_json(base_model_name_or_path=base, revision=revision)}


# keeping and moving


def test_nothing_wanted_is_an_empty_lock(face: HuggingFace) -> None:
    assert lock(face) == Lockfile()


def test_what_is_locked_stays_where_it_is_without_a_request(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = whole(lock(face, requirement(LORA, "peft"), requirement(OTHER)))
    for name in (BASE, LORA, OTHER):
        hub.repositories[name].commit({"README.md": b"# moved"})
    hub.log.clear()

    assert lock(face, requirement(LORA, "peft"), requirement(OTHER), previous=first) == first
    assert hub.log.count() == 0


def test_upgrade_moves_everything(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"), requirement(OTHER))
    moved = {name: hub.repositories[name].commit({"README.md": b"# moved"}) for name in (BASE, LORA, OTHER)}

    second = whole(
        lock(face, requirement(LORA, "peft"), requirement(OTHER), previous=first, upgrade=Upgrade(everything=True))
    )

    assert {model.key.name: model.revision for model in second.models} == moved


@pytest.mark.parametrize("name", [OTHER, f"huggingface:{OTHER}"])
def test_upgrade_of_one_model_moves_that_one(hub: EmbeddedHub, face: HuggingFace, name: str) -> None:
    wishes = (requirement(LORA, "peft"), requirement(OTHER))
    first = lock(face, *wishes)
    moved = {name: hub.repositories[name].commit({"README.md": b"# moved"}) for name in (BASE, LORA, OTHER)}

    second = whole(lock(face, *wishes, previous=first, upgrade=Upgrade(names=frozenset({name}))))

    assert second.find(key(BASE)) == first.find(key(BASE))
    assert second.find(key(LORA)) == first.find(key(LORA))
    other = second.find(key(OTHER))
    assert other is not None
    assert other.revision == moved[OTHER]


def test_an_upgrade_moves_what_a_name_means_and_what_a_name_of_a_library_leads_to() -> None:
    weights = Edge(kind="runtime", relation="weights", target=key("timm/net"))
    file = LockedFile(path="x", size=1, sha256="0" * 64)
    repository = LockedModel(key=ModelKey("torchhub", "acme/a"), revision="1" * 40, files=(file,), edges=(weights,))
    lockfile = Lockfile(
        models=(
            LockedModel(key=key("acme/a"), revision="2" * 40),
            LockedModel(key=key("timm/net"), revision="3" * 40, files=(file,)),
            LockedModel(key=ModelKey("timm", "net"), revision="1.0", edges=(weights,)),
            repository,
            replace(repository, ref="v1"),
        )
    )

    def moving(*names: str) -> list[str]:
        return sorted(specifier(*wish) for wish in Upgrade(names=frozenset(names)).moving(lockfile))

    assert moving("acme/a") == ["acme/a"]
    assert moving("timm:net") == ["timm/net", "timm:net"]
    assert moving("torchhub:acme/a") == ["torchhub:acme/a", "torchhub:acme/a@v1"]
    assert moving("torchhub:acme/a:v1", "none") == ["torchhub:acme/a@v1"]
    assert moving() == []
    assert len(Upgrade(everything=True).moving(lockfile)) == 5


def test_upgrade_by_an_alias_moves_the_model(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    first = lock(face, requirement("short"))
    moved = hub.repositories[OTHER].commit({"README.md": b"# moved"})
    second = whole(lock(face, requirement("short"), previous=first, upgrade=Upgrade(names=frozenset({"short"}))))
    assert [(model.revision, model.aliases) for model in second.models] == [(moved, ("short",))]


def test_an_upgrade_that_finds_nothing_new_changes_nothing(face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"))
    assert lock(face, requirement(LORA, "peft"), previous=first, upgrade=Upgrade(everything=True)) == first


def test_a_new_requirement_leaves_the_others_alone(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(OTHER))
    hub.repositories[OTHER].commit({"README.md": b"# moved"})
    second = whole(lock(face, requirement(OTHER), requirement(BASE), previous=first))
    assert second.find(key(OTHER)) == first.find(key(OTHER))
    assert names(second) == [BASE, OTHER]


def test_a_requirement_that_is_gone_takes_its_base_along(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"), requirement(OTHER))
    assert names(first) == [BASE, LORA, OTHER]
    hub.log.clear()
    assert names(whole(lock(face, requirement(OTHER), previous=first))) == [OTHER]
    assert hub.log.count() == 0


def test_a_base_that_the_project_asks_for_itself_stays(face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"), requirement(BASE))
    assert names(whole(lock(face, requirement(BASE), previous=first))) == [BASE]


def test_two_refs_of_one_model_are_two_pins(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories[OTHER]
    repository.tag("v1")
    late = repository.commit({"README.md": b"# moved"})
    lockfile = whole(lock(face, requirement(OTHER), requirement(OTHER, ref="v1")))
    assert [(model.ref, model.revision == late) for model in lockfile.models] == [("", True), ("v1", False)]


# refs that the manifest chose


def test_who_asks_without_a_ref_gets_the_one_that_the_manifest_chose(hub: EmbeddedHub, face: HuggingFace) -> None:
    v1 = hub.repositories[OTHER].commit({"README.md": b"# one"})
    hub.repositories[OTHER].tag("v1")
    hub.repositories[OTHER].commit({"README.md": b"# two"})
    wishes = (requirement(OTHER), requirement(OTHER, ref="v1"))

    locked = whole(lock(face, *wishes, defaults={OTHER: "v1"}))

    (model,) = locked.models
    assert (model.ref, model.revision, model.default) == ("v1", v1, True)
    assert locked.find(key(OTHER)) == locked.find(key(OTHER), "v1") == model
    assert {path for path, _ in face.expose(model).texts} == {
        "huggingface/hub/models--acme--other/refs/main",
        "huggingface/hub/models--acme--other/refs/v1",
    }
    hub.log.clear()
    assert lock(face, *wishes, defaults={OTHER: "v1"}, previous=locked) == locked
    assert not hub.log


def test_a_choice_comes_and_goes(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories[OTHER].tag("v1")
    hub.repositories[OTHER].commit({"README.md": b"# two"})
    without_choice = whole(lock(face, requirement(OTHER)))
    chosen = whole(
        lock(face, requirement(OTHER), requirement(OTHER, ref="v1"), defaults={OTHER: "v1"}, previous=without_choice)
    )
    assert [(model.ref, model.default) for model in chosen.models] == [("v1", True)]

    both = whole(lock(face, requirement(OTHER), requirement(OTHER, ref="v1"), previous=chosen))
    assert [(model.ref, model.default) for model in both.models] == [("", False), ("v1", False)]
    assert whole(lock(face, requirement(OTHER), previous=chosen)) == without_choice


def test_the_base_of_an_adapter_is_the_one_that_the_manifest_chose(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories[BASE].tag("v1")
    hub.repositories[BASE].commit({"README.md": b"# two"})
    wishes = (requirement(LORA, "peft"), requirement(BASE, ref="v1"))
    locked = whole(lock(face, *wishes, defaults={BASE: "v1"}))
    assert [(model.key.name, model.ref) for model in locked.models] == [(BASE, "v1"), (LORA, "")]


def test_an_old_name_leads_to_the_ref_that_was_chosen_for_the_new_one(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    hub.repositories[OTHER].tag("v1")
    wishes = (requirement("short"), requirement(OTHER, ref="v1"))
    locked = whole(lock(face, *wishes, defaults={OTHER: "v1"}))
    assert [(model.ref, model.names) for model in locked.models] == [("v1", (OTHER, "short"))]
    assert whole(lock(face, *wishes, defaults={OTHER: "v1"}, previous=locked)) == locked


def test_a_model_that_the_manifest_names_at_two_refs_has_no_chosen_one() -> None:
    at = {ref: requirement(OTHER, ref=ref) for ref in ("v1", "v2", "main")}
    for refs, chosen in ((("v1",), {key(OTHER): "v1"}), (("v1", "v2"), {}), (("v1", "main"), {}), (("main",), {})):
        manifest = Manifest(source="ptm.toml", requirements=tuple(at[ref] for ref in refs))
        assert wanted((), manifest, ("huggingface",)).defaults == chosen


# damage and names


def test_a_damaged_pin_that_was_taken_out_is_pinned_anew(face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"))
    assert whole(lock(face, requirement(LORA, "peft"), previous=without(first, BASE))) == first


# names


def test_an_alias_and_the_hubs_own_name_are_one_model(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    hub.repositories.alias("acme/old", OTHER)
    wishes = (requirement("short"), requirement(OTHER, "tokenizer"), requirement("acme/old", "configuration"))

    lockfile = whole(lock(face, *wishes))

    [model] = lockfile.models
    assert (model.key.name, model.aliases) == (OTHER, ("acme/old", "short"))
    hub.log.clear()
    assert lock(face, *wishes, previous=lockfile) == lockfile
    assert hub.log.count() == 0


def test_two_names_never_mix_commits(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    hub.faults.add(
        Then(lambda: hub.repositories[OTHER].commit(models.bert_encoder(seed="v2"))), path="/api/models/", times=1
    )
    [model] = whole(lock(face, requirement("short"), requirement(OTHER, "tokenizer"))).models
    commits = hub.repositories[OTHER].history(hub.repositories[OTHER].resolve("main"))
    assert model.revision in {commit.id for commit in commits}
    listed = hub.repositories[OTHER].listing(model.revision)
    assert {file.path: file.git for file in model.files} == {path: listed[path].id for path in paths(model)}


def test_a_name_that_is_asked_for_no_more_is_dropped(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    first = lock(face, requirement("short"), requirement(OTHER))
    [model] = whole(lock(face, requirement(OTHER), previous=first)).models
    assert model.aliases == ()
    assert model == whole(lock(face, requirement(OTHER))).models[0]


def test_a_second_name_keeps_the_pin(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    first = lock(face, requirement(OTHER))
    hub.repositories[OTHER].commit({"README.md": b"# moved"})
    [model] = whole(lock(face, requirement(OTHER), requirement("short"), previous=first)).models
    assert (model.revision, model.aliases) == (first.models[0].revision, ("short",))


# readings


def test_a_further_reading_adds_files_at_the_same_commit(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(OTHER, "tokenizers"))
    hub.repositories[OTHER].commit(models.bert_encoder(seed="v2"))
    second = whole(lock(face, requirement(OTHER, "tokenizers"), requirement(OTHER), previous=first))
    assert second.models[0].revision == first.models[0].revision
    assert paths(first.models[0]) == ["tokenizer.json"]
    assert "model.safetensors" in paths(second.models[0])


def test_fewer_readings_take_fewer_files_at_the_same_commit(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(OTHER, "tokenizers"), requirement(OTHER))
    hub.repositories[OTHER].commit(models.bert_encoder(seed="v2"))
    second = whole(lock(face, requirement(OTHER, "tokenizers"), previous=first))
    assert [model.revision for model in second.models] == [first.models[0].revision]
    assert paths(second.models[0]) == ["tokenizer.json"]


def test_a_base_that_an_adapter_needed_shrinks_to_what_is_left(face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"), requirement(BASE, "tokenizers"))
    second = whole(lock(face, requirement(BASE, "tokenizers"), previous=first))
    assert [paths(model) for model in second.models] == [["tokenizer.json"]]


def test_a_base_is_read_by_its_adapter_and_by_the_project(face: HuggingFace) -> None:
    readme = requirement(BASE, "file", selection=FileSelection(files=("README.md",)))
    lockfile = whole(lock(face, requirement(LORA, "peft"), readme))
    base = lockfile.find(key(BASE))
    assert base is not None
    assert {"README.md", "model.safetensors", "config.json"} <= set(paths(base))


def test_other_options_pin_anew_at_the_same_commit(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(OTHER))
    hub.repositories[OTHER].commit({"README.md": b"# moved"})
    second = whole(lock(face, requirement(OTHER), previous=first, options=Options(files="all")))
    assert second.options.files == "all"
    assert second.models[0].revision == first.models[0].revision
    assert set(paths(second.models[0])) > set(paths(first.models[0]))


# edges


def test_an_adapter_brings_its_base_at_the_revision_it_names(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories[BASE]
    first = repository.tag("v1")
    late = repository.commit({"README.md": b"# moved"})
    hub.repositories.create("acme/pinned", models.lora_adapter(BASE, revision="v1"))
    lockfile = whole(lock(face, requirement("acme/pinned", "peft"), requirement(BASE)))
    pins = {(model.key.name, model.ref): model.revision for model in lockfile.models}
    assert pins[BASE, "v1"] == first
    assert pins[BASE, ""] == late


def test_an_adapter_on_the_default_branch_by_name_shares_the_base(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/main", models.lora_adapter(BASE, revision="main"))
    lockfile = whole(lock(face, requirement("acme/main", "peft"), requirement(BASE)))
    assert [(model.key.name, model.ref) for model in lockfile.models] == [(BASE, ""), ("acme/main", "")]


def test_a_base_by_an_old_name_is_the_base(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.rename(BASE, "acme/renamed")
    lockfile = whole(lock(face, requirement(LORA, "peft"), requirement("acme/renamed")))
    assert names(lockfile) == [LORA, "acme/renamed"]
    assert lockfile.models[1].aliases == (BASE,)


def test_code_of_another_repository_is_locked_as_well(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/code", models.code_repository())
    hub.repositories.create("acme/remote", models.remote_code_model(code="acme/code"))
    lockfile = whole(lock(face, requirement("acme/remote")))
    assert names(lockfile) == ["acme/code", "acme/remote"]
    assert paths(lockfile.models[0]) == ["configuration_tiny.py", "modeling_tiny.py"]


def test_models_that_need_each_other_are_locked_once(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/a", adapter("acme/b"))
    hub.repositories.create("acme/b", adapter("acme/a"))
    hub.repositories.create("acme/self", adapter("acme/self"))
    assert names(whole(lock(face, requirement("acme/a", "peft")))) == ["acme/a", "acme/b"]
    assert names(whole(lock(face, requirement("acme/self", "peft")))) == ["acme/self"]


def test_a_circle_that_nobody_asks_for_is_dropped(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/a", adapter("acme/b"))
    hub.repositories.create("acme/b", adapter("acme/a"))
    first = lock(face, requirement("acme/a", "peft"), requirement(OTHER))
    assert names(whole(lock(face, requirement(OTHER), previous=first))) == [OTHER]


def test_a_long_chain_is_followed_and_an_endless_one_is_not(hub: EmbeddedHub, face: HuggingFace) -> None:
    for number in range(LONGEST_CHAIN + 5):
        hub.repositories.create(f"acme/link{number:02}", adapter(f"acme/link{number + 1:02}"))
    hub.repositories.create(f"acme/link{LONGEST_CHAIN + 5:02}", EMPTY)

    short = lock(face, requirement(f"acme/link{LONGEST_CHAIN:02}", "peft"))
    assert len(short.models) == 6
    with pytest.raises(ResolutionError, match="chain of more than 32"):
        lock(face, requirement("acme/link00", "peft"))


def test_a_base_that_changes_with_an_upgrade_is_followed(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"))
    hub.repositories[LORA].commit(models.lora_adapter(OTHER))
    second = whole(lock(face, requirement(LORA, "peft"), previous=first, upgrade=Upgrade(names=frozenset({LORA}))))
    assert names(second) == [LORA, OTHER]


# failures


def test_all_failures_are_reported_together(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories[OTHER].gate("auto")
    sites = {(key("acme/none"), ""): "b.py:2", (key(OTHER), "v9"): "a.py:1"}
    with pytest.raises(ResolutionError, match="2 models could not be pinned") as caught:
        lock(face, requirement("acme/none"), requirement(OTHER, ref="v9"), requirement(BASE), sites=sites)
    assert [(type(cause).__name__, cause.because) for cause in caught.value.causes] == [
        ("ModelNotFound", ("b.py:2",)),
        ("RevisionNotFound", ("a.py:1",)),
    ]


def test_one_failure_says_who_asked_through_whom(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/top", adapter("acme/middle"))
    hub.repositories.create("acme/middle", adapter("acme/gone"))
    with pytest.raises(ResolutionError, match="one model could not be pinned") as caught:
        lock(face, requirement("acme/top", "peft"), sites={(key("acme/top"), ""): "app.py:12"})
    [cause] = caught.value.causes
    assert isinstance(cause, ModelNotFound)
    assert cause.because == ("app.py:12", "acme/top", "acme/middle")


def test_who_asked_is_known_under_every_name(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/top", adapter("acme/gone"))
    hub.repositories.alias("top", "acme/top")
    with pytest.raises(ResolutionError) as caught:
        lock(face, requirement("top", "peft"), sites={(key("top"), ""): "app.py:12"})
    assert [cause.because for cause in caught.value.causes] == [("app.py:12", "acme/top")]


def test_a_circle_of_reasons_ends(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/a", adapter("acme/b"))
    hub.repositories.create("acme/b", adapter("acme/a"))
    hub.repositories.create("acme/c", adapter("acme/gone"))
    hub.repositories["acme/b"].commit(models.remote_code_model(code="acme/gone"))
    with pytest.raises(ResolutionError) as caught:
        lock(face, requirement("acme/a", "peft"))
    assert [cause.because[-1:] for cause in caught.value.causes] == [("acme/b",)]


def test_a_failure_leaves_the_exit_code_of_its_causes(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.faults.add(Lie(path="config.json", oid="0" * 40), path="/api/models/")
    with pytest.raises(ResolutionError) as caught:
        lock(face, requirement(BASE))
    assert isinstance(caught.value.causes[0], IntegrityError)
    assert caught.value.exit_code == 1


def test_a_hub_that_cannot_be_locked_is_named(face: HuggingFace) -> None:
    wish = Requirement(key=ModelKey("torchhub", "pytorch/vision"))
    with pytest.raises(ResolutionError) as caught:
        lock(face, wish, requirement(BASE))
    [cause] = caught.value.causes
    assert "`torchhub:pytorch/vision`" in cause.message
    assert "huggingface" in str(cause.hint)


def test_offline_keeps_what_is_locked(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = lock(face, requirement(LORA, "peft"), requirement(OTHER))
    hub.log.clear()
    assert names(lock(face, requirement(LORA, "peft"), previous=first, offline=True)) == [BASE, LORA]
    assert hub.log.count() == 0


def test_offline_cannot_pin_anything_new(hub: EmbeddedHub, face: HuggingFace) -> None:
    with pytest.raises(ResolutionError) as caught:
        lock(face, requirement(BASE), offline=True, sites={(key(BASE), ""): "app.py:1"})
    [cause] = caught.value.causes
    assert isinstance(cause, HubUnreachable)
    assert cause.because == ("app.py:1",)
    assert f"`{BASE}` is not locked as it is needed now" in cause.message
    assert hub.log.count() == 0


def test_offline_cannot_upgrade(face: HuggingFace) -> None:
    first = lock(face, requirement(BASE))
    with pytest.raises(ResolutionError):
        lock(face, requirement(BASE), previous=first, upgrade=Upgrade(everything=True), offline=True)


# what code and manifest say together


def reference(
    name: str = BASE,
    *,
    line: int = 1,
    path: str = "app.py",
    ref: str | None = None,
    scope: Scope = "main",
    hub: str = "huggingface",
    kind: Kind = "model",
) -> Reference:
    return Reference(
        key=ModelKey(hub, name),
        ref=ref,
        loader="transformers.AutoModel.from_pretrained",
        reads="transformers",
        location=Location(path, line),
        resolution="literal",
        scope=scope,
        kind=kind,
    )


def test_references_to_one_model_are_one_requirement() -> None:
    found = wanted(
        [reference(line=3), reference(line=9), reference(path="b.py"), reference(OTHER)], Manifest(), ["huggingface"]
    )
    assert found.requirements == (
        requirement(BASE, used_in=("app.py", "b.py")),
        requirement(OTHER, used_in=("app.py",)),
    )
    assert found.sites == {(key(BASE), ""): "app.py:3", (key(OTHER), ""): "app.py:1"}


def test_the_default_branch_by_name_is_the_default() -> None:
    assert requirement_of(reference(ref="main")).ref == ""
    assert requirement_of(reference(ref="dev")).ref == "dev"
    assert requirement_of(reference(ref="main", hub="modelscope")).ref == "main"


def test_scopes_and_ignored_names_do_not_count() -> None:
    manifest = Manifest(ignore=(IgnoreRule(model=OTHER), IgnoreRule(model=f"huggingface:{LORA}")))
    found = wanted(
        [reference(scope="test"), reference(OTHER), reference(LORA), reference(scope="doc")], manifest, ["huggingface"]
    )
    assert (found.requirements, found.elsewhere) == ((), ())
    assert [(one.key.name, rule.model) for one, rule in found.ignored] == [
        (OTHER, OTHER),
        (LORA, f"huggingface:{LORA}"),
    ]
    everywhere = replace(manifest, options=Options(scopes=("main", "test")))
    assert len(wanted([reference(scope="test")], everywhere, ["huggingface"]).requirements) == 1


def test_a_rule_that_has_ended_ignores_no_more() -> None:
    manifest = Manifest(ignore=(IgnoreRule(model="acme/*", until="2026-10-01"),))
    for today, count in (("2026-10-01", 0), ("2026-10-02", 1), ("", 0)):
        assert len(wanted([reference()], manifest, ["huggingface"], today=today).requirements) == count


def test_what_the_code_loads_is_in_the_groups_that_the_manifest_gives_it() -> None:
    entry = Requirement(key=key(BASE), reads="model", group="serving", role="ranks")
    entries = (entry, replace(entry, group="training", role=""), replace(entry, ref="v1", group="other"))
    manifest = Manifest(source="ptm.toml", requirements=tuple(sorted(entries)))
    found = wanted([reference(), reference(ref="main"), reference(OTHER)], manifest, ["huggingface"]).requirements
    assert [(r.key.name, r.ref, r.group, r.role, r.reads, r.used_in) for r in found] == [
        (BASE, "", "serving", "ranks", "model", ("ptm.toml",)),
        (BASE, "", "training", "", "model", ("ptm.toml",)),
        (BASE, "", "serving", "ranks", "transformers", ("app.py",)),
        (BASE, "", "training", "", "transformers", ("app.py",)),
        (BASE, "v1", "other", "ranks", "model", ("ptm.toml",)),
        (OTHER, "", "default", "", "transformers", ("app.py",)),
    ]


def test_optional_models_are_optional_where_the_code_loads_them() -> None:
    manifest = Manifest(requirements=(Requirement(key=key(BASE), ref="main", reads="model", optional=True),))
    found = wanted([reference()], manifest, ["huggingface"]).requirements
    assert [(r.ref, r.optional) for r in found] == [("", True), ("", True)]


def test_models_of_members_are_used_in_their_manifests() -> None:
    wishes = [Requirement(key=key(BASE), reads="model", used_in=(f"{name}/ptm.toml",)) for name in "ab"]
    found = wanted([], Manifest(source="pyproject.toml", requirements=tuple(wishes)), ["huggingface"])
    assert [wish.used_in for wish in found.requirements] == [("a/ptm.toml", "b/ptm.toml")]
    assert found.sites == {(key(BASE), ""): "a/ptm.toml"}


def test_places_that_only_look_like_loads_pin_nothing() -> None:
    soft = replace(reference(), soft=True)
    found = wanted([soft, replace(soft, key=ModelKey("ollama", OTHER))], Manifest(), ["huggingface"])
    assert (found.requirements, found.elsewhere) == ((), ())
    assert wanted([soft, reference()], Manifest(), ["huggingface"]).sites == {(key(BASE), ""): "app.py:1"}


def test_commit_of_seven_digits_is_locked_in_full(hub: EmbeddedHub, face: HuggingFace) -> None:
    """Libraries pin their default models so: ``transformers`` asks for ``4c53496``."""
    commit = hub.repositories[OTHER].resolve("main")
    hub.repositories[OTHER].commit({"README.md": b"# moved"})
    asked = requirement_of(replace(reference(OTHER, ref=commit[:7]), resolution="default-model"))

    first = whole(lock(face, asked))
    (model,) = first.models
    assert (model.ref, model.revision) == (commit[:7], commit)
    assert whole(lock(face, asked, previous=first, upgrade=Upgrade(everything=True))) == first


def test_what_no_hub_can_lock_is_listed_apart() -> None:
    others = [reference(hub="torchhub"), reference(kind="dataset")]
    assert wanted(others, Manifest(), ["huggingface"]).elsewhere == tuple(others)


def test_the_manifest_adds_to_the_code() -> None:
    manifest = Manifest(
        source="ptm.toml", requirements=(requirement(BASE, used_in=()), requirement(OTHER, ref="main", used_in=()))
    )
    found = wanted([reference()], manifest, ["huggingface"])
    assert found.requirements == (
        requirement(BASE, used_in=("app.py", "ptm.toml")),
        requirement(OTHER, used_in=("ptm.toml",)),
    )
    assert found.sites == {(key(BASE), ""): "app.py:1", (key(OTHER), ""): "ptm.toml"}


def test_errors_that_are_none_of_ours_are_passed_on(face: HuggingFace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(HuggingFace, "pin", lambda _, request: broken(request))
    with pytest.raises(ZeroDivisionError):
        lock(face, requirement(BASE))
    assert not issubclass(ZeroDivisionError, PtmdepsError)


def test_every_entry_carries_its_own_digest(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.alias("short", OTHER)
    for model in lock(face, requirement("short"), requirement(LORA, "peft")).models:
        assert model.recorded_digest == model_digest(model)


def test_other_bytes_under_a_locked_revision_are_refused(face: HuggingFace) -> None:
    before = lock(face, requirement(OTHER))
    [model] = before.models
    files = tuple(replace(file, sha256="0" * 64) for file in model.files)
    republished = replace(model, files=files)
    previous = replace(before, models=(replace(republished, recorded_digest=model_digest(republished)),))
    with pytest.raises(ResolutionError) as caught:
        lock(face, requirement(OTHER), previous=previous, upgrade=Upgrade(everything=True))
    [cause] = caught.value.causes
    assert isinstance(cause, IntegrityError)
    assert "gave other bytes the same version" in (cause.hint or "")
