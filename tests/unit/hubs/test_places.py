"""Two models that want one place in an environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedded_files import EmbeddedFiles
from embedded_github import EmbeddedGitHub
from ptmdeps import environment as environments
from ptmdeps.errors import ResolutionError
from ptmdeps.hubs.places import Collision, Exposed, collisions, refuse_collisions
from ptmdeps.hubs.protocol import Exposure, Hub, Link
from ptmdeps.hubs.torchhub import TorchHub
from ptmdeps.hubs.url import Url
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel, Lockfile, Options
from ptmdeps.manifest.hubs import HubSettings
from ptmdeps.requirement import FileSelection, Requirement
from ptmdeps.resolve import resolve
from ptmdeps.wanted import Wanted

HURRY = Patience(attempts=2, first_delay=0.001)
STORE = Path("/store")


def exposed(name: str, *folders: str, texts: tuple[tuple[str, str], ...] = (), **files: str) -> Exposed:
    """A model that wants files of these hashes; `a__b_pth` stands for `a/b.pth`."""
    model = LockedModel(key=ModelKey("url", f"https://a.example/{name}"), revision="0" * 64, purl="pkg:generic/x")
    paths = {path.replace("__", "/").replace("_", "."): sha256 for path, sha256 in files.items()}
    links = tuple(Link(path=path, folder=STORE, file="x", sha256=sha256) for path, sha256 in paths.items())
    return model, Exposure(links=links, texts=texts, folders=folders)


def pairs(found: tuple[Collision, ...]) -> list[tuple[str, str, tuple[str, str]]]:
    return [(one.first.key.name[-1], one.second.key.name[-1], one.paths) for one in found]


def test_other_bytes_at_one_path_collide() -> None:
    first, second = exposed("1", "a", a__net_pth="x"), exposed("2", "a", a__net_pth="y")
    assert pairs(collisions([first, second])) == [("1", "2", ("a/net.pth", "a/net.pth"))]
    with pytest.raises(ResolutionError, match="two models cannot be in one environment") as caught:
        refuse_collisions([first, second], because=lambda model: (f"app.py:{model.key.name[-1]}",))
    (cause,) = caught.value.causes
    assert "`https://a.example/1` and `https://a.example/2` want the same place" in cause.message
    assert "(`a/net.pth`) for different bytes" in cause.message
    assert "last part of its address" in (cause.hint or "")
    assert cause.because == ("app.py:2",)


def test_the_same_bytes_at_one_path_are_one_file() -> None:
    assert collisions([exposed(name, "a", a__net_pth="x") for name in "123"]) == ()
    refuse_collisions([])


def test_names_that_are_one_on_some_systems_collide() -> None:
    (found,) = collisions([exposed("1", "a", a__Net_pth="x"), exposed("2", "A", A__net_pth="y")])
    assert "`a/Net.pth` and `A/net.pth`, which not every system tells apart" in found.error.message
    assert collisions([exposed("1", "a", a__Net_pth="x"), exposed("2", "a", a__net_pth="x")]) == ()


def test_a_file_where_another_model_has_a_folder_collides() -> None:
    first, second = exposed("1", "a", a__net="x"), exposed("2", "a/net", a__net__b="x")
    assert pairs(collisions([first, second])) == [("1", "2", ("a/net", "a/net/b"))]
    assert pairs(collisions([second, first])) == [("1", "2", ("a/net", "a/net/b"))]


def test_small_texts_count_like_files() -> None:
    first = exposed("1", "a", texts=(("b/list", "x"), ("c", "")))
    assert collisions([first, exposed("2", "a", texts=(("b/list", "x"),))]) == ()
    assert len(collisions([first, exposed("2", "a", texts=(("b/list", "y"),))])) == 1
    assert len(collisions([first, exposed("2", "a", c="0")])) == 1


def test_every_pair_is_told_once() -> None:
    models = [exposed(name, "a", a__x=name, a__y=name) for name in "123"]
    assert [pair[:2] for pair in pairs(collisions(models))] == [("1", "2"), ("1", "3"), ("2", "3")]
    with pytest.raises(ResolutionError, match="3 pairs of models cannot be in one environment"):
        refuse_collisions(models)


PATHS = st.sampled_from(["a/x", "a/X", "a/y", "a/x/z", "b/x"])
FILES = st.dictionaries(PATHS, st.sampled_from("01"), max_size=3)


@given(st.lists(FILES, max_size=4))
@settings(max_examples=200, deadline=None)
def test_nothing_collides_exactly_where_everything_can_be_written(wishes: list[dict[str, str]]) -> None:
    """Against a slow and simple way: whether two of them differ in what a folder would hold."""
    models = [
        (
            exposed(str(number))[0],
            Exposure(
                links=tuple(Link(path=path, folder=STORE, file="x", sha256=sha) for path, sha in files.items()),
                texts=(),
                folders=tuple(sorted({path.partition("/")[0] for path in files})),
            ),
        )
        for number, files in enumerate(wishes)
    ]
    apart = all(
        (path.lower() != other.lower() or sha == other_sha)
        and not path.lower().startswith(f"{other.lower()}/")
        and not other.lower().startswith(f"{path.lower()}/")
        for files, others in combinations(wishes, 2)
        for path, sha in files.items()
        for other, other_sha in others.items()
    )
    assert (collisions(models) == ()) is apart


@pytest.fixture
def files() -> Iterator[EmbeddedFiles]:
    with EmbeddedFiles() as running:
        yield running


@pytest.fixture
def github(tmp_path: Path) -> Iterator[EmbeddedGitHub]:
    with EmbeddedGitHub(tmp_path / "github") as running:
        yield running


def locked(hub: Hub, *requirements: Requirement) -> Lockfile:
    wanted = Wanted(requirements=requirements, sites={(requirements[-1].key, requirements[-1].ref): "app.py:7"})
    return resolve(wanted, previous=None, options=Options(), hubs={hub.name: hub}.get)


def loads(url: str, *names: str) -> Requirement:
    return Requirement(key=ModelKey("url", url), reads="torch", selection=FileSelection(files=names))


def test_two_addresses_with_one_name(files: EmbeddedFiles, tmp_path: Path) -> None:
    hub = Url(cache=tmp_path / "store", patience=HURRY)
    first, second = files.put("/a/net.pth", b"first"), files.put("/b/net.pth", b"second")
    with pytest.raises(ResolutionError) as caught:
        locked(hub, loads(first), loads(second))
    (cause,) = caught.value.causes
    assert f"`{first}` and `{second}` want the same place in the environment" in cause.message
    assert "`torch/hub/checkpoints/net.pth`" in cause.message
    assert cause.because == ("app.py:7",)
    lockfile = locked(hub, loads(first), loads(second, "other.pth"))
    assert len(environments.contents(lockfile, {"url": hub}).links) == 2
    plain = [Requirement(key=ModelKey("url", url), reads="file") for url in (first, second)]
    assert len(environments.contents(locked(hub, *plain), {"url": hub}).links) == 2, "they have folders of their own"


def test_two_addresses_with_one_name_and_the_same_bytes(files: EmbeddedFiles, tmp_path: Path) -> None:
    hub = Url(cache=tmp_path / "store", patience=HURRY)
    lockfile = locked(hub, *(loads(files.put(f"/{folder}/net.pth", b"same")) for folder in "ab"))
    contents = environments.contents(lockfile, {"url": hub})
    assert [link.path for link in contents.links] == ["torch/hub/checkpoints/net.pth"]
    assert len(contents.texts) == 2


def test_a_lock_that_was_merged_by_hand_is_refused_at_sync_too(files: EmbeddedFiles, tmp_path: Path) -> None:
    hub = Url(cache=tmp_path / "store", patience=HURRY)
    locks = [locked(hub, loads(files.put(f"/{folder}/net.pth", folder.encode()))) for folder in "ab"]
    merged = replace(locks[0], models=(*locks[0].models, *locks[1].models))
    with pytest.raises(ResolutionError, match="cannot be in one environment"):
        environments.contents(merged, {"url": hub})


def test_repositories_of_one_folder(github: EmbeddedGitHub, tmp_path: Path) -> None:
    hub = TorchHub(settings=HubSettings(endpoint=github.endpoint), cache=tmp_path / "store", patience=HURRY)
    github.create("a_b/c", {"hubconf.py": b"A = 1\n"})
    github.create("a/b_c", {"hubconf.py": b"A = 2\n"})
    same = github.create("x_y/z", {"hubconf.py": b"A = 1\n"})
    github.create("x/y_z", {"hubconf.py": b"A = 1\n"})
    wants = [Requirement(key=ModelKey("torchhub", name), reads="snapshot") for name in ("a/b_c", "a_b/c")]
    with pytest.raises(ResolutionError) as caught:
        locked(hub, *wants)
    assert "`torchhub:a/b_c` and `torchhub:a_b/c` want the same place" in caught.value.causes[0].message
    twins = [Requirement(key=ModelKey("torchhub", name), reads="snapshot") for name in ("x/y_z", "x_y/z")]
    assert len(environments.contents(locked(hub, *twins), {"torchhub": hub}).links) == 2

    both = [Requirement(key=ModelKey("torchhub", "x_y/z"), ref=ref, reads="snapshot") for ref in ("", "main")]
    locked(hub, *both)
    old = locked(hub, both[0])
    same.commit({"hubconf.py": b"A = 3\n"})
    with pytest.raises(ResolutionError) as moved:
        resolve(Wanted(requirements=tuple(both)), previous=old, options=Options(), hubs={"torchhub": hub}.get)
    assert moved.value.causes[0].hint is not None
    assert "`ptmdeps lock -P torchhub:x_y/z`" in moved.value.causes[0].hint
