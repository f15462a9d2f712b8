"""PyTorch Hub: what is locked of a repository, whatever it holds and whoever serves it."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embedded_github import EmbeddedGitHub, GitHubRepository
from embedded_hub.large_files import LfsFile
from ptmdeps.errors import FileNotInModel, ModelNotFound, PtmdepsError, RevisionNotFound, UnsafeContent
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.torchhub import TorchHub
from ptmdeps.hubs.torchhub import pinning as pinnings
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile
from ptmdeps.lockfile.text import dumps, loads
from ptmdeps.manifest.hubs import HubSettings
from ptmdeps.requirement import FileSelection
from ptmdeps.upgrade.movement import movement
from tests.unit.hubs.trees import EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE, Entry, git, plant
from tests.worlds import tree

NAME = "acme/nets"
KEY = ModelKey("torchhub", NAME)
HURRY = Patience(attempts=2, first_delay=0.001)
HUBCONF = b'''dependencies = ["torch", "PIL"]
import torch

URL = "https://a.example/%s"


def net(pretrained=False, width=8):
    """A net."""
    model = torch.nn.Linear(width, 2)
    if pretrained:
        model.load_state_dict(torch.hub.load_state_dict_from_url(URL % "net-0123abcd.pth", check_hash=True))
    return model


def renamed():
    return torch.hub.load_state_dict_from_url("https://a.example/x.pth?v=1", file_name="mine.pth")


def other():
    return torch.hub.load("acme/more:v2", "backbone", pretrained=True)


def unknown(name):
    return torch.hub.load_state_dict_from_url(open(name).read())
'''
MIT = b"""MIT License

Copyright (c) 2024 Acme

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated \
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the \
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit \
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the \
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE \
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR \
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR \
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
FILES = {"hubconf.py": HUBCONF, "LICENSE": MIT, "nets/__init__.py": b""}


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        yield running


@pytest.fixture
def repository(github: EmbeddedGitHub) -> GitHubRepository:
    return github.create(NAME, FILES)


@pytest.fixture
def hub(github: EmbeddedGitHub, tmp_path: Path) -> TorchHub:
    return opened(github, tmp_path / "store")


def opened(github: EmbeddedGitHub, store: Path) -> TorchHub:
    return TorchHub(settings=HubSettings(endpoint=github.endpoint), cache=store, patience=HURRY)


def pin(hub: TorchHub, ref: str = "", *entrypoints: str, name: str = NAME, **facts: Any) -> LockedModel:
    wanted = tuple(
        Reading(reads="snapshot", selection=FileSelection(entrypoint=one)) for one in (sorted(entrypoints) or [""])
    )
    return hub.pin(PinRequest(key=ModelKey("torchhub", name), ref=ref, readings=wanted, **facts))


def test_a_whole_pin(hub: TorchHub, repository: GitHubRepository) -> None:
    model = pin(hub, "", "net")
    commit = repository.resolve("main")
    assert (model.revision, model.committed, model.remote_code) == (commit, "2024-01-01T00:00:00Z", True)
    assert model.purl == f"pkg:github/acme/nets@{commit}"
    assert model.requires == ("pillow", "torch")
    assert model.entrypoints == (
        "net(pretrained=False, width=8)",
        "other()",
        "renamed()",
        "unknown(name)",
    )
    assert model.license is not None
    assert (model.license.declared, model.license.concluded, model.license.evidence) == ("MIT", "MIT", "LICENSE")
    assert [(file.path, file.sha256) for file in model.files] == [
        (path, hashlib.sha256(FILES[path]).hexdigest()) for path in sorted(FILES)
    ]
    assert model.edges == ()
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)


