"""spaCy's packages: which version, what is believed of a wheel, and what never reaches the path of modules."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from embedded_hub.faults import Corrupt, Fails, Truncate
from embedded_spacy import EmbeddedSpacy, pipeline_wheel
from ptmdeps.errors import (
    HubUnreachable,
    IntegrityError,
    ModelNotFound,
    PtmdepsError,
    RateLimited,
    RevisionNotFound,
    UnsafeContent,
)
from ptmdeps.hubs.places import collisions
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.spacy import COMPATIBILITY, Spacy
from ptmdeps.hubs.web import Patience
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.hubs import HubSettings
from tests.worlds import tree

NAME = "en_core_web_sm"
KEY = ModelKey("spacy", NAME)
HURRY = Patience(attempts=2, first_delay=0.01)


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedSpacy]:
    with EmbeddedSpacy(tmp_path / "releases") as running:
        monkeypatch.setenv(COMPATIBILITY, running.compatibility_url)
        running.publish(NAME, "3.7.1", spacy="3.7")
        running.publish(NAME, "3.8.0")
        yield running


@pytest.fixture
def hub(releases: EmbeddedSpacy, tmp_path: Path) -> Spacy:
    return Spacy(settings=HubSettings(endpoint=releases.download_url), cache=tmp_path / "store", patience=HURRY)


def pin(
    hub: Spacy, ref: str = "", *, name: str = NAME, project: Path | None = None, not_after: str = ""
) -> LockedModel:
    key, readings = ModelKey("spacy", name), (Reading(reads="package"),)
    return hub.pin(PinRequest(key=key, ref=ref, readings=readings, project=project, not_after=not_after))


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def altered(wheel: bytes, changes: Mapping[str, bytes | None], *, record: bool = True) -> bytes:
    """The wheel with other members; with ``record`` its own list of them says so, too."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        files = {one.filename: archive.read(one) for one in archive.infolist()}
    files = {path: content for path, content in (files | dict(changes)).items() if content is not None}
    own = next(path for path in files if path.endswith("/RECORD"))
    if record:
        digests = {path: base64.urlsafe_b64encode(hashlib.sha256(data).digest()) for path, data in files.items()}
        lines = [f"{path},sha256={digest.decode().rstrip('=')},1" for path, digest in digests.items() if path != own]
        files[own] = "\n".join([*lines, f"{own},,"]).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return stream.getvalue()


def test_everything_of_a_wheel_is_locked(hub: Spacy, releases: EmbeddedSpacy) -> None:
    wheel = pipeline_wheel(NAME, "3.8.0")
    model = pin(hub)
    digest = hashlib.sha256(wheel).hexdigest()
    assert model.revision == "3.8.0"
    assert model.purl.startswith(f"pkg:pypi/en-core-web-sm@3.8.0?checksum=sha256:{digest}&download_url=http")
    assert model.origin.url == releases.wheel_url(NAME, "3.8.0")
    assert model.origin.table == "spacy 3.8"
    assert model.license is not None and (model.license.declared, model.license.concluded) == ("MIT", "MIT")
    assert model.requires == ('en-core-web-sm==3.8.0; extra == "itself"', "spacy<3.9.0,>=3.8.0")
    assert model.entrypoints == ("sentencizer",)
    assert not model.remote_code
    assert [file.path for file in model.files if file.pickle] == []
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        expected = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {file.path: file.sha256 for file in model.files} == expected
    # the bytes are here already
    before = len(releases.log)
    assert hub.fetch(model, model.files[0], lambda _: None).path.is_file()
    assert len(releases.log) == before


def test_nothing_but_models_stays_in_the_store(hub: Spacy) -> None:
    model = pin(hub)
    (folder,) = hub.store().glob("models--*")
    assert {path.name for path in (folder / "blobs").iterdir()} == {file.sha256 for file in model.files}
    assert not list(hub.notes().glob("unpacked/*/*"))


UV = """
[[package]]
name = "spacy"
version = "3.7.5"
"""
OWN = f"""
[[package]]
name = "en-core-web-sm"
version = "3.7.1"
wheels = [{{ url = "https://x/{NAME}-3.7.1-py3-none-any.whl", hash = "sha256:HASH" }}]
"""


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"uv.lock": UV}, "3.7.1"),
        ({"requirements.txt": "spacy==3.7.4\n"}, "3.7.1"),
        ({"pyproject.toml": '[project]\ndependencies = ["spacy>=3.6,<3.8"]\n'}, "3.7.1"),
        ({"pyproject.toml": '[project]\ndependencies = ["spacy>=3.6"]\n'}, "3.8.0"),
        ({".venv/lib/python3.11/site-packages/spacy-3.7.2.dist-info/METADATA": "Version: 3.7.2\n"}, "3.7.1"),
        # what is installed is what is loaded, whatever the list says of it
        ({"uv.lock": UV.replace("3.7.5", "3.8.2") + OWN.replace(', hash = "sha256:HASH"', "")}, "3.7.1"),
        ({"requirements.txt": f"spacy==3.8.1\n{NAME} @ https://x.org/{NAME}-3.7.1-py3-none-any.whl\n"}, "3.7.1"),
        ({"requirements.txt": f"spacy==3.8.1\nhttps://x.org/{NAME}-3.7.1-py3-none-any.whl\n"}, "3.7.1"),
    ],
)
def test_the_version_that_fits_the_project(hub: Spacy, tmp_path: Path, files: dict[str, str], version: str) -> None:
    assert pin(hub, project=written(tmp_path / "project", files)).revision == version


