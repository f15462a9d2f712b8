"""The embedded hub as the unmodified official client sees it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from huggingface_hub import HfApi, RepoFile, RepoFolder, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    BadRequestError,
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import ExpandModelProperty_T

from embedded_hub import EmbeddedHub, models

CLASSIFIER = "acme/sentiment"


@pytest.fixture
def api(hub: EmbeddedHub) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=False)


def test_info_carries_identity_card_and_tensor_facts(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier())

    info = api.model_info(CLASSIFIER)

    assert (info.id, info.author, info.sha) == (CLASSIFIER, "acme", repository.resolve("main"))
    assert info.last_modified is not None
    assert info.last_modified.isoformat() == "2024-01-01T01:00:00+00:00"
    assert (info.gated, info.private, info.disabled) == (False, False, False)
    assert (info.pipeline_tag, info.library_name) == ("text-classification", "transformers")
    assert info.card_data is not None
    assert info.card_data.license == "apache-2.0"
    assert info.config is not None
    assert info.config["architectures"] == ["BertForSequenceClassification"]
    assert info.transformers_info is not None
    assert info.transformers_info.auto_model == "AutoModelForSequenceClassification"
    assert info.safetensors is not None
    assert info.safetensors.parameters == {"F32": info.safetensors.total}
    assert info.tags is not None
    assert {"license:apache-2.0", "dataset:stanfordnlp/sst2", "base_model:google-bert/bert-base-uncased"} <= set(
        info.tags
    )
    assert "base_model:finetune:google-bert/bert-base-uncased" in info.tags
    assert info.siblings is not None
    assert {sibling.size for sibling in info.siblings} == {None}
    assert info.security_repo_status is None


def test_info_with_file_metadata_has_sizes_and_digests(hub: EmbeddedHub, api: HfApi) -> None:
    files = models.bert_classifier()
    hub.repositories.create(CLASSIFIER, files).update(security=(("model.safetensors", "unsafe"),))

    info = api.model_info(CLASSIFIER, files_metadata=True, securityStatus=True)

    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    weight = siblings["model.safetensors"]
    assert weight.lfs is not None
    assert weight.lfs.sha256 == hashlib.sha256(files["model.safetensors"]).hexdigest()
    assert weight.lfs.size == weight.size == len(files["model.safetensors"])
    assert weight.blob_id == git_blob(_pointer(files["model.safetensors"]))
    assert siblings["config.json"].lfs is None
    assert siblings["config.json"].blob_id == git_blob(files["config.json"])
    assert info.security_repo_status == {
        "scansDone": True,
        "filesWithIssues": [{"path": "model.safetensors", "level": "unsafe"}],
    }


def test_expand_returns_only_what_was_asked(hub: EmbeddedHub, api: HfApi) -> None:
    base = hub.repositories.create(CLASSIFIER, models.bert_classifier())
    hub.repositories.create("acme/lora", models.lora_adapter(CLASSIFIER))

    info = api.model_info("acme/lora", expand=["baseModels", "gated", "sha"])

    models_above: Any = info.base_models
    assert models_above == {"relation": "adapter", "models": [{"_id": base.settings.identifier, "id": CLASSIFIER}]}
    assert info.gated is False
    assert info.siblings is None
    assert info.author is None


def test_every_name_the_client_may_expand_is_known(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())

    assert api.model_info(CLASSIFIER, expand=list(get_args(ExpandModelProperty_T))).tags


def test_expand_of_security_status_is_refused(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())
    names: Any = ["securityStatus"]

    with pytest.raises(BadRequestError):
        api.model_info(CLASSIFIER, expand=names)


def test_revisions_are_branches_tags_pull_requests_and_commits(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier(seed="1"))
    first = repository.resolve("main")
    repository.tag("light")
    repository.tag("heavy", message="Annotated")
    repository.move("dev/x", first)
    second = repository.commit({"config.json": b"{}"})
    third = repository.pull_request(7, {"config.json": b"[]"})

    found = {
        rev: api.model_info(CLASSIFIER, revision=rev).sha for rev in ("light", "heavy", "dev/x", "refs/pr/7", first[:9])
    }

    assert found == {"light": first, "heavy": first, "dev/x": first, "refs/pr/7": third, first[:9]: first}
    assert api.model_info(CLASSIFIER).sha == second


def test_refs_are_listed_with_the_commits_they_lead_to(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier())
    commit = repository.tag("v1.0", message="Annotated")
    request = repository.pull_request(3, {"x.txt": b"x"})

    refs = api.list_repo_refs(CLASSIFIER, include_pull_requests=True)

    assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.branches] == [("main", "refs/heads/main", commit)]
    assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.tags] == [("v1.0", "refs/tags/v1.0", commit)]
    assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.pull_requests or ()] == [("3", "refs/pr/3", request)]
    assert api.list_repo_refs(CLASSIFIER).pull_requests is None


def test_history_is_paged_newest_first(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER)
    made = [
        repository.commit({"n.txt": str(number).encode()}, message=f"Change {number}\n\nWhy") for number in range(120)
    ]

    commits = api.list_repo_commits(CLASSIFIER)

    assert [commit.commit_id for commit in commits[:120]] == made[::-1]
    assert (commits[0].title, commits[0].message, commits[0].authors) == ("Change 119", "Why", ["acme"])
    assert commits[-1].title == "initial commit"
    assert hub.log.count("/commits/") == 3


def test_tree_of_more_than_a_thousand_files_is_paged(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, {f"d{number % 7}/f{number}.txt": b"x" for number in range(1203)})

    entries = list(api.list_repo_tree(CLASSIFIER, recursive=True))

    assert sum(isinstance(entry, RepoFile) for entry in entries) == 1204
    assert sum(isinstance(entry, RepoFolder) for entry in entries) == 7
    assert len({entry.path for entry in entries}) == len(entries)
    assert hub.log.count("/tree/") == 2


def test_expanded_tree_names_the_commit_that_touched_each_file(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER, {f"f{number}.txt": b"x" for number in range(70)})
    repository.commit({"f3.txt": b"y"}, message="Touch three")

    entries = {entry.path: entry for entry in api.list_repo_tree(CLASSIFIER, expand=True)}

    titles = {path: entry.last_commit.title for path, entry in entries.items() if entry.last_commit}
    assert (titles["f3.txt"], titles["f4.txt"], titles[".gitattributes"]) == (
        "Touch three",
        "Upload model",
        "initial commit",
    )
    third = entries["f3.txt"]
    assert isinstance(third, RepoFile)
    assert third.security is not None
    assert third.security.safe
    assert hub.log.count("/tree/") == 2


def test_tree_below_a_folder_and_flat_listing(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, {"a/b/c.txt": b"1", "a/d.txt": b"2", "ab.txt": b"3"})

    assert [entry.path for entry in api.list_repo_tree(CLASSIFIER)] == ["a", ".gitattributes", "ab.txt"]
    assert [entry.path for entry in api.list_repo_tree(CLASSIFIER, "a")] == ["a/b", "a/d.txt"]
    assert [entry.path for entry in api.list_repo_tree(CLASSIFIER, "a", recursive=True)] == [
        "a/b",
        "a/b/c.txt",
        "a/d.txt",
    ]
    with pytest.raises(RemoteEntryNotFoundError):
        list(api.list_repo_tree(CLASSIFIER, "missing"))


def test_paths_info_leaves_out_what_is_missing(hub: EmbeddedHub, api: HfApi) -> None:
    files = models.bert_classifier()
    hub.repositories.create(CLASSIFIER, files)

    found = api.get_paths_info(CLASSIFIER, ["config.json", "nothing.txt", "model.safetensors"], expand=True)

    assert [entry.path for entry in found] == ["config.json", "model.safetensors"]
    weight = found[1]
    assert isinstance(weight, RepoFile)
    assert weight.lfs is not None
    assert weight.lfs.sha256 == hashlib.sha256(files["model.safetensors"]).hexdigest()
    assert weight.last_commit is not None


def test_one_file_arrives_whole(hub: EmbeddedHub, tmp_path: Path) -> None:
    files = models.bert_classifier(weight_bytes=300_000)
    repository = hub.repositories.create(CLASSIFIER, files)

    for name in ("config.json", "model.safetensors"):
        path = hf_hub_download(CLASSIFIER, name, endpoint=hub.endpoint, cache_dir=tmp_path / "cache", token=False)
        assert Path(path).read_bytes() == files[name]
        assert repository.resolve("main") in path


def test_snapshot_is_the_commit_and_a_second_one_asks_nothing(hub: EmbeddedHub, tmp_path: Path) -> None:
    files = models.sentence_transformer() | {"empty.txt": b"", "näme with spaces.txt": b"x"}
    commit = hub.repositories.create(CLASSIFIER, files).resolve("main")

    snapshot = _snapshot(hub, tmp_path, revision=commit)

    assert {path: (snapshot / path).read_bytes() for path in files} == files
    assert hub.log.count("/cdn/", method="GET") == 1
    hub.log.clear()
    assert _snapshot(hub, tmp_path, revision=commit) == snapshot
    assert hub.log.count() == 0


def test_a_tag_download_is_the_tag_after_main_has_moved(hub: EmbeddedHub, tmp_path: Path) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier(seed="1"))
    repository.tag("v1")
    repository.commit(models.bert_classifier(seed="2"))

    old, new = (_snapshot(hub, tmp_path, revision=revision) for revision in ("v1", "main"))

    assert (old / "model.safetensors").read_bytes() == models.bert_classifier(seed="1")["model.safetensors"]
    assert (new / "model.safetensors").read_bytes() == models.bert_classifier(seed="2")["model.safetensors"]


def test_safetensors_header_is_read_by_range(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier(weight_bytes=500_000))

    metadata = api.get_safetensors_metadata(CLASSIFIER)

    assert metadata.parameter_count["F32"] > 125_000
    assert [(entry.range, entry.status) for entry in hub.log.matching("/cdn/")] == [("bytes=0-100000", 206)]


def test_access_token_never_reaches_the_other_origin(hub: EmbeddedHub, tmp_path: Path) -> None:
    hub.repositories.users["hf_ada"] = "ada"
    hub.repositories.create(CLASSIFIER, models.bert_classifier())

    _snapshot(hub, tmp_path, token="hf_ada")

    content = hub.log.matching("/cdn/")
    assert content
    assert not any(entry.had_authorization for entry in content)
    assert {entry.host.partition(":")[0] for entry in content} == {"localhost"}
    assert all(entry.had_authorization for entry in hub.log.matching("^/(api|acme)/"))


def test_missing_repository_is_not_found_with_and_without_a_token(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.users["hf_ada"] = "ada"

    for token, status in ((False, 401), ("hf_ada", 404)):
        with pytest.raises(RepositoryNotFoundError) as caught:
            api.model_info("acme/nothing", token=token)
        assert caught.value.response.status_code == status


def test_unknown_token_is_an_error_of_its_own(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())

    with pytest.raises(HfHubHTTPError) as caught:
        api.model_info(CLASSIFIER, token="hf_wrong")

    assert not isinstance(caught.value, RepositoryNotFoundError)
    assert caught.value.response.status_code == 401


def test_gated_repository_shows_metadata_and_keeps_files(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.repositories.users |= {"hf_ada": "ada", "hf_bob": "bob"}
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier(), gated="manual")
    repository.grant("ada")

    assert api.model_info(CLASSIFIER).gated == "manual"
    assert list(api.list_repo_tree(CLASSIFIER))
    for token, status in ((False, 401), ("hf_bob", 403)):
        with pytest.raises(GatedRepoError) as caught:
            hf_hub_download(CLASSIFIER, "config.json", endpoint=hub.endpoint, cache_dir=tmp_path, token=token)
        assert caught.value.response.status_code == status
        with pytest.raises(GatedRepoError):
            api.auth_check(CLASSIFIER, token=token)
    api.auth_check(CLASSIFIER, token="hf_ada")
    assert (_snapshot(hub, tmp_path, token="hf_ada") / "model.safetensors").is_file()


def test_private_repository_exists_only_for_its_readers(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.users |= {"hf_acme": "acme", "hf_bob": "bob"}
    hub.repositories.create(CLASSIFIER, models.bert_classifier(), private=True)

    assert api.model_info(CLASSIFIER, token="hf_acme").private is True
    for token in (False, "hf_bob"):
        with pytest.raises(RepositoryNotFoundError):
            api.model_info(CLASSIFIER, token=token)


def test_disabled_repository_says_so(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier()).update(disabled=True)

    with pytest.raises(DisabledRepoError):
        api.model_info(CLASSIFIER)


@pytest.mark.parametrize("revision", ["nothing", "f" * 40, "../../etc", "refs/pr/9", "deadbeef", "v1/"])
def test_unknown_revision_is_not_found(hub: EmbeddedHub, api: HfApi, revision: str) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())

    with pytest.raises(RevisionNotFoundError):
        api.model_info(CLASSIFIER, revision=revision)


def test_missing_file_is_an_entry_not_found(hub: EmbeddedHub, tmp_path: Path) -> None:
    commit = hub.repositories.create(CLASSIFIER, models.bert_classifier()).resolve("main")

    with pytest.raises(RemoteEntryNotFoundError) as caught:
        hf_hub_download(CLASSIFIER, "nothing.bin", endpoint=hub.endpoint, cache_dir=tmp_path, token=False)

    assert caught.value.response.headers["X-Repo-Commit"] == commit


def test_renamed_repository_answers_under_its_old_name(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    before = hub.repositories.create(CLASSIFIER, models.bert_classifier()).settings.identifier
    hub.repositories.rename(CLASSIFIER, "acme/mood")
    hub.repositories.rename("acme/mood", "acme/moods")

    info = api.model_info(CLASSIFIER, revision="main")

    assert info.id == "acme/moods"
    assert info.__dict__["_id"] == before
    assert api.get_paths_info(CLASSIFIER, ["config.json"])
    assert (_snapshot(hub, tmp_path) / "model.safetensors").is_file()


def test_legacy_name_redirects_to_the_canonical_one(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.repositories.create("openai-community/gpt2", models.bert_classifier())
    hub.repositories.alias("gpt2", "openai-community/gpt2")

    assert api.model_info("gpt2").id == "openai-community/gpt2"
    assert api.model_info("gpt2", revision="main").id == "openai-community/gpt2"
    assert hf_hub_download("gpt2", "config.json", endpoint=hub.endpoint, cache_dir=tmp_path, token=False)


def test_renaming_back_and_forth_does_not_go_in_circles(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())
    hub.repositories.rename(CLASSIFIER, "acme/mood")
    hub.repositories.rename("acme/mood", CLASSIFIER)

    assert api.model_info("acme/mood").id == CLASSIFIER


def test_deleted_and_made_again_is_another_repository(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())
    before = api.model_info(CLASSIFIER)
    hub.repositories.delete(CLASSIFIER)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info(CLASSIFIER)
    hub.repositories.create(CLASSIFIER, models.bert_classifier())

    after = api.model_info(CLASSIFIER)

    assert before.__dict__["_id"] != after.__dict__["_id"]
    assert before.sha != after.sha
    with pytest.raises(FileExistsError):
        hub.repositories.create(CLASSIFIER)


def test_lost_commit_is_a_missing_revision(hub: EmbeddedHub, api: HfApi) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier(seed="1"))
    kept = repository.resolve("main")
    lost = repository.commit(models.bert_classifier(seed="2"))
    assert api.model_info(CLASSIFIER, revision=lost).sha == lost
    repository.move("main", kept)
    repository.lose(lost)

    assert api.model_info(CLASSIFIER).sha == kept
    with pytest.raises(RevisionNotFoundError):
        api.model_info(CLASSIFIER, revision=lost)


def test_datasets_and_spaces_have_their_own_names(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    card = models.card("Reviews", {"license": "cc-by-4.0"})
    hub.repositories.create("acme/things", {"README.md": card, "data.csv": b"a,b\n"}, repo_type="dataset")
    hub.repositories.create("acme/things", {"app.py": b"print()"}, repo_type="space")

    dataset, space = api.dataset_info("acme/things"), api.space_info("acme/things")

    assert dataset.card_data is not None
    assert dataset.card_data.license == "cc-by-4.0"
    assert {sibling.rfilename for sibling in space.siblings or ()} == {".gitattributes", "app.py"}
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("acme/things")
    arguments: Any = {"repo_type": "dataset", "endpoint": hub.endpoint, "cache_dir": tmp_path, "token": False}
    assert Path(hf_hub_download("acme/things", "data.csv", **arguments)).read_bytes() == b"a,b\n"


def test_a_dataset_is_described_like_one(hub: EmbeddedHub, api: HfApi) -> None:
    card = models.card("Reviews", {"license": "cc-by-4.0", "language": ["en", "de"], "tags": ["film"]})
    repository = hub.repositories.create("acme/reviews", {"README.md": card}, repo_type="dataset", gated="auto")
    first = repository.resolve("main")
    repository.commit({"data/train.parquet": b"PAR1"})
    repository.tag("v1", first)

    info, old = api.dataset_info("acme/reviews", files_metadata=True), api.dataset_info("acme/reviews", revision="v1")

    assert (info.author, info.gated, info.sha, old.sha) == ("acme", "auto", repository.resolve("main"), first)
    assert info.tags == ["language:en", "language:de", "license:cc-by-4.0", "region:us", "film"]
    assert info.description is not None
    assert info.description.startswith("# Reviews")
    assert info.citation is None
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    assert siblings["README.md"].size == len(card)
    assert siblings["data/train.parquet"].lfs is not None
    assert [entry.path for entry in api.list_repo_tree("acme/reviews", repo_type="dataset", revision="v1")] == [
        ".gitattributes",
        "README.md",
    ]
    assert [commit.title for commit in api.list_repo_commits("acme/reviews", repo_type="dataset")][
        -1
    ] == "initial commit"


@pytest.mark.parametrize(("token", "status"), [(False, 401), ("hf_eve", 403)])
def test_a_gated_dataset_gives_its_facts_to_everybody_and_its_files_to_some(
    hub: EmbeddedHub, api: HfApi, tmp_path: Path, token: str | bool, status: int
) -> None:
    hub.repositories.users |= {"hf_ada": "ada", "hf_eve": "eve"}
    card = models.card("Reviews", {"license": "cc-by-4.0"})
    repository = hub.repositories.create("acme/reviews", {"README.md": card}, repo_type="dataset", gated="manual")
    repository.grant("ada")
    arguments: Any = {"repo_type": "dataset", "endpoint": hub.endpoint, "cache_dir": tmp_path}

    assert api.dataset_info("acme/reviews", token=token).card_data is not None
    with pytest.raises(GatedRepoError) as caught:
        hf_hub_download("acme/reviews", "README.md", token=token, **arguments)
    assert caught.value.response.status_code == status
    assert "Access to dataset acme/reviews is restricted" in str(caught.value)
    assert Path(hf_hub_download("acme/reviews", "README.md", token="hf_ada", **arguments)).read_bytes() == card


def test_a_dataset_is_renamed_and_missed_as_models_are(hub: EmbeddedHub, api: HfApi, tmp_path: Path) -> None:
    hub.repositories.create("acme/reviews", {"data.csv": b"a,b\n"}, repo_type="dataset")
    hub.repositories.alias("reviews", "acme/reviews", repo_type="dataset")
    hub.repositories.rename("acme/reviews", "acme/films", repo_type="dataset")
    arguments: Any = {"repo_type": "dataset", "endpoint": hub.endpoint, "cache_dir": tmp_path, "token": False}

    assert [api.dataset_info(name).id for name in ("reviews", "acme/reviews", "acme/films")] == ["acme/films"] * 3
    assert Path(hf_hub_download("acme/reviews", "data.csv", **arguments)).read_bytes() == b"a,b\n"
    with pytest.raises(RevisionNotFoundError):
        api.dataset_info("acme/films", revision="v9")
    with pytest.raises(RepositoryNotFoundError):
        api.dataset_info("acme/nothing")
    with pytest.raises(RemoteEntryNotFoundError):
        hf_hub_download("acme/films", "README.md", **arguments)
    hub.repositories.get("acme/films", "dataset").update(disabled=True)  # type: ignore[union-attr]
    with pytest.raises(DisabledRepoError):
        api.dataset_info("acme/films")


def test_user_of_a_token_is_known(hub: EmbeddedHub, api: HfApi) -> None:
    hub.repositories.users["hf_ada"] = "ada"

    assert api.whoami(token="hf_ada")["name"] == "ada"
    with pytest.raises(HfHubHTTPError):
        api.whoami(token="hf_wrong")


def test_a_hub_on_the_same_folder_goes_on_where_the_last_one_ended(hub: EmbeddedHub, tmp_path: Path) -> None:
    repository = hub.repositories.create(CLASSIFIER, models.bert_classifier(), gated="auto")
    repository.grant("ada")
    commit = repository.resolve("main")
    hub.repositories.create("acme/old")
    hub.repositories.rename("acme/old", "acme/new")

    with EmbeddedHub(tmp_path / "hub") as second:
        api = HfApi(endpoint=second.endpoint, token=False)
        info = api.model_info(CLASSIFIER)
        assert (info.sha, info.gated) == (commit, "auto")
        assert api.model_info("acme/old").id == "acme/new"
        assert second.repositories[CLASSIFIER].settings.readers == ("ada",)


def test_processes_of_the_environment_fixture_know_only_this_hub(
    hub: EmbeddedHub, hub_environment: dict[str, str]
) -> None:
    hub.repositories.create(CLASSIFIER, models.bert_classifier())
    program = f"from huggingface_hub import snapshot_download; print(snapshot_download({CLASSIFIER!r}))"

    ended = subprocess.run(
        [sys.executable, "-c", program], env=hub_environment, capture_output=True, text=True, check=True
    )

    assert ended.stdout.startswith(hub_environment["HOME"])
    assert len(hub.log) == hub.log.count() > 0


def git_blob(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def _pointer(content: bytes) -> bytes:
    digest = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n".encode()


def _snapshot(hub: EmbeddedHub, folder: Path, **arguments: Any) -> Path:
    given: dict[str, Any] = {"token": False, "cache_dir": folder / "cache", "endpoint": hub.endpoint} | arguments
    return Path(snapshot_download(CLASSIFIER, **given))