def test_what_entry_points_download_are_edges(hub: TorchHub, repository: GitHubRepository) -> None:
    del repository
    (weights,) = pin(hub, "", "net(pretrained=True)").edges
    assert weights.target == ModelKey("url", "https://a.example/net-0123abcd.pth")
    assert (weights.kind, weights.relation, weights.reads, weights.files) == ("runtime", "weights", "torch", ())
    assert weights.digest == "sha256-prefix:0123abcd"
    assert weights.evidence == "hubconf.py:11"
    (renamed,) = pin(hub, "", "renamed").edges
    assert (renamed.target.name, renamed.files) == ("https://a.example/x.pth?v=1", ("mine.pth",))
    (other,) = pin(hub, "", "other").edges
    assert (other.relation, other.target, other.ref) == ("component", ModelKey("torchhub", "acme/more"), "v2")
    assert other.entrypoint.startswith("backbone")
    assert len(pin(hub, "", "net(pretrained=True)", "renamed", "other").edges) == 3


def test_what_nobody_can_know_is_said(hub: TorchHub, repository: GitHubRepository) -> None:
    with pytest.warns(UserWarning, match=r"what `unknown` downloads at hubconf\.py:\d+ is not known"):
        model = pin(hub, "", "unknown")
    assert model.edges == ()
    assert model.revision == repository.resolve("main")


def test_refs_as_torch_hub_understands_them(hub: TorchHub, repository: GitHubRepository) -> None:
    first = repository.tag("v1.0", message="annotated")
    second = repository.commit({"hubconf.py": HUBCONF + b"\n"})
    repository.branch("feat/wide", first)
    repository.branch("v2", first)
    repository.tag("v2")
    for ref, commit in {
        "": second,
        "main": second,
        "v1.0": first,
        "feat/wide": first,
        "refs/heads/feat/wide": first,
        "refs/tags/v1.0": first,
        "v2": first,
        "refs/heads/v2": first,
        "refs/tags/v2": second,
        first: first,
        second[:7]: second,
    }.items():
        model = pin(hub, ref)
        assert (model.ref, model.revision) == (ref, commit), ref
        assert all(link.path.startswith("torch/hub/acme_nets_") for link in hub.expose(model).links)
    folders = hub.expose(pin(hub, "feat/wide")).folders
    assert folders == ("torch/hub/acme_nets_feat_wide",)
    assert hub.expose(pin(hub)).folders == ("torch/hub/acme_nets_main", "torch/hub/acme_nets_master")


def test_no_ref_is_main_or_master_and_nothing_else(hub: TorchHub, github: EmbeddedGitHub) -> None:
    master = github.create("acme/old", FILES, default_branch="master")
    assert pin(hub, name="acme/old").revision == master.resolve("master")
    github.create("acme/trunk", FILES, default_branch="trunk")
    with pytest.raises(RevisionNotFound, match="neither a branch `main` nor `master`") as caught:
        pin(hub, name="acme/trunk")
    assert "it has `trunk`" in (caught.value.hint or "")
    both = github.create("acme/both", FILES, default_branch="master")
    both.branch("main", both.commit({"x": b"1"}))
    both.commit({"x": b"2"})
    assert pin(hub, name="acme/both").revision == both.resolve("main")
    github.create("acme/empty")
    with pytest.raises(RevisionNotFound, match="neither a branch") as nothing:
        pin(hub, name="acme/empty")
    assert "it has none at all" in (nothing.value.hint or "")


@pytest.mark.parametrize("ref", ["v9", "abc1234", "refs/heads/v9", "refs/pull/1/head", "HEAD"])
def test_a_ref_that_is_not_there_is_said(hub: TorchHub, repository: GitHubRepository, ref: str) -> None:
    repository.pull_request(1, {"hubconf.py": b"evil"})
    repository.tag("v1.0")
    with pytest.raises(RevisionNotFound, match=f"`{NAME}` has no branch or tag `{ref}`") as caught:
        pin(hub, ref)
    assert caught.value.hint == "It has `main`, `v1.0`"


@pytest.mark.parametrize("ref", ["../x", "a\\b", "x\x00", "/abs", "a//b", "--upload-pack=evil;"])
def test_a_ref_that_is_none_reaches_nobody(
    github: EmbeddedGitHub, hub: TorchHub, repository: GitHubRepository, ref: str
) -> None:
    del repository
    with pytest.raises((UnsafeContent, RevisionNotFound)):
        pin(hub, ref)
    assert github.log.count("upload-pack", method="POST") <= 1, "only its refs were asked for"