def test_a_project_that_does_not_say_its_spacy_hears_of_it(hub: Spacy, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"does not say which spaCy it uses; what is locked is for 3\.8, the newest"):
        model = pin(hub, project=written(tmp_path / "project", {"app.py": ""}))
    assert model.revision == "3.8.0"


@pytest.mark.parametrize("pinned_by", ["uv.lock", "requirements.txt"])
@pytest.mark.parametrize("right", [True, False])
def test_the_python_lock_knows_the_wheel(hub: Spacy, tmp_path: Path, pinned_by: str, right: bool) -> None:
    digest = hashlib.sha256(pipeline_wheel(NAME, "3.7.1", spacy="3.7")).hexdigest() if right else "0" * 64
    texts = {
        "uv.lock": OWN.replace("HASH", digest),
        "requirements.txt": f"{NAME} @ https://x.org/{NAME}-3.7.1-py3-none-any.whl#sha256={digest}\n",
    }
    project = written(tmp_path / "project", {pinned_by: texts[pinned_by]})
    if right:
        assert pin(hub, project=project).revision == "3.7.1"
        return
    with pytest.raises(IntegrityError) as caught:
        pin(hub, project=project)
    assert f"the project's lock for Python (`{pinned_by}:" in caught.value.message
    assert caught.value.expected == f"sha256:{digest}"
    assert caught.value.found.startswith("sha256:")
    assert not list(hub.store().glob("models--*/snapshots/*"))


