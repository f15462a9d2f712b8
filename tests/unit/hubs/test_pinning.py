"""Pinning models of the embedded hub through the official client."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from embedded_hub import EmbeddedHub, GitFile, LfsFile, models
from embedded_hub.faults import Corrupt, Lie, Rename, Rewrite, SetHeaders, Then
from ptmdeps.errors import (
    AccessDenied,
    FileNotInModel,
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    PtmdepsError,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.huggingface import HuggingFace
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Edge, License, Options
from ptmdeps.requirement import FileSelection
from tests.worlds import hugging_face, key, model_json, paths, pin, tree

NAME = "acme/sentiment"
FILES = models.bert_classifier()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "inside" / "store"


@pytest.fixture
def face(hub: EmbeddedHub, store: Path) -> HuggingFace:
    return hugging_face(hub, store)


def test_a_pin_says_what_the_repository_says(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories.create(NAME, models.cluttered())

    model = pin(face, NAME)

    assert (model.key, model.aliases, model.ref) == (key(NAME), (), "")
    assert model.revision == repository.resolve("main")
    assert model.identifier == repository.settings.identifier
    assert model.committed == "2024-01-01T01:00:00Z"
    assert model.purl == f"pkg:huggingface/{NAME}@{model.revision}"
    assert model.license == License(declared="apache-2.0", concluded="Apache-2.0", evidence="README.md")
    assert (model.gated, model.remote_code, model.requires) == ("", False, ("safetensors", "transformers"))
    assert model.recorded_digest == model_digest(model)
    lineage = {(edge.relation, edge.target.name) for edge in model.edges}
    assert lineage == {("finetune", "google-bert/bert-base-uncased"), ("dataset", "stanfordnlp/sst2")}


def test_every_file_has_the_digest_of_its_own_bytes(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)

    for file in pin(face, NAME).files:
        assert (file.size, file.sha256) == (len(FILES[file.path]), hashlib.sha256(FILES[file.path]).hexdigest())
        assert len(file.git) == 40


@pytest.mark.parametrize("ref", ["v1", "annotated", "dev", "refs/pr/1", "short", "full"])
def test_every_kind_of_ref_leads_to_its_commit(hub: EmbeddedHub, face: HuggingFace, ref: str) -> None:
    repository = hub.repositories.create(NAME, FILES)
    first = repository.resolve("main")
    repository.tag("v1")
    repository.tag("annotated", message="one")
    repository.move("dev", first)
    repository.commit(models.bert_classifier(seed="v2"))
    other = repository.pull_request(1, {"README.md": b"# other"})
    asked = {"short": first[:8], "full": first}.get(ref, ref)

    model = pin(face, NAME, ref=asked)

    assert model.ref == asked
    assert model.revision == (other if ref == "refs/pr/1" else first)


def test_other_names_lead_to_the_hubs_own(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/old", FILES)
    hub.repositories.rename("acme/old", NAME)
    hub.repositories.alias("sentiment", NAME)

    renamed, legacy = pin(face, "acme/old"), pin(face, "sentiment")

    assert (renamed.key, renamed.aliases) == (key(NAME), ("acme/old",))
    assert (legacy.key, legacy.aliases) == (key(NAME), ("sentiment",))
    assert renamed.revision == legacy.revision


def test_a_gated_model_says_where_to_ask(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES, gated="auto")
    with pytest.raises(AccessDenied, match=r"`acme/sentiment@[0-9a-f]{12}` is gated") as caught:
        pin(face, NAME)
    assert f"Accept its terms at {hub.endpoint}/{NAME}" in str(caught.value.hint)


def test_a_private_model_is_not_found(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES, private=True)
    with pytest.raises(ModelNotFound, match="no model `acme/sentiment`, or does not show it to you") as caught:
        pin(face, NAME)
    assert "hf auth login" in str(caught.value.hint)


def test_a_disabled_model_says_so(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES).update(disabled=True)
    with pytest.raises(AccessDenied, match="`acme/sentiment` was disabled"):
        pin(face, NAME)


def test_a_gated_model_without_small_files_is_gated_as_well(hub: EmbeddedHub, face: HuggingFace) -> None:
    weights = models.bert_classifier(storage="pickle")["pytorch_model.bin"]
    hub.repositories.create(NAME, {"pytorch_model.bin": weights}, gated="manual")

    with pytest.raises(AccessDenied, match="gated"):
        pin(face, NAME)


def test_a_gated_model_opens_with_the_right_token(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repositories.users["hf_secret"] = "ada"
    hub.repositories.create(NAME, models.bert_classifier(storage="pickle"), gated="auto").grant("ada")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    model = pin(face, NAME)

    assert model.gated == "auto"
    assert "hf_secret" not in repr(model)
    elsewhere = hub.log.matching("/cdn/")
    assert elsewhere
    assert not any(entry.had_authorization for entry in elsewhere)


def test_a_token_without_access_is_refused(
    hub: EmbeddedHub, face: HuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repositories.create(NAME, FILES)
    monkeypatch.setenv("HF_TOKEN", "hf_unknown")

    with pytest.raises(AccessDenied, match=r"refuses `acme/sentiment` \(401\)") as caught:
        pin(face, NAME)

    assert "hf auth whoami" in str(caught.value.hint)


def test_a_model_that_is_not_there_is_not_found(face: HuggingFace) -> None:
    with pytest.raises(ModelNotFound, match="the hub has no model `acme/nothing`") as caught:
        pin(face, "acme/nothing")
    assert "ignore" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["acme/a--b", "a/b/c", "acme/..", "acme/x y", "-a/b"])
def test_names_that_cannot_be_are_not_asked_for(hub: EmbeddedHub, face: HuggingFace, name: str) -> None:
    with pytest.raises(ModelNotFound, match="cannot be the name"):
        pin(face, name)
    assert hub.log.count() == 0


@pytest.mark.parametrize("ref", ["nope", "refs/pr/9"])
def test_a_revision_that_is_not_there_is_named(hub: EmbeddedHub, face: HuggingFace, ref: str) -> None:
    hub.repositories.create(NAME, FILES)
    with pytest.raises(RevisionNotFound, match=f"`{NAME}` has no branch, tag or commit `{ref}`") as caught:
        pin(face, NAME, ref=ref)
    assert f"{hub.endpoint}/{NAME}/tree/main" in str(caught.value.hint)


def test_a_commit_that_is_gone_says_what_pins_another(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories.create(NAME, FILES)
    lost = repository.commit({"README.md": b"# late"})
    repository.move("main", repository.history(lost)[1].id)
    repository.lose(lost)
    with pytest.raises(RevisionNotFound, match=r"`acme/sentiment@[0-9a-f]+` is gone") as caught:
        pin(face, NAME, ref=lost)
    assert f"`ptmdeps lock -P {NAME}`" in str(caught.value.hint)


def test_a_ref_that_is_a_path_is_not_asked_for(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    with pytest.raises(UnsafeContent, match="unsafe path"):
        pin(face, NAME, ref="../../main")


def test_a_file_that_is_not_there_is_named(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    with pytest.raises(FileNotInModel, match=r"does not hold `no\.json`") as caught:
        pin(face, NAME, "file", selection=FileSelection(files=("no.json",)))
    assert caught.value.hint


def test_a_repository_without_anything_to_read_is_an_error(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, {"data.csv": b"1,2"})
    with pytest.raises(FileNotInModel, match="holds nothing that `transformers` reads"):
        pin(face, NAME)


def test_missing_shards_are_a_warning(hub: EmbeddedHub, face: HuggingFace) -> None:
    index = model_json(weight_map={"a": "model-1.safetensors"})
    hub.repositories.create(NAME, {"config.json": b"{}", "model.safetensors.index.json": index})
    with pytest.warns(UserWarning, match=r"does not hold `model-1\.safetensors`"):
        assert paths(pin(face, NAME)) == ["config.json", "model.safetensors.index.json"]


def test_a_pickle_is_read_where_it_matters_only(hub: EmbeddedHub, face: HuggingFace) -> None:
    files = models.bert_classifier(storage="pickle", weight_bytes=8_000_000)
    hub.repositories.create(NAME, files)

    model = pin(face, NAME)

    [weights] = [file for file in model.files if file.path == "pytorch_model.bin"]
    assert weights.pickle is not None
    assert weights.pickle.globals == (
        "collections.OrderedDict",
        "torch.FloatStorage",
        "torch._utils._rebuild_tensor_v2",
    )
    assert weights.pickle.incomplete == ""
    assert weights.size == len(files["pytorch_model.bin"]) > 8_000_000
    assert hub.log.sent("/cdn/") < 500_000


def test_safetensors_are_not_fetched(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, models.bert_classifier(storage="sharded safetensors"))
    pin(face, NAME)
    assert hub.log.count(r"/cdn/|\.safetensors$") == 0


def test_a_pickle_by_name_only_has_no_record(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, {"x.bin": LfsFile(b"\xff" * 50), "y.pkl": GitFile(b"cos\nsystem\n.")})
    first, second = pin(face, NAME, "snapshot", selection=FileSelection(allow=("[xy].*",))).files
    assert first.pickle is None
    assert second.pickle is not None
    assert second.pickle.globals == ("os.system",)


def test_one_model_takes_few_requests(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories.create(NAME, FILES)
    for number in range(60):
        repository.commit({"notes.md": b"%d" % number})

    pin(face, NAME)

    assert hub.log.count("/api/models/.*/commits/") == 1
    assert hub.log.count("/api/models/") == 2
    assert face.requests() == len(hub.log)


def test_requests_are_counted_from_the_first_one(hub: EmbeddedHub, face: HuggingFace) -> None:
    assert face.requests() == len(hub.log) == 0


def test_an_adapter_needs_its_base_at_its_revision(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/lora", models.lora_adapter("acme/base", revision="v1"))
    model = pin(face, "acme/lora", "peft")
    assert model.runtime_edges == (
        Edge(
            kind="runtime",
            relation="adapter",
            target=key("acme/base"),
            ref="v1",
            reads="model",
            evidence="adapter_config.json",
        ),
    )
    assert model.requires == ("peft", "safetensors", "transformers")


def test_an_adapter_that_names_the_default_branch_asks_for_the_default(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/lora", models.lora_adapter("acme/base", revision="main"))
    assert [edge.ref for edge in pin(face, "acme/lora", "peft").runtime_edges] == [""]


def test_an_adapter_on_a_folder_of_somebody_needs_nothing(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create("acme/lora", {"adapter_config.json": model_json(base_model_name_or_path="/home/me/m")})
    assert pin(face, "acme/lora", "peft").runtime_edges == ()


def test_code_of_another_repository_is_an_edge(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, models.remote_code_model(code="acme/code"))
    model = pin(face, NAME)
    assert [(edge.relation, edge.target.name, edge.reads) for edge in model.runtime_edges] == [
        ("remote-code", "acme/code", "remote-code")
    ]
    assert model.remote_code


@pytest.mark.parametrize("code", [None, NAME])
def test_code_of_the_own_repository_is_no_edge(hub: EmbeddedHub, face: HuggingFace, code: str | None) -> None:
    files = models.remote_code_model(code=code) | models.code_repository()
    hub.repositories.create(NAME, files)
    model = pin(face, NAME)
    assert model.runtime_edges == ()
    assert model.remote_code
    assert "modeling_tiny.py" in paths(model)


def test_all_files_are_taken_where_the_project_wants_them(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, models.cluttered())
    model = pin(face, NAME, "model", options=Options(files="all"))
    assert paths(model) == sorted([*models.cluttered(), ".gitattributes"])
    assert model.requires == ("safetensors", "torch", "transformers")


def test_a_licence_that_is_none_of_the_known_keeps_its_name(hub: EmbeddedHub, face: HuggingFace) -> None:
    facts: dict[str, str | list[str]] = {"license": "other", "license_name": "acme-terms"}
    hub.repositories.create(NAME, models.bert_classifier(facts=facts))
    hub.repositories.create("acme/bare", {"config.json": b"{}", "README.md": b"# nothing"})
    assert pin(face, NAME).license == License(declared="acme-terms", concluded="", evidence="README.md")
    assert pin(face, "acme/bare").license is None


def test_lineage_says_how_the_model_came_from_its_base(hub: EmbeddedHub, face: HuggingFace) -> None:
    facts: dict[str, str | list[str]] = {"base_model": ["acme/a", "../../b"], "base_model_relation": "merge"}
    hub.repositories.create(NAME, models.bert_encoder(facts=facts))
    edges = pin(face, NAME).edges
    assert [(edge.kind, edge.relation, edge.target.name) for edge in edges] == [("lineage", "merge", "acme/a")]


def test_a_kept_revision_is_not_moved(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories.create(NAME, FILES)
    first = repository.resolve("main")
    repository.commit(models.bert_classifier(seed="v2"))
    assert pin(face, NAME, revision=first).revision == first


def test_a_branch_that_moves_meanwhile_does_not_mix_commits(hub: EmbeddedHub, face: HuggingFace) -> None:
    repository = hub.repositories.create(NAME, FILES)
    first = repository.resolve("main")
    later = models.bert_classifier(seed="v2") | {"config.json": b'{"model_type": "bert", "late": true}'}
    hub.faults.add(Then(lambda: repository.commit(later)), path="/api/models/", times=1)

    model = pin(face, NAME)

    assert repository.resolve("main") != first
    assert model.revision == first
    assert {file.path: file.sha256 for file in model.files} == {
        path: hashlib.sha256(FILES[path]).hexdigest() for path in paths(model)
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("config.json", "../../../../outside.json"),
        ("config.json", "/tmp/outside.json"),  # noqa: S108 - a hostile name
        ("config.json", "con\x00fig.json"),
        ("config.json", "a\\b.json"),
        ("config.json", "c:\\x.json"),
        ("model.safetensors", "../../../model.safetensors"),
        ("config.json", "\u202egnosj.json"),
        ("config.json", "aux.json"),
    ],
)
def test_hostile_names_are_refused(hub: EmbeddedHub, face: HuggingFace, tmp_path: Path, path: str, shown: str) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(Rename(path=path, shown=shown))
    before = tree(tmp_path)

    with pytest.raises(UnsafeContent, match="unsafe path"):
        pin(face, NAME, "snapshot")

    added = {name for name in tree(tmp_path).keys() - before.keys() if not name.startswith("hub/")}
    assert all(name.startswith("inside/store/") for name in added)


def test_names_that_are_one_on_some_systems_are_refused(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES | {"CONFIG.json": b"{}"})
    with pytest.raises(UnsafeContent, match=r"one on some systems: `CONFIG\.json`, `config\.json`"):
        pin(face, NAME)


@pytest.mark.parametrize("lie", [Lie(path="config.json", oid="0" * 40), Lie(path="README.md", oid="1" * 40)])
def test_small_files_must_be_what_the_hub_lists(hub: EmbeddedHub, face: HuggingFace, lie: Lie) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(lie, path="/api/models/")

    with pytest.raises(IntegrityError, match=lie.path) as caught:
        pin(face, NAME)

    assert caught.value.expected == f"git:{lie.oid}"
    assert len(caught.value.found) == len(caught.value.expected)


def test_a_lie_about_the_size_of_a_small_file_is_not_repeated(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(Lie(path="config.json", size=3), path="/api/models/")
    assert {file.path: file.size for file in pin(face, NAME).files}["config.json"] == len(FILES["config.json"])


def test_a_file_that_is_too_large_to_be_a_configuration_is_not_fetched(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES | {"config.json": LfsFile(b"{}")})
    hub.faults.add(Lie(path="config.json", size=50 * 1024**3), path="/api/models/")
    with pytest.raises(UnsafeContent, match=r"`config\.json` of `acme/sentiment` has 53,687,091,200 bytes"):
        pin(face, NAME)
    assert hub.log.count(r"/config\.json") == 0


def test_configurations_in_lfs_are_compared_with_its_digest(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES | {"config.json": LfsFile(FILES["config.json"])})
    assert "config.json" in paths(pin(face, NAME))
    hub.faults.add(Lie(path="config.json", sha256="f" * 64), path="/api/models/")
    with pytest.raises(IntegrityError, match="sha256:ffff"):
        pin(face, NAME)


def test_damage_on_the_way_is_repaired_by_a_second_try(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    fault = hub.faults.add(Corrupt(position=4), method="GET", path=r"resolve-cache.*config\.json", times=1)

    model = pin(face, NAME)

    assert fault.hits == 1
    [config] = [file for file in model.files if file.path == "config.json"]
    assert config.sha256 == hashlib.sha256(FILES["config.json"]).hexdigest()
    assert face.stored_path(model, config).read_bytes() == FILES["config.json"]


def test_damage_twice_is_an_error_and_leaves_nothing_in_the_store(
    hub: EmbeddedHub, face: HuggingFace, store: Path
) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(Corrupt(position=4), method="GET", path=r"resolve-cache.*/config\.json")

    with pytest.raises(IntegrityError, match=r"`config\.json` of `acme/sentiment@") as caught:
        pin(face, NAME)

    assert "nothing was locked" in str(caught.value.hint)
    assert not list(store.rglob("config.json"))
    damaged = bytearray(FILES["config.json"])
    damaged[4] ^= 0xFF
    assert bytes(damaged) not in tree(store).values()


def test_a_damaged_copy_in_the_store_is_replaced(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    model = pin(face, NAME)
    [config] = [file for file in model.files if file.path == "config.json"]
    stored = face.stored_path(model, config).resolve()
    stored.chmod(0o644)
    stored.write_bytes(b"x" * config.size)

    assert pin(face, NAME) == model
    assert face.stored_path(model, config).read_bytes() == FILES["config.json"]


def _replace(**entries: Any) -> Rewrite:
    return Rewrite(function=lambda document: {**document, **entries} if isinstance(document, dict) else document)


@pytest.mark.parametrize(
    "fault",
    [
        _replace(sha="../../../../outside"),
        _replace(sha=None),
        _replace(sha=7),
        _replace(siblings=[{}]),
        _replace(siblings=[7]),
        _replace(siblings=[{"rfilename": "config.json", "blobId": "../x", "size": 2}]),
        _replace(siblings=[{"rfilename": "config.json", "blobId": "0" * 40, "size": -2}]),
        _replace(siblings=[{"rfilename": "config.json", "blobId": "0" * 40, "size": "many"}]),
        _replace(
            siblings=[
                {
                    "rfilename": "m.safetensors",
                    "blobId": "0" * 40,
                    "size": 1,
                    "lfs": {"sha256": "../x", "size": 1, "pointerSize": 1},
                }
            ]
        ),
        Rewrite(function=lambda _: []),
        Rewrite(function=lambda _: {}),
        Rewrite(function=lambda _: None),
        Rewrite(function=lambda _: "hello"),
    ],
)
def test_answers_of_another_shape_are_an_error_for_people(
    hub: EmbeddedHub, face: HuggingFace, tmp_path: Path, fault: Rewrite
) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(fault, path="/api/models/")
    before = tree(tmp_path)

    with pytest.raises(HubUnreachable, match="could not be read") as caught:
        pin(face, NAME)

    assert "HF_ENDPOINT" in str(caught.value.hint)
    assert "\n" not in caught.value.message
    assert tree(tmp_path) == before


def test_an_answer_that_is_no_json_is_an_error_for_people(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(SetHeaders(headers={"Content-Type": "text/html", "Content-Length": "3"}), path="/api/models/")
    with pytest.raises(HubUnreachable, match="could not be read"):
        pin(face, NAME)


def test_a_name_that_leads_out_of_the_store_is_refused(hub: EmbeddedHub, face: HuggingFace, store: Path) -> None:
    hub.repositories.create(NAME, {"model.safetensors": FILES["model.safetensors"]})
    hub.faults.add(_replace(id="../../x"), path="/api/models/")
    with pytest.raises(PtmdepsError):
        pin(face, NAME, "snapshot", selection=FileSelection(allow=("model.safetensors",)))
    assert not store.exists()


def test_another_commit_than_the_one_asked_for_is_refused(hub: EmbeddedHub, face: HuggingFace) -> None:
    first = hub.repositories.create(NAME, FILES).resolve("main")
    hub.faults.add(_replace(sha="a" * 40), path="/api/models/")
    with pytest.raises(IntegrityError, match=f"{NAME}@{first[:12]}") as caught:
        pin(face, NAME, ref=first)
    assert (caught.value.expected, caught.value.found) == (first, "a" * 40)


def test_a_history_without_a_date_is_no_obstacle(hub: EmbeddedHub, face: HuggingFace) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(Rewrite(function=lambda _: []), path="/commits/")
    assert pin(face, NAME).committed == ""


@pytest.mark.parametrize("document", [[{}], [{"date": 7}], [{"date": "yesterday"}], {"a": 1}, [7]])
def test_a_history_of_another_shape_is_an_error_for_people(
    hub: EmbeddedHub, face: HuggingFace, document: object
) -> None:
    hub.repositories.create(NAME, FILES)
    hub.faults.add(Rewrite(function=lambda _: document), path="/commits/")
    with pytest.raises(HubUnreachable, match="could not be read"):
        pin(face, NAME)


@pytest.mark.parametrize("name", ["config.json", "adapter_config.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe"])
def test_broken_configurations_are_refused_by_name(
    hub: EmbeddedHub, face: HuggingFace, name: str, content: bytes
) -> None:
    hub.repositories.create(NAME, models.lora_adapter("acme/base") | {name: content})
    with pytest.raises(UnsafeContent, match=name):
        pin(face, NAME)


def test_a_hostile_card_is_only_ignored(hub: EmbeddedHub, face: HuggingFace) -> None:
    card = b"---\nlicense: !!python/object/apply:os.system [x]\nbase_model: [../../x, 'a\x1b[2Jb', acme/fine]\n---\n"
    hub.repositories.create(NAME, FILES | {"README.md": card})
    model = pin(face, NAME)
    assert {edge.target.name for edge in model.edges} <= {"acme/fine"}
    assert json.dumps(repr(model)).isascii()