@pytest.mark.parametrize(
    "name",
    ["nets", "a/b/c", "acme/..", "acme/.", "-x/nets", "acme/-x", "a b/c", "acme/nets;x", "https://a.example/x/y"],
)
def test_a_name_that_is_none_reaches_nobody(github: EmbeddedGitHub, hub: TorchHub, name: str) -> None:
    with pytest.raises(ModelNotFound, match="cannot be a repository"):
        pin(hub, name=name)
    assert len(github.log) == 0


def test_a_commit_of_a_fork_is_refused(hub: TorchHub, github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    first = repository.resolve("main")
    repository.commit({"x": b"1"})
    evil = github.fork(NAME, "mallory/nets").commit({"hubconf.py": b"import os\n"})
    with pytest.raises(UnsafeContent, match=f"no branch or tag of `{NAME}` leads to the commit {evil[:12]}") as caught:
        pin(hub, evil)
    assert "forks" in (caught.value.hint or "")
    assert tree(hub.store()) == {}
    assert pin(hub, first).revision == first
    proposed = repository.pull_request(1, {"hubconf.py": b"import os\n"})
    with pytest.raises(UnsafeContent):
        pin(hub, proposed)


def test_what_was_pushed_away_is_kept_as_long_as_the_server_has_it(
    hub: TorchHub, github: EmbeddedGitHub, repository: GitHubRepository, tmp_path: Path
) -> None:
    before = repository.resolve("main")
    lost = repository.commit({"x": b"1"})
    model = pin(hub)
    repository.move("main", before)
    assert pin(hub, revision=lost) == model
    repository.lose(lost)
    other = opened(github, tmp_path / "other")
    with pytest.raises(RevisionNotFound, match="has no such commit any more"):
        pin(other, revision=lost)
    with pytest.raises(RevisionNotFound, match="has no such commit any more"):
        other.fetch(model, model.files[0], lambda _: None)
    assert other.stock() == ()


def test_no_hubconf_is_no_repository_of_pytorch_hub(hub: TorchHub, github: EmbeddedGitHub) -> None:
    github.create("acme/else", {"nets/hubconf.py": b""})
    with pytest.raises(FileNotInModel, match=r"has no `hubconf\.py`: it is no repository of PyTorch Hub"):
        pin(hub, name="acme/else")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"def (", b"x = " + b"(" * 500, b"dependencies = 7\n"])
def test_a_hubconf_of_any_content_does_no_harm(hub: TorchHub, github: EmbeddedGitHub, content: bytes) -> None:
    github.create("acme/odd", {"hubconf.py": content})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = pin(hub, "", "net", name="acme/odd")
        except PtmdepsError as error:
            assert error.message  # noqa: PT017 - either is right, a traceback is not
        else:
            assert model.files[0].size == len(content)


def test_modes_are_those_of_an_unpacked_archive(hub: TorchHub, repository: GitHubRepository, tmp_path: Path) -> None:
    entries: list[Entry] = [
        (FILE, "hubconf.py", b"A = 1\n"),
        (EXECUTABLE, "run.sh", b"#!/bin/sh\n"),
        (LINK, "evil", b"../../../../etc/passwd"),
        (SUBMODULE, "third", b"1" * 40),
    ]
    plant(repository, entries)
    model = pin(hub)
    assert [file.path for file in model.files] == ["evil", "hubconf.py", "run.sh"]
    for file in model.files:
        hub.fetch(model, file, lambda _: None)
    evil = hub.stored_path(model, model.files[0])
    assert evil.read_bytes() == b"../../../../etc/passwd"
    assert evil.resolve().is_relative_to(tmp_path)
    assert not hub.stored_path(model, model.files[2]).stat().st_mode & 0o111


@pytest.mark.parametrize(
    "name", ["aux.py", "COM1", "a\\b", "x ", "x.", "a\x1bb", "\u202egnp.exe", "C:evil", "x" * 256, "\udcff", "e\u0301"]
)
def test_names_that_no_file_may_have_are_refused(hub: TorchHub, repository: GitHubRepository, name: str) -> None:
    plant_raw(repository, name.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnsafeContent) as caught:
        pin(hub)
    assert caught.value.message.isprintable()
    assert tree(hub.store()) == {}