@pytest.mark.parametrize(
    ("name", "ref", "error", "message"),
    [
        (NAME, "3.9.9", RevisionNotFound, "has no version `3.9.9`"),
        (NAME, "main", RevisionNotFound, "has no version `main`"),
        (NAME, "../3.8.0", RevisionNotFound, "has no version"),
        (NAME, "2.3.1", RevisionNotFound, "source archive"),
        ("en_core_web_huge", "", ModelNotFound, "for spaCy 3.8 has no `en_core_web_huge`"),
        ("en_core_web_huge", "9.0.0", ModelNotFound, "has no `en_core_web_huge`"),
        ("../../x", "", ModelNotFound, "cannot be a package"),
        ("acme/model", "", ModelNotFound, "cannot be a package"),
    ],
)
def test_what_is_not_there(hub: Spacy, name: str, ref: str, error: type[PtmdepsError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        pin(hub, ref, name=name)
    assert caught.value.hint


def test_a_package_for_another_spacy_is_said_to_be_one(hub: Spacy, releases: EmbeddedSpacy, tmp_path: Path) -> None:
    releases.publish("de_core_news_sm", "3.7.0", spacy="3.7")
    project = written(tmp_path / "project", {"requirements.txt": "spacy==3.8.1\n"})
    with pytest.raises(ModelNotFound) as caught:
        pin(hub, name="de_core_news_sm", project=project)
    assert caught.value.hint == "It is there for spaCy `3.7`"


@pytest.mark.parametrize(("written_as", "aliases"), [("en", ("en",)), ("en-core-web-sm", ("en-core-web-sm",))])
def test_other_spellings_are_names_of_the_package(hub: Spacy, written_as: str, aliases: tuple[str, ...]) -> None:
    model = pin(hub, name=written_as)
    assert (model.key, model.aliases) == (KEY, aliases)


def test_a_cut_off_takes_an_older_version(hub: Spacy, releases: EmbeddedSpacy) -> None:
    first = pin(hub).committed
    releases.publish(NAME, "3.8.1")
    newest = pin(hub)
    assert newest.revision == "3.8.1"
    assert newest.committed > first
    assert pin(hub, not_after=first).revision == "3.8.0"
    with pytest.raises(RevisionNotFound, match="old enough for `exclude-newer`"):
        pin(hub, not_after="2001-01-01T00:00:00Z")


INFORMATION = f"{NAME}-3.9.0.dist-info"


@pytest.mark.parametrize(
    ("changes", "record", "problem"),
    [
        ({"spacy/__init__.py": b"steal()"}, True, (UnsafeContent, "`spacy/__init__.py`, which is neither in")),
        ({"sitecustomize.py": b"steal()"}, True, (UnsafeContent, "`sitecustomize.py`, which is neither in")),
        ({"evil.pth": b"import os"}, True, (UnsafeContent, "`evil.pth`, which is neither in")),
        ({f"{NAME}-3.9.0.data/scripts/x": b"#!"}, True, (UnsafeContent, "which is neither in")),
        ({f"{NAME}/../../x": b""}, True, (UnsafeContent, "is not unpacked")),
        ({"/etc/x": b""}, True, (UnsafeContent, "is not unpacked")),
        ({f"{NAME}/more.txt": b"more"}, False, (IntegrityError, "does not match the wheel's own record")),
        ({f"{NAME}/meta.json": b"{}"}, False, (IntegrityError, "does not match the wheel's own record")),
        ({f"{NAME}/meta.json": None}, False, (IntegrityError, "does not match its own record")),
        ({f"{INFORMATION}/METADATA": b"Name: numpy\nVersion: 3.9.0\n"}, True, (IntegrityError, "name and version")),
        (
            {f"{INFORMATION}/METADATA": b"Name: en-core-web-sm\nVersion: 1\n"},
            True,
            (IntegrityError, "name and version"),
        ),
        ({f"{INFORMATION}/METADATA": None}, True, (UnsafeContent, "has no `en_core_web_sm-3.9.0.dist-info/METADATA`")),
        ({f"{NAME}/meta.json": b"[" * 100_000}, True, (UnsafeContent, "meta.json")),
        ({f"{INFORMATION}/RECORD": b'"' + b"x" * 200_000}, False, (UnsafeContent, "record of a wheel")),
    ],
)
def test_attacks(
    hub: Spacy,
    releases: EmbeddedSpacy,
    changes: dict[str, bytes | None],
    record: bool,
    problem: tuple[type[PtmdepsError], str],
) -> None:
    error, message = problem
    wheel = altered(pipeline_wheel(NAME, "3.9.0"), changes, record=record)
    releases.publish(NAME, "3.9.0", wheel=wheel)
    with pytest.raises(error, match=message):
        pin(hub)
    assert not list(hub.store().glob("models--*/snapshots"))
    assert [path for path in tree(hub.store()) if not path.endswith(".lock")] == []


def test_what_is_no_archive_is_refused(hub: Spacy, releases: EmbeddedSpacy) -> None:
    releases.publish(NAME, "3.9.0", wheel=b"<html>not a wheel</html>")
    with pytest.raises(UnsafeContent):
        pin(hub)
    with pytest.raises(UnsafeContent, match=r"the wheel of `en_core_web_sm 3\.9\.0` cannot be read"):
        hub.describe(KEY)


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ({f"{NAME}/functions.py": b"import os\n"}, True),
        ({f"{NAME}/__init__.py": b"import os\nos.system('x')\n"}, True),
        ({f"{NAME}/__init__.py": b"not python ("}, True),
        ({f"{NAME}/native.so": b"\x7fELF"}, True),
        ({}, False),
    ],
)
def test_code_of_its_own_is_said(hub: Spacy, releases: EmbeddedSpacy, code: dict[str, bytes | None], own: bool) -> None:
    releases.publish(NAME, "3.9.0", wheel=altered(pipeline_wheel(NAME, "3.9.0"), code))
    assert pin(hub).remote_code is own


def test_what_it_needs_of_python(hub: Spacy, releases: EmbeddedSpacy) -> None:
    needs = ("spacy-curated-transformers>=0.2.2,<1.0.0", "evil @ https://x.org/evil.whl", "not a requirement!")
    releases.publish(NAME, "3.9.0", wheel=pipeline_wheel(NAME, "3.9.0", requires=needs))
    assert pin(hub).requires == (
        'en-core-web-sm==3.9.0; extra == "itself"',
        "spacy-curated-transformers<1.0.0,>=0.2.2",
        "spacy<3.9.0,>=3.8.0",
    )


ARRAY = b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 0), }".ljust(118)


def test_a_pickle_is_one_and_messagepack_is_none(hub: Spacy, releases: EmbeddedSpacy) -> None:
    data = f"{NAME}/{NAME}-3.9.0"
    changes: dict[str, bytes | None] = {
        f"{data}/model": b"\x87\xa5attrs\x80",
        f"{data}/kb.bin": b"\xde\x00\x01\xa1a\xa1b",
        f"{data}/vocab/vectors": ARRAY,
        f"{data}/own.pkl": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    }
    releases.publish(NAME, "3.9.0", wheel=altered(pipeline_wheel(NAME, "3.9.0"), changes))
    files = {file.path.rpartition("/")[2]: file for file in pin(hub).files}
    assert (files["model"].format, files["kb.bin"].format, files["lookups.bin"].format) == ("other",) * 3
    assert not any(files[name].pickle for name in ("model", "kb.bin", "lookups.bin", "tokenizer", "vectors"))
    assert files["own.pkl"].pickle is not None and files["own.pkl"].pickle.globals == ("os.system",)


def test_what_is_there_now(hub: Spacy, releases: EmbeddedSpacy) -> None:
    locked = pin(hub)
    before = len(releases.log)
    assert hub.describe(KEY, "", locked).revision == "3.8.0"
    assert hub.describe(KEY, "3.8.0", locked).revision == "3.8.0"
    assert len(releases.log) == before + 1
    releases.publish(NAME, "3.9.0", spacy="3.9")
    assert hub.describe(KEY, "", locked).revision == "3.8.0"
    releases.publish(NAME, "3.8.1", wheel=pipeline_wheel(NAME, "3.8.1", licence="Apache-2.0"))
    described = hub.describe(KEY, "", locked)
    assert described.revision == "3.8.1"
    assert {file.path: (file.size, file.sha256) for file in described.files if not file.path.endswith("RECORD")} == {
        file.path: (file.size, file.sha256) for file in pin(hub, "3.8.1").files if not file.path.endswith("RECORD")
    }
    meta = described.file(f"{NAME}/meta.json")
    assert meta is not None
    assert json.loads(hub.read(described, meta.path))["license"] == "Apache-2.0"
    assert json.loads(hub.open(described, meta).read())["license"] == "Apache-2.0"
    with pytest.raises(PtmdepsError, match=r"holds no `nothing\.txt`"):
        hub.read(described, "nothing.txt")


def test_versions_are_its_history(hub: Spacy) -> None:
    assert [revision.commit for revision in hub.history(KEY)] == ["3.8.0", "3.7.1"]
    assert [revision.commit for revision in hub.history(KEY, "3.7.1")] == ["3.7.1"]
    assert [(ref.kind, ref.name, ref.revision) for ref in hub.refs(KEY)] == [
        ("tag", "3.7.1", "3.7.1"),
        ("tag", "3.8.0", "3.8.0"),
    ]
    assert hub.page(KEY) == f"https://spacy.io/models/en#{NAME}"


def test_a_python_lock_that_chose_is_not_outdated(hub: Spacy, releases: EmbeddedSpacy, tmp_path: Path) -> None:
    project = written(tmp_path / "project", {"uv.lock": OWN.replace(', hash = "sha256:HASH"', "")})
    locked = pin(hub, project=project)
    assert (locked.revision, locked.origin.table) == ("3.7.1", "")
    before = len(releases.log)
    assert hub.describe(KEY, "", locked).revision == "3.7.1"
    assert len(releases.log) == before


def test_a_busy_server_gets_patience(hub: Spacy, releases: EmbeddedSpacy) -> None:
    releases.faults.add(Fails(status=503), method="GET", path="/explosion/", times=1)
    assert pin(hub).revision == "3.8.0"
    releases.faults.add(Fails(status=429), method="GET", path="/explosion/", times=9)
    with pytest.raises(RateLimited):
        pin(hub)


def test_damage_on_the_way_is_noticed_and_forgotten(hub: Spacy, releases: EmbeddedSpacy, tmp_path: Path) -> None:
    model = pin(hub)
    other = Spacy(settings=hub.settings, cache=tmp_path / "other", patience=HURRY)
    releases.faults.add(Corrupt(position=200), method="GET", path="/release-assets", times=1)
    with pytest.raises((IntegrityError, UnsafeContent)):
        other.fetch(model, model.files[0], lambda _: None)
    again = Spacy(settings=hub.settings, cache=tmp_path / "other", patience=HURRY)
    assert again.fetch(model, model.files[0], lambda _: None).path.is_file()


def test_a_broken_connection_is_taken_up_again(hub: Spacy, releases: EmbeddedSpacy) -> None:
    releases.faults.add(Truncate(keep=1000), method="GET", path="/release-assets", times=1)
    assert pin(hub).revision == "3.8.0"


def test_two_versions_cannot_be_imported_at_once(hub: Spacy, releases: EmbeddedSpacy) -> None:
    releases.publish(NAME, "3.8.1")
    models = (pin(hub), pin(hub, "3.8.0"))
    (collision,) = collisions((model, hub.expose(model)) for model in models)
    assert "want the same place in the environment" in collision.error.message


def test_no_answer_is_an_error_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPATIBILITY, "http://127.0.0.1:9/list.json")
    hub = Spacy(cache=tmp_path, patience=HURRY)
    with pytest.raises(HubUnreachable, match=r"no answer from `127\.0\.0\.1:9`"):
        pin(hub)