def plant_raw(repository: GitHubRepository, name: bytes) -> None:
    """A file of any bytes as its name, beside a ``hubconf.py``."""
    folder = repository.git.directory
    blob = git(folder, "hash-object", "-w", "--stdin", given=b"A = 1\n").strip()
    rows = [b"100644 blob %s\t%s" % (blob, one) for one in (b"hubconf.py", name)]
    planted = git(folder, "mktree", "-z", given=b"\0".join(rows) + b"\0").decode().strip()
    repository.move("main", git(folder, "commit-tree", "-m", "x", planted).decode().strip())


@pytest.mark.parametrize("names", [("a.py", "A.py"), ("net", "Net/x.py"), ("stra\u00dfe.py", "STRASSE.py")])
def test_names_that_are_one_on_some_systems_are_refused(
    hub: TorchHub, github: EmbeddedGitHub, names: tuple[str, str]
) -> None:
    github.create("acme/twins", {"hubconf.py": b"", **dict.fromkeys(names, b"x")})
    with pytest.raises(UnsafeContent, match="files that are one on some systems") as caught:
        pin(hub, name="acme/twins")
    assert all(f"`{name}`" in caught.value.message for name in names)


def test_too_many_files_are_no_code_of_a_model(hub: TorchHub, repository: GitHubRepository) -> None:
    many: list[Entry] = [(FILE, f"{number:05}", b"") for number in range(50_000)]
    plant(repository, [(FILE, "hubconf.py", b"A = 1\n"), (FOLDER, "data", many)])
    with pytest.raises(UnsafeContent, match=r"holds 50,001 files of 6 bytes"):
        pin(hub)


def test_too_many_bytes_are_no_code_of_a_model(
    hub: TorchHub, repository: GitHubRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum(map(len, FILES.values()))
    monkeypatch.setattr(pinnings, "_MOST_BYTES", size)
    assert pin(hub).size == size
    monkeypatch.setattr(pinnings, "_MOST_BYTES", size - 1)
    with pytest.raises(UnsafeContent, match=f"holds 3 files of {size:,} bytes"):
        pin(hub)
    del repository


def test_weights_in_git_lfs_are_only_pointers_for_torch_hub(hub: TorchHub, repository: GitHubRepository) -> None:
    repository.commit({f"{number}.pth": LfsFile(b"weights") for number in range(5)})
    with pytest.warns(UserWarning, match=r"has `0\.pth`, `1\.pth`, `2\.pth` and 2 more in Git LFS: `torch.hub` gets"):
        model = pin(hub)
    pointer = next(file for file in model.files if file.path == "0.pth")
    hub.fetch(model, pointer, lambda _: None)
    assert hub.stored_path(model, pointer).read_bytes().startswith(b"version https://git-lfs.github.com/spec/v1\n")


def test_a_licence_that_nobody_knows(hub: TorchHub, github: EmbeddedGitHub) -> None:
    github.create("acme/own", {"hubconf.py": b"", "docs/LICENSE": MIT, "licence.txt": b"Ask me. " * 100_000})
    found = pin(hub, name="acme/own").license
    assert found is not None
    assert (found.declared, found.concluded, found.evidence) == ("licence.txt", "", "licence.txt")
    github.create("acme/none", {"hubconf.py": b"", "license-tool/x": MIT})
    assert pin(hub, name="acme/none").license is None


def test_what_is_there_now(hub: TorchHub, github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    model = pin(hub)
    github.log.clear()
    assert hub.describe(KEY, "", model).revision == model.revision
    assert github.log.count("git-upload-pack", method="POST") == 1
    newer = repository.commit({"hubconf.py": HUBCONF + b"# more\n", "new.py": b"1\n"})
    described = hub.describe(KEY, "", model)
    assert described.revision == newer
    assert [file.path for file in described.files] == ["LICENSE", "hubconf.py", "nets/__init__.py", "new.py"]
    assert hub.read(described, "new.py") == b"1\n"
    file = described.file("new.py")
    assert file is not None
    with hub.open(described, file) as stream:
        assert (stream.seek(1), stream.read()) == (1, b"\n")
    with pytest.raises(FileNotInModel):
        hub.read(described, "none.py")
    assert [one.commit for one in hub.history(KEY)] == [newer, model.revision]
    assert [ref.name for ref in hub.refs(KEY)] == ["main"]
    found = movement(model, hub)
    assert (found.states, found.committed) == (("moved",), "2024-01-01T01:00:00Z")
    assert found.comparison is not None
    assert found.comparison.classes == ("code",)
    assert found.news is not None
    assert found.news.count == 1


def test_movements_of_all_kinds(hub: TorchHub, github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    first = repository.tag("v1")
    branch = repository.branch("wide")
    default, tagged, pinned, wide = pin(hub), pin(hub, "v1"), pin(hub, first), pin(hub, "wide")
    assert movement(default, hub).states == ("current",)
    newer = repository.commit({"x": b"1"})
    repository.tag("v2")
    assert movement(pinned, hub).states == ("pinned",)
    newest = movement(tagged, hub).newest
    assert newest is not None
    assert newest.name == "v2"
    repository.delete("refs/heads/wide")
    assert "ref-gone" in movement(wide, hub).states
    moved = pin(hub)
    repository.move("main", branch)
    repository.commit({"y": b"1"})
    assert movement(moved, hub).states == ("rewritten", "moved")
    assert moved.revision == newer
    github.delete(NAME)
    assert movement(default, hub).states == ("gone",)


def test_what_is_too_new_is_left_out(hub: TorchHub, repository: GitHubRepository) -> None:
    first = repository.resolve("main")
    second = repository.commit({"x": b"1"})
    repository.tag("v2")
    limit = "2024-01-01T00:30:00Z"
    assert pin(hub, not_after=limit).revision == first
    assert pin(hub, "v2", not_after=limit).revision == first
    assert pin(hub, second, not_after=limit).revision == second, "a commit is what it is"
    assert pin(hub, revision=second, not_after=limit).revision == second
    with pytest.raises(RevisionNotFound, match="no commit that is old enough for `exclude-newer`") as caught:
        pin(hub, not_after="2023-01-01T00:00:00Z")
    assert f'"torchhub:{NAME}" = false' in (caught.value.hint or "")


def test_files_come_together(hub: TorchHub, github: EmbeddedGitHub, repository: GitHubRepository) -> None:
    model = pin(hub)
    other = opened(github, hub.store().with_name("other"))
    steps: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda file: other.fetch(model, file, steps.append), model.files))
    assert other.requests() == 1
    assert sum(steps) == model.size
    assert [other.stored_path(model, file).read_bytes() for file in model.files] == [FILES[p] for p in sorted(FILES)]
    assert repository.name == NAME


def test_files_that_a_lock_claims_and_the_commit_has_not(hub: TorchHub, repository: GitHubRepository) -> None:
    model = pin(hub)
    wrong = replace(model.files[0], sha256="0" * 64, path="LICENSE")
    none = replace(model.files[0], path="none.py")
    changed = replace(model, files=(wrong, none))
    assert hub.fetch(changed, wrong, lambda _: None).sha256 == model.files[0].sha256
    assert hub.fetch(changed, none, lambda _: None).sha256 == hashlib.sha256(b"").hexdigest()
    assert not hub.stored_path(changed, wrong).exists()
    assert repository.name == NAME


def test_who_serves_it(hub: TorchHub, github: EmbeddedGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TorchHub().page(KEY) == "https://github.com/acme/nets"
    assert hub.page(KEY) == f"{github.endpoint}/acme/nets"
    monkeypatch.setenv("PTMDEPS_GITHUB_ENDPOINT", "https://ada:secret@git.example/mirror/")
    chosen = TorchHub(settings=HubSettings(endpoint=github.endpoint))
    assert chosen.page(KEY) == "https://git.example/mirror/acme/nets"
    assert hub.variables(Path("/p/.ptm")) == {"TORCH_HOME": "/p/.ptm/torch"}
